#pragma once

#include <filesystem>

#include "core/error.h"
#include "evaluation/report.h"

namespace steadyline {

/// Writes report.json and report.md into `folder`, which is made. An empty path: nothing to do.
Result<void> write_report(const EvaluationReport& report, const std::filesystem::path& folder);

}  // namespace steadyline
