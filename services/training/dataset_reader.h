#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "training/options.h"

namespace steadyline {

/// One used row of a recording.
struct DataRow {
  std::size_t number = 0;      ///< 1 is the first row below the header
  EventTime time;              ///< UTC
  std::string group, batch;
  std::vector<double> values;  ///< by TagIndex, in the tags' units; NaN where the row has no reading or the data set no column
};

/// What reading a file brought. rows_read = rows.size() + the sum of set_aside: nothing is dropped silently.
struct DataTable {
  std::vector<DataRow> rows;                     ///< in the order of the file, which is the order of time
  std::size_t rows_read = 0;
  std::map<std::string, std::size_t> set_aside;  ///< by reason: "columns", "time", "order", "filter", "empty"
  std::map<std::string, std::size_t> blanks;     ///< cells without a reading, by column
  std::map<std::string, std::size_t> unreadable; ///< cells that are neither blank nor a finite number, by column; read as no reading
  std::vector<std::string> notes;                ///< the first few rows and cells set aside, for people: "row 17: time: \"x\""
};

/// Reads one recorded file by the data set's description.
/// Errors   no file, no header row, a column missing, a column that the description does not name, a tag that the line lacks.
/// Traps    CRLF, byte-order mark, quoted cells, runs of spaces as blanks, wrong column counts, unreadable times, times that go back.
Result<DataTable> read_dataset(const Line& line, const Dataset& dataset, const std::filesystem::path& file);

/// The same for text already in memory; `where` names it in errors.
Result<DataTable> parse_dataset(const Line& line, const Dataset& dataset, std::string_view text, const std::string& where);

}  // namespace steadyline
