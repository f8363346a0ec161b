#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "training/options.h"

namespace steadyline {

/// How a CSV of frames is read whose header names the tags themselves: `time,unit/tag,…` as `steadyline simulate --format csv` writes it,
/// or with the separators, decimal comma and local time of a recorder (`time;unit/tag;…`). Reads the first line alone.
///
/// Columns  those that the line lacks are dropped, and `notes` tells which.
/// Errors   not readable, no header that begins with `time`, not one column that is a tag of the line.
Result<Dataset> dataset_of_header(const Line& line, const std::filesystem::path& file, std::vector<std::string>& notes);

/// The frame files of a folder that `steadyline simulate` wrote, in order of time. Errors: none there, or in another form than CSV.
Result<std::vector<std::filesystem::path>> frame_files(const std::filesystem::path& folder);

}  // namespace steadyline
