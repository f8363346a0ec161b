#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "app/simulate_plan.h"

namespace steadyline {

/// Writes the run as files of the form in which the 2024 MSOM challenge delivered its data, with the traps named. Prints what was written and planted.
int simulate_msom(const SimulateChoices& choices, const std::string& folder, const std::vector<std::string>& traps, const std::stop_token& stop);

}  // namespace steadyline
