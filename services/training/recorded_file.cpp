#include "training/recorded_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <limits>

#include "core/time_text.h"
#include "training/csv_rows.h"
#include "training/row_times.h"

namespace steadyline {
namespace {

constexpr std::size_t notes_at_most = 20;
constexpr double no_reading = std::numeric_limits<double>::quiet_NaN();

tl::unexpected<Error> fault(std::string where, std::string what, std::string mend) {
  return tl::unexpected(Error{Errc::io, std::move(what), std::move(where), std::move(mend)});
}

/// * stands for any text.
bool fits(std::string_view name, std::string_view pattern) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() != '*') return !name.empty() && name.front() == pattern.front() && fits(name.substr(1), pattern.substr(1));
  for (std::size_t skip = 0; skip <= name.size(); ++skip)
    if (fits(name.substr(skip), pattern.substr(1))) return true;
  return false;
}

Result<std::vector<std::filesystem::path>> files_of(const std::filesystem::path& folder, const DataFile& file) {
  std::error_code trouble;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, trouble))
    if (entry.is_regular_file() && fits(entry.path().filename().string(), file.pattern)) paths.push_back(entry.path());
  if (trouble) return fault(folder.string(), "cannot be read as a folder", "give the folder that holds the recorded files");
  if (paths.empty())
    return fault(folder.string(), fmt::format("has no file \"{}\" ({})", file.pattern, file.name),
                 "check the folder and the data set's pattern");
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Where each thing of a row stands among its cells.
struct Places {
  std::size_t cells = 0;
  std::optional<std::size_t> time;
  std::vector<std::size_t> columns;  ///< by DataFile::columns
  std::vector<std::pair<std::size_t, const std::string*>> conditions;
};

Result<Places> find_places(const DataFile& file, const std::vector<std::string>& header, const std::string& where) {
  Places places;
  places.cells = header.size();
  std::vector<bool> known(header.size(), false);
  std::vector<std::string> missing;
  const auto find = [&](const std::string& name) {
    const auto found = std::find(header.begin(), header.end(), trimmed(name));
    if (found == header.end())
      missing.push_back(name);
    else
      known[static_cast<std::size_t>(found - header.begin())] = true;
    return static_cast<std::size_t>(found - header.begin());
  };
  if (file.join != Join::row) places.time = find(file.time_column);
  for (const DataColumn& column : file.columns) places.columns.push_back(find(column.name));
  for (const RowFilter& filter : file.filter) places.conditions.emplace_back(find(filter.column), &filter.equals);
  for (const DroppedColumn& column : file.dropped) find(column.name);
  if (!missing.empty()) {
    return fault(where + ":1", fmt::format("no column \"{}\"; found: {}", fmt::join(missing, "\", \""), fmt::join(header, ", ")),
                 "check the separator and the names of the data set's description");
  }
  const auto stranger = std::find(known.begin(), known.end(), false);
  if (stranger != known.end()) {
    return fault(where + ":1", fmt::format("column \"{}\" is not described", header[static_cast<std::size_t>(stranger - known.begin())]),
                 "map it to a tag, or name it under drop_columns with the reason");
  }
  return places;
}

class FileReader {
 public:
  FileReader(const Dataset& dataset, RecordedFile& into) : dataset_{dataset}, into_{into} {}

