#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/error.h"

namespace steadyline {

/// The folder of a long run. `manifest.json` lists its complete files with SHA-256; a file that is not in it does not count.
///
/// Again   a folder that holds files of the same run is continued: files whose checksum still holds are kept, others are made again.
/// Errors  a folder of another run is refused, never overwritten. A full disk: the error, and every complete file stays as it is.
/// Bits    the manifest, too, is the same however often the run was interrupted.
class RunFolder {
 public:
  /// `identity`: what determines the bytes of all files, as JSON; it stands in the manifest.
  static Result<RunFolder> open(std::filesystem::path folder, std::string identity);

  bool has(const std::string& name) const { return files_.contains(name); }
  Result<void> add(const std::string& name, std::uint64_t rows, std::string_view bytes);
  /// All files are there.
  Result<void> finish();

  bool complete() const { return complete_; }
  std::uint64_t bytes() const;
  std::uint64_t rows(std::string_view prefix) const;  ///< of the files whose name begins so
  const std::filesystem::path& path() const { return folder_; }

 private:
  struct File {
    std::uint64_t rows, bytes;
    std::string sha256;
  };
  RunFolder(std::filesystem::path folder, std::string identity) : folder_{std::move(folder)}, identity_{std::move(identity)} {}
  Result<void> read_manifest();
  Result<void> write_manifest() const;

  std::filesystem::path folder_;
  std::string identity_;
  std::map<std::string, File> files_;
  bool complete_ = false;
};

}  // namespace steadyline
