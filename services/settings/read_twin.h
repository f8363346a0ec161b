#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.h"
#include "twin/options.h"

namespace steadyline {

/// Reads and checks the physical numbers of a twin: each is needed, none has a value in code; every fault at once, with file and line.
/// Auxiliary recipes for `fd*`, `rf*` and `bl*` come out one per unit, in the order of the file. Whether a line has their tags is not
/// judged here.
Checked<TwinParameters> read_twin(const std::filesystem::path& file);
/// The same from text; `file` is named in the faults.
Checked<TwinParameters> parse_twin(std::string_view text, std::string_view file);

}  // namespace steadyline
