#pragma once

#include <cstdint>

#include "twin/options.h"

namespace steadyline {

/// How much happens in a run that is not a fault.
struct Events {
  std::size_t least_moves = 0, most_moves = 3;  ///< changes of throughput
  double start_share = 0.25;                    ///< of the runs that begin with an empty line
};
inline constexpr Events usual_events{}, no_events{.least_moves = 0, .most_moves = 0, .start_share = 0};

/// A run with events for a forecaster to learn from or to be judged on: `base` (duration, start, exam) with changes of throughput between
/// 20 and 30 kg/h, starts from an empty line, lots that change, and, if asked, one fault after the other of a dozen kinds, with severity,
/// onset and pace drawn by chance. A pure function of its arguments.
Scenario disturbed_scenario(const Scenario& base, std::uint64_t seed, bool faults, const Events& events = usual_events);

}  // namespace steadyline
