#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace steadyline {

/// The parts of a line between separators; blanks as separator: any run of white space.
std::vector<std::string> split_line(std::string_view line, char separator);
/// A whole file's lines, without their ends.
Result<std::vector<std::string>> read_lines(const std::filesystem::path& file);
/// The number that a cell holds; NaN where it holds none.
double number_of(std::string_view cell);

}  // namespace steadyline
