#pragma once

#include <optional>
#include <vector>

#include "core/units.h"

namespace steadyline {

/// What a feeder's hopper holds of each lot. A hopper is mixed well and gets powder only when it is refilled, so its contents, and all that
/// depends on them, change by steps at refills and stand still between. State of one feeder, a plain value.
class HopperContents {
 public:
  /// `weight`: as the scale shows it; none: not usable. `refill_s`, `lot_s`: since its last refill and change of lot began.
  void take(EventTime now, std::optional<double> weight, double refill_s, double lot_s);
  /// Beginnings of the lots that came, old to new.
  const std::vector<EventTime>& lots() const { return lots_; }
  /// Share of what it holds at `at` that came after the lot began; 0 .. 1.
  double share(EventTime lot, EventTime at) const;
  void forget(EventTime before);

 private:
  struct Refill {
    EventTime at;
    double kept;  ///< share of its contents that was there before
  };
  std::vector<EventTime> lots_;
  std::vector<Refill> refills_;
  std::optional<double> before_;  // weight
  double most_ = 0;               // weight in this refill
  bool filling_ = false;
  double last_lot_s_ = 0;
};

}  // namespace steadyline
