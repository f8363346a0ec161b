#pragma once

#include <filesystem>
#include <memory>

#include "campaigns/msom_second.h"
#include "campaigns/msom_traps.h"

namespace steadyline {

/// Rows written, by file, and what the traps spoilt.
struct MsomAccount {
  std::map<std::string, std::size_t> rows;
  MsomPlanted planted;
};

/// Writes a folder in the form of the MSOM challenge: five machine files of one row a second (the second feeder file without times, the
/// climate every 15 min) and four contextual ones, columns spelt as delivered. Times are dd/mm/yyyy HH:MM:SS in the machine files,
/// yyyy-mm-dd HH:MM:SS in the contextual ones; README.txt in the folder says so and names the traps.
///
/// Bits     a function of the seconds and the traps.
/// Memory   a few rows. Threads: one at a time.
/// Errors   the folder holds such files already; the disk is full: the first error is kept, `finish` tells it.
class MsomWriter {
 public:
  static Result<MsomWriter> open(const std::filesystem::path& folder, const MsomTraps& traps);
  ~MsomWriter();
  MsomWriter(MsomWriter&&) noexcept;
  MsomWriter& operator=(MsomWriter&&) noexcept;

  /// The next second; false: writing has failed.
  bool write(const MsomSecond& second);
  /// An entry of the logbook: Note, Start, Stop, Drum change, Lot change or Set-point change.
  void log(EventTime time, const std::string& event, const std::string& entry);
  /// Closes the files.
  Result<MsomAccount> finish();

 private:
  struct Files;
  explicit MsomWriter(std::unique_ptr<Files> files);
  std::unique_ptr<Files> files_;
};

}  // namespace steadyline
