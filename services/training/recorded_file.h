#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "training/joined_reader.h"

namespace steadyline {

/// One kind of file of a folder, read: times and cells of each row by its number in the file.
struct RecordedFile {
  const DataFile* file = nullptr;
  FileAccount account;
  std::vector<std::optional<EventTime>> times;  ///< by row; empty: set aside, or Join::row, which gets them from its partner
  std::vector<bool> kept;                       ///< by row; false: set aside, with its reason in the account
  std::vector<RecordedColumn> columns;

  std::size_t rows() const { return kept.size(); }
  /// Takes a row out of the used ones.
  void set_aside(std::size_t row, const char* reason, const std::string& seen);
};

/// Reads all files of `folder` whose name fits the pattern, in the order of their names, and mends what can be mended.
Result<RecordedFile> read_recorded_file(const Line& line, const Dataset& dataset, const DataFile& file,
                                        const std::filesystem::path& folder);

}  // namespace steadyline