  Result<void> read(const std::filesystem::path& path) {
    std::ifstream stream{path, std::ios::binary};
    std::string text;
    if (!stream || !std::getline(stream, text)) return fault(path.string(), "cannot be read or is empty", "give a file with a header row");
    std::string_view head = text;
    drop_byte_order_mark(head);
    split_cells(head, dataset_.separator, cells_);
    auto places = find_places(*into_.file, cells_, path.string());
    if (!places) return tl::unexpected(places.error());
    places_ = std::move(*places);
    // The rules on neighbours need the columns as they stand in the file.
    std::sort(into_.columns.begin(), into_.columns.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
    while (std::getline(stream, text))
      if (!text.empty() || stream.peek() != std::ifstream::traits_type::eof()) take(text);
    if (stream.bad()) return fault(path.string(), "reading failed", "check the disk");
    return {};
  }

  /// After the last row: what the rows' times are.
  void find_times(Milliseconds period) {
    const DataFile& file = *into_.file;
    if (file.join == Join::row) return;
    const Milliseconds quiet = file.join == Join::hold ? Milliseconds{static_cast<std::int64_t>(file.hold_s * 1000)} : period;
    const auto times = resolve_times(written_, period, quiet, file.swapped_dates);
    auto& mended = into_.account.cells.mended;
    for (std::size_t row = 0; row < times.size(); ++row) {
      if (!into_.kept[row]) continue;
      into_.times[row] = times[row].at;
      if (!times[row].at) {
        into_.set_aside(row, "order", to_rfc3339(written_[row]->at));
        continue;
      }
      if (times[row].swapped) ++mended["swapped"];
      if (written_[row]->date_only)
        ++mended["midnight"];
      else if (times[row].spread)
        ++mended["minute"];
    }
  }

 private:
  void take(std::string_view text) {
    const std::size_t row = into_.rows();
    ++into_.account.rows_read;
    into_.kept.push_back(true);
    into_.times.emplace_back();
    written_.emplace_back();
    for (RecordedColumn& column : into_.columns) column.numbers.push_back(no_reading);
    split_cells(text, dataset_.separator, cells_);
    if (cells_.size() != places_.cells)
      return into_.set_aside(row, "columns", fmt::format("{} cells, the header has {}", cells_.size(), places_.cells));
    for (const auto& [cell, equals] : places_.conditions)
      if (cells_[cell] != *equals) return into_.set_aside(row, "filter", cells_[cell]);
    if (places_.time) {
      written_[row] = read_written_time(cells_[*places_.time], into_.file->time_formats, into_.file->utc_offset_h);
      if (written_[row] && written_[row]->exchanged && !into_.file->swapped_dates) written_[row].reset();
      if (!written_[row]) return into_.set_aside(row, "time", cells_[*places_.time]);
    }
    for (RecordedColumn& column : into_.columns) {
      column.numbers[row] = number(column, cells_[place(column)]);
    }
  }

  std::size_t place(const RecordedColumn& column) const {
    return places_.columns[static_cast<std::size_t>(column.column - into_.file->columns.data())];
  }

  double number(const RecordedColumn& column, std::string& cell) {
    if (cell.empty() || std::find(dataset_.blanks.begin(), dataset_.blanks.end(), cell) != dataset_.blanks.end()) {
      ++into_.account.cells.no_reading["blank"][column.column->name];
      return no_reading;
    }
    if (dataset_.decimal != '.') std::replace(cell.begin(), cell.end(), dataset_.decimal, '.');
    double value = 0;
    const auto [end, trouble] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (trouble == std::errc{} && end == cell.data() + cell.size() && std::isfinite(value)) return value;
    for (const auto& [code, word] : column.tag->codes)
      if (cell == word) return code;
    ++into_.account.cells.no_reading["unreadable"][column.column->name];
    return no_reading;
  }

  const Dataset& dataset_;
  RecordedFile& into_;
  Places places_;
  std::vector<std::string> cells_;
  std::vector<std::optional<WrittenTime>> written_;
};

}  // namespace

void RecordedFile::set_aside(std::size_t row, const char* reason, const std::string& seen) {
  kept[row] = false;
  for (RecordedColumn& column : columns) column.numbers[row] = no_reading;
  ++account.set_aside[reason];
  if (account.notes.size() < notes_at_most)
    account.notes.push_back(fmt::format("{} row {}: {}: \"{}\"", account.name, row + 1, reason, seen));
}

Result<RecordedFile> read_recorded_file(const Line& line, const Dataset& dataset, const DataFile& file,
                                        const std::filesystem::path& folder) {
  RecordedFile recorded;
  recorded.file = &file;
  recorded.account.name = file.name;
  for (const DataColumn& column : file.columns) {
    const auto tag = line.find_tag(column.tag);
    if (!tag)
      return fault(dataset.name, fmt::format("column {} goes to tag \"{}\", which line {} lacks", column.name, column.tag, line.id),
                   "use a unit/tag path of the line description");
    recorded.columns.push_back({&column, &line.tag(*tag), {}});
  }
  const auto paths = files_of(folder, file);
  if (!paths) return tl::unexpected(paths.error());
  FileReader reader{dataset, recorded};
  for (const auto& path : *paths) {
    recorded.account.paths.push_back(path.string());
    if (const auto done = reader.read(path); !done) return tl::unexpected(done.error());
  }
  reader.find_times(line.period);
  apply_column_rules(recorded.columns, recorded.account.cells);
  for (std::size_t row = 0; row < recorded.rows(); ++row) {
    const bool empty =
        std::all_of(recorded.columns.begin(), recorded.columns.end(), [&](const RecordedColumn& c) { return std::isnan(c.numbers[row]); });
    if (recorded.kept[row] && empty) recorded.set_aside(row, "empty", "no reading");
  }
  return recorded;
}

}  // namespace steadyline
