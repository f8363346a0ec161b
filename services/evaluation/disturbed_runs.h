#pragma once

#include <cstdint>

#include "twin/options.h"

namespace steadyline {

/// A run with events for a forecaster to learn from or to be judged on: `base` (duration, start, exam) with changes of throughput between
/// 20 and 30 kg/h, in one run of four a start from an empty line, lots that change, and, if asked, one fault after the other of a dozen
/// kinds, with severity, onset and pace drawn by chance. A pure function of its arguments.
Scenario disturbed_scenario(const Scenario& base, std::uint64_t seed, bool faults);

}  // namespace steadyline
