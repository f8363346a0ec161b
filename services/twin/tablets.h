#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "twin/truth.h"

namespace steadyline {

/// The tablets of one second, each by itself, as a press reports them: station, weight (mg), main force (kN), whether the reject gate V2 took it.
/// Drawn from the second's means and scatter; the numbers depend on (seed, tablet) alone. Rows are stamped evenly within the second.
std::vector<std::string> tablet_columns();
void append_tablets(const Truth& truth, std::uint64_t seed, std::vector<std::int64_t>& times_ms, std::vector<double>& rows);

}  // namespace steadyline
