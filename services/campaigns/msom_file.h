#pragma once

#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "campaigns/msom_traps.h"
#include "core/units.h"

namespace steadyline {

/// One file of the folder: cells separated by commas.
class MsomFile {
 public:
  MsomFile(const std::filesystem::path& path, std::string_view header);
  void row(std::string_view text);
  bool fine() const { return !failed_; }
  std::size_t rows() const { return rows_; }
  /// Flushes and closes; an error names the path and what the system said.
  Result<void> close();

 private:
  std::filesystem::path path_;
  std::ofstream stream_;
  std::size_t rows_ = 0;
  bool failed_ = false;
  int trouble_ = 0;  // errno at the first failure
};

/// "2018-01-12 08:43:00", as the contextual files write times.
std::string plain_time(EventTime time);
/// Appends ",14.25312": a number with five digits behind the point at most.
void append_cell(std::string& row, double number);

/// Time column of one machine file, "12/01/2018 08:43:00", with the traps of times.
class MsomClock {
 public:
  MsomClock(const MsomTraps& traps, std::uint64_t stream);
  std::string text(EventTime time, MsomPlanted& planted);

 private:
  TrapStretches swapped_, coarse_;
  bool bare_midnights_;
  bool in_coarse_ = false;
};

/// Rows of one machine file, some of them spoilt as a whole.
class MsomRows {
 public:
  MsomRows(const MsomTraps& traps, std::uint64_t stream) : corrupt_{traps.seed, stream, traps.corrupt_rows, 1, 1} {}
  /// `time`: empty for the file without times.
  std::string text(const std::string& time, std::span<const double> cells, MsomPlanted& planted);

 private:
  TrapStretches corrupt_;
};

}  // namespace steadyline
