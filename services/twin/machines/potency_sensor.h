#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "twin/signals/board.h"
#include "twin/parameters.h"
#include "twin/machines/residence.h"

namespace steadyline {

/// The line's own soft sensor of the potency at the tablet (LINE §7.3): the API's share of the *measured* feeder flows, convolved with the
/// residence-time distribution of the nominal line, in % of the label claim of the present recipe. It knows lots by the
/// potency of their certificate only.
///
/// Signals   line/potency_rtd. While nothing flows it waits, as the powder does.
/// Threads   one at a time.
class PotencySensor {
 public:
  PotencySensor(const TwinParameters& parameters, Board& board);

  /// One second: flows as measured (kg/h), the API's as its certificate counts it, `api_share` of the recipe (w/w).
  void step(const std::array<double, feeder_count>& measured_kg_h, double api_share, Board& board);

 private:
  std::vector<MixedScalar> tanks_;
  std::vector<double> delayed_;  // a ring
  std::size_t next_ = 0;
  double least_kg_h_;
  double api_at_tablet_;  // w/w
  SignalId potency_;
};

}  // namespace steadyline
