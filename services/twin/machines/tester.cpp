#include "twin/machines/tester.h"

#include "core/numeric.h"
#include "core/philox.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

constexpr std::uint64_t numbers_per_tablet = 4, numbers_per_sample = 4096;

/// Mean and standard deviation as they come, without keeping the values (Welford).
class Moments {
 public:
  void take(double value) {
    ++count_;
    const double off = value - mean_;
    mean_ += off / count_;
    squares_ += off * (value - mean_);
  }
  double mean() const { return mean_; }
  double sd() const { return count_ > 1 ? numeric::sqrt(squares_ / (count_ - 1)) : 0; }

 private:
  double count_ = 0, mean_ = 0, squares_ = 0;
};

}  // namespace

Tester::Tester(const PressParameters& press, bool running, Board& board)
    : own_{press},
      signals_{board.add("tt1", "weight_mean"),   board.add("tt1", "weight_sd"),   board.add("tt1", "thickness_mean"),
               board.add("tt1", "hardness_mean"), board.add("tt1", "hardness_sd"), board.add("tt1", "diameter_mean")},
      first_at_once_{running},
      since_sample_s_{press.tester_every_s} {}

void Tester::step(const TabletQuality& tablets, bool producing, Board& board) {
  since_sample_s_ += 1;
  since_taken_s_ += 1;
  if (producing && since_sample_s_ >= own_.tester_every_s && !in_test_) {
    in_test_ = sample(tablets, board.seed());
    since_sample_s_ = 0;
    since_taken_s_ = first_at_once_ ? own_.tester_result_s : 0;
    first_at_once_ = false;
  }
  if (in_test_ && since_taken_s_ >= own_.tester_result_s) {
    show(*in_test_, board);
    in_test_.reset();
    any_ = true;
  } else {
    hold(board);
  }
}

Tester::Result Tester::sample(const TabletQuality& tablets, std::uint64_t seed) {
  const RandomStream stream{seed, stream_of("tt1", "tablets")};
  Moments weight, thickness, hardness, diameter;
  for (int i = 0; i < own_.tester_tablets; ++i) {
    const std::uint64_t at = samples_ * numbers_per_sample + static_cast<std::uint64_t>(i) * numbers_per_tablet;
    const double heavier_mg = tablets.weight_sd_mg * stream.normal(at),
                 heavier = tablets.weight_mg > 0 ? heavier_mg / tablets.weight_mg : 0;
    weight.take(tablets.weight_mg + heavier_mg);
    thickness.take(tablets.thickness_mm * (1 + tablets.thickness_per_weight * heavier) + own_.thickness_scatter_mm * stream.normal(at + 1));
    hardness.take(tablets.hardness_n *
                  (1 + tablets.hardness_per_weight * heavier + own_.hardness_scatter_pct / 100 * stream.normal(at + 2)));
    diameter.take(tablets.diameter_mm + own_.diameter_scatter_mm * stream.normal(at + 3));
  }
  ++samples_;
  return {weight.mean(), weight.sd(), thickness.mean(), hardness.mean(), hardness.sd(), diameter.mean()};
}

void Tester::show(const Result& result, Board& board) const {
  board.set(signals_.weight_mean, result.weight_mean);
  board.set(signals_.weight_sd, result.weight_sd);
  board.set(signals_.thickness_mean, result.thickness_mean);
  board.set(signals_.hardness_mean, result.hardness_mean);
  board.set(signals_.hardness_sd, result.hardness_sd);
  board.set(signals_.diameter_mean, result.diameter_mean);
}

void Tester::hold(Board& board) const {
  for (const SignalId id : {signals_.weight_mean, signals_.weight_sd, signals_.thickness_mean, signals_.hardness_mean, signals_.hardness_sd,
                            signals_.diameter_mean}) {
    if (any_)
      board.freeze(id);
    else
      board.sensor(id).missing = true;
  }
}

}  // namespace steadyline
