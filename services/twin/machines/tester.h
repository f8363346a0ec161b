#pragma once

#include <cstdint>
#include <optional>

#include "twin/signals/board.h"
#include "twin/parameters.h"
#include "twin/machines/tablet.h"

namespace steadyline {

/// At-line tablet tester (TT1): takes a few tablets at the take-off every ten minutes, tests them, and shows means and scatter until the
/// next result.
///
/// Readings  no reading before the first result; then held. While the press stands no sample is taken: it is made up for at once when
/// tablets come. Scatter   each tablet is drawn: a heavy one is also harder and thicker.
class Tester {
 public:
  /// `running`: the line is found in production with a result of its own already there.
  Tester(const PressParameters& press, bool running, Board& board);
  /// One second; `producing`: tablets of `tablets` come out.
  void step(const TabletQuality& tablets, bool producing, Board& board);

 private:
  struct Result {
    double weight_mean, weight_sd, thickness_mean, hardness_mean, hardness_sd, diameter_mean;
  };
  struct Signals {
    SignalId weight_mean, weight_sd, thickness_mean, hardness_mean, hardness_sd, diameter_mean;
  };
  Result sample(const TabletQuality& tablets, std::uint64_t seed);
  void show(const Result& result, Board& board) const;
  void hold(Board& board) const;

  PressParameters own_;
  Signals signals_;
  bool first_at_once_;
  double since_sample_s_;
  double since_taken_s_ = 0;  // of the sample in test
  std::optional<Result> in_test_;
  bool any_ = false;
  std::uint64_t samples_ = 0;
};

}  // namespace steadyline
