#include "twin/machines/potency_sensor.h"

#include <utility>

namespace steadyline {
namespace {

constexpr double least_share = 0.02;  // of the nominal flow: below it the line stands

}  // namespace

PotencySensor::PotencySensor(const TwinParameters& p, Board& board)
    : least_kg_h_{least_share * p.nominal_kg_h()}, api_at_tablet_{p.feeders[part_api].share}, potency_{board.add("line", "potency_rtd")} {
  const Passage passage = nominal_passage(p);
  for (const double tau_s : passage.tanks_s) tanks_.emplace_back(tau_s, 1.0, api_at_tablet_);
  delayed_.assign(static_cast<std::size_t>(passage.delay_s + 0.5), api_at_tablet_);
}

void PotencySensor::step(const std::array<double, feeder_count>& measured_kg_h, double api_share, Board& board) {
  double all = 0;
  for (const double flow : measured_kg_h) all += flow;
  if (all > least_kg_h_) {
    double share = measured_kg_h[part_api] / all;
    if (!delayed_.empty()) {
      std::swap(share, delayed_[next_]);
      next_ = (next_ + 1) % delayed_.size();
    }
    for (MixedScalar& tank : tanks_) share = tank.step(share);
    api_at_tablet_ = share;
  }
  board.set(potency_, 100 * api_at_tablet_ / api_share);
}

}  // namespace steadyline
