#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/column_rules.h"
#include "training/dataset_reader.h"

namespace steadyline {

/// What reading one kind of file brought. rows_read = rows_used + the sum of set_aside; a cell without a reading has its reason.
struct FileAccount {
  std::string name;                ///< of the DataFile
  std::vector<std::string> paths;  ///< read one after the other, as one
  std::size_t rows_read = 0, rows_used = 0;
  std::map<std::string, std::size_t> set_aside;  ///< rows: "columns", "time", "order", "filter", "empty", "partner", "alone"
  CellCounts cells;  ///< no reading: "blank", "unreadable" and the rules; mended: "swapped", "minute", "midnight", "wrapped", "restarted"
  std::vector<std::string> notes;  ///< the first few rows set aside, for people
};

/// All files of a folder as one table.
struct JoinedTable {
  std::vector<DataRow> rows;  ///< in order of time; the group is the calendar day of the written clock: "2018-01-12"
  std::vector<FileAccount> files;
};

/// Reads a folder by a data set's `files`. Rows of files that join by time meet where their times are equal; the table has a row for each
/// time that any of these has.
/// Errors   a file missing, not readable, without the described columns, or with a column that the description does not name.
/// Reasons of rows beside those of dataset_reader.h: "partner": its n-th partner does not exist or was itself set aside; "alone": a slow
/// row with no machine row in its time.
Result<JoinedTable> read_folder(const Line& line, const Dataset& dataset, const std::filesystem::path& folder);

/// An account in one line for people: "feeders1: 3600 rows read = 3590 used + 10 set aside (time 10); mended: swapped 300; no reading:
/// zeros 50".
std::string to_line(const FileAccount& account);

}  // namespace steadyline
