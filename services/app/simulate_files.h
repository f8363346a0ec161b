#pragma once

#include <stop_token>
#include <string>

#include "app/simulate_plan.h"
#include "core/error.h"

namespace steadyline {

/// Writes the run into `folder` with a line of progress; "-" sends the frames as CSV to standard output. Prints a summary for programs where `json`.
/// Exit code: 0 complete; 1 interrupted or trouble (start the same command again to go on).
int simulate_to_files(const SimulatePlan& plan, const std::string& folder, TableFormat format, bool json, const std::stop_token& stop);

}  // namespace steadyline
