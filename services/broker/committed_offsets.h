#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "monitor/outputs.h"

namespace steadyline {

/// The metadata text of a committed offset: `read_from=<offset>`, then `;<line>=<champion>,<challenger>,<previous>` for each line on which
/// other bundles were activated, 16 digits of each hash.
std::string to_metadata(const Progress& progress);
/// What a committed offset with this metadata says. Without a readable `read_from` it is `next` itself (offsets that a tool has set).
Progress from_metadata(std::int64_t next, std::string_view metadata);

}  // namespace steadyline
