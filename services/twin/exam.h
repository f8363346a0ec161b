#pragma once

#include <cstdint>
#include <string_view>

#include "twin/options.h"
#include "twin/parameters.h"

namespace steadyline {

/// The seed of an exam run, from nothing that anybody could choose: the first 53 bits of SHA-256("commit fault index"), so that every
/// reader of numbers keeps it exactly.
std::uint64_t exam_seed(std::string_view commit, std::string_view fault, std::uint64_t index);

/// The line as it might really be: hold-ups, numbers of tanks, feed factors and press constants each drawn evenly within +-10 % of the
/// nominal ones. The operator has set the press up as always: at the nominal weight it gives the nominal force, so the gap follows;
/// constants with which the tablet's hardness would lie more than 10 % off are drawn again. A number of tanks that is not whole becomes
/// equal tanks and a smaller one.
TwinParameters exam_parameters(TwinParameters nominal, std::uint64_t seed);

/// One exam: an hour or two of normal production (for the coater: until it sprays its second sub-lot), then the fault at a severity of the
/// given third of its range, to the end of what it does.
///
/// Lots     are cut short, and five harmless lot changes come beside each fault; half of all F04 and F17 start at a lot change, F09 and F10
/// with theirs.
///          F05's feeder keeps its lot.
/// tercile  0..2. A fault of several variants: `variant` chooses.
Scenario exam_scenario(std::string_view fault, std::string_view variant, int tercile, std::uint64_t seed);
/// The same run without a fault: what else would have alarmed.
Scenario without_faults(Scenario scenario);

}  // namespace steadyline
