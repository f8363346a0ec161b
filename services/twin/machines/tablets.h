#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "twin/parameters.h"
#include "twin/simulation.h"

namespace steadyline {

/// The tablets of one second, each by itself, as a press reports them: station, weight (mg), main force (kN), whether the reject gate V2
/// took it. Rows are stamped evenly within the second.
///
/// Bits   weight and force are drawn from the second's means and scatter; the numbers depend on (seed, tablet) alone.
/// Force  follows the weight, and the punch of its station as far as that differs from the others (F19, F18). A share of gross outliers
/// (fill gaps, double fills) is drawn too. V2 takes what lies outside the band around the force's set-point, as the press's own gate does.
std::vector<std::string> tablet_columns();
void append_tablets(const Simulation& simulation, const PressParameters& press, std::uint64_t seed, std::vector<std::int64_t>& times_ms,
                    std::vector<double>& rows);

}  // namespace steadyline
