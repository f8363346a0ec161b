#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.h"

namespace steadyline {

/// Writes a whole file or nothing, and after a loss of power too: into "PATH.part", brought to the disk, then renamed.
/// Errors   name the path and what the system said (no space left, no permission); what stood at the path still stands.
Result<void> write_or_leave(const std::filesystem::path& path, std::string_view bytes);

}  // namespace steadyline
