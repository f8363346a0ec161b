#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.h"
#include "training/options.h"

namespace steadyline {

/// Reads and checks a description of recorded data: every fault at once, with file and line. Does not look at the data.
Checked<Dataset> read_dataset(const std::filesystem::path& file);
/// The same from text; `file` is named in the faults.
Checked<Dataset> parse_dataset(std::string_view text, std::string_view file);

}  // namespace steadyline
