#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.h"
#include "line/line.h"

namespace steadyline {

/// Reads and checks a line description: every fault at once, with file and line. Pure but for the file.
Checked<Line> read_line(const std::filesystem::path& file);
/// The same from text; `file` is named in the faults.
Checked<Line> parse_line(std::string_view text, std::string_view file);

}  // namespace steadyline
