#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.h"
#include "line/line.h"
#include "twin/options.h"

namespace steadyline {

/// Reads and checks a scenario of the twin against the line that it simulates: every fault at once, with file and line.
Checked<Scenario> read_scenario(const std::filesystem::path& file, const Line& line);
/// The same from text; `file` is named in the faults.
Checked<Scenario> parse_scenario(std::string_view text, std::string_view file, const Line& line);

}  // namespace steadyline
