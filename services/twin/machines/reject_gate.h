#pragma once

#include <cstdint>

#include "core/philox.h"
#include "twin/parameters.h"

namespace steadyline {

/// The gate behind the press that blows out single tablets by their force (V2), and the press's counters.
class RejectGate {
 public:
  explicit RejectGate(std::uint64_t seed);
  /// One second: of `tablets` those with a force outside `wanted` +- band and the gross outliers (fill gaps, double fill). Returns how
  /// many.
  int step(const PressParameters& press, double tablets, double force_kn, double force_rsd_pct, double wanted_kn);
  double produced() const;  ///< tablets so far, rejected ones too
  double waste() const { return waste_; }

 private:
  RandomStream stream_;
  std::uint64_t second_ = 0;
  double tablets_ = 0, waste_ = 0;
};

}  // namespace steadyline
