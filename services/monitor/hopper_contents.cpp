#include "monitor/hopper_contents.h"

#include <algorithm>
#include <chrono>

namespace steadyline {
namespace {

constexpr double filled_within_s = 120, flows_in_s = 90;

}  // namespace

void HopperContents::take(EventTime now, std::optional<double> weight, double refill_s, double lot_s) {
  if (lot_s < last_lot_s_) {
    lots_.push_back(now - std::chrono::round<EventTime::duration>(std::chrono::duration<double>{lot_s}));
    if (filling_) before_ = most_;  // what has come in this refill is of the old lot
    filling_ = false;
  }
  last_lot_s_ = lot_s;
  if (refill_s >= filled_within_s) {
    filling_ = false;
    if (weight) before_ = weight;
    return;
  }
  if (!weight || !before_) return;
  if (!filling_) {
    filling_ = true;
    most_ = *before_;
    refills_.push_back({now, 1});
  }
  most_ = std::max(most_, *weight);
  if (most_ > 0) refills_.back().kept = std::clamp(*before_ / most_, 0.0, 1.0);
}

double HopperContents::share(EventTime lot, EventTime at) const {
  double old = 1;
  for (const Refill& refill : refills_) {
    if (refill.at < lot || refill.at > at) continue;
    const double in = std::min(1.0, std::chrono::duration<double>(at - refill.at).count() / flows_in_s);
    old *= 1 - (1 - refill.kept) * in;
  }
  return 1 - old;
}

void HopperContents::forget(EventTime before) {
  std::erase_if(lots_, [&](EventTime lot) { return lot < before; });
  std::erase_if(refills_, [&](const Refill& refill) { return refill.at < before; });
}

}  // namespace steadyline
