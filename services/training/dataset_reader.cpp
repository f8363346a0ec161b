#include "training/dataset_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <numeric>
#include <optional>
#include <sstream>

#include "training/csv_rows.h"
#include "training/time_format.h"

namespace steadyline {
namespace {

constexpr std::size_t notes_at_most = 20;
constexpr double no_reading = std::numeric_limits<double>::quiet_NaN();

tl::unexpected<Error> fault(std::string where, std::string what, std::string mend) {
  return tl::unexpected(Error{Errc::io, std::move(what), std::move(where), std::move(mend)});
}

/// Where each thing of a row stands among its cells.
struct Layout {
  struct Reading {
    std::size_t cell;
    const DataColumn* column;
    std::size_t tag;
  };
  struct Condition {
    std::size_t cell;
    const std::string* equals;
  };
  std::size_t cells = 0;
  std::size_t time = 0;
  std::optional<std::size_t> group, batch;
  std::vector<Reading> readings;
  std::vector<Condition> conditions;
};

class LayoutReader {
 public:
  LayoutReader(const Line& line, const Dataset& dataset, const std::vector<std::string>& header, const std::string& where)
      : line_{line}, dataset_{dataset}, header_{header}, where_{where} {}

  Result<Layout> read() {
    Layout layout;
    layout.cells = header_.size();
    std::vector<bool> known(header_.size(), false);
    const auto find = [&](const std::string& name) -> std::optional<std::size_t> {
      const auto found = std::find(header_.begin(), header_.end(), name);
      if (found == header_.end()) {
        if (missing_.empty()) missing_ = name;
        return std::nullopt;
      }
      known[static_cast<std::size_t>(found - header_.begin())] = true;
      return static_cast<std::size_t>(found - header_.begin());
    };
    layout.time = find(dataset_.time_column).value_or(0);
    if (!dataset_.group_column.empty()) layout.group = find(dataset_.group_column);
    if (!dataset_.batch_column.empty()) layout.batch = find(dataset_.batch_column);
    for (const DataColumn& column : dataset_.columns) {
      const auto tag = line_.find_tag(column.tag);
      if (!tag)
        return fault(where_, fmt::format("column {} goes to tag \"{}\", which line {} lacks", column.name, column.tag, line_.id),
                     "use a unit/tag path of the line description");
      layout.readings.push_back({find(column.name).value_or(0), &column, tag->value});
    }
    for (const RowFilter& filter : dataset_.filter) layout.conditions.push_back({find(filter.column).value_or(0), &filter.equals});
    for (const DroppedColumn& column : dataset_.dropped) find(column.name);
    if (!missing_.empty()) {
      return fault(where_ + ":1", fmt::format("no column \"{}\"; found: {}", missing_, fmt::join(header_, " ")),
                   "check the separator and the names of the data set's description");
    }
    const auto stranger = std::find(known.begin(), known.end(), false);
    if (stranger != known.end()) {
      return fault(where_ + ":1",
                   fmt::format("column \"{}\" is not described", header_[static_cast<std::size_t>(stranger - known.begin())]),
                   "map it to a tag, or name it under dropped with the reason");
    }
    return layout;
  }

 private:
  const Line& line_;
  const Dataset& dataset_;
  const std::vector<std::string>& header_;
  const std::string& where_;
  std::string missing_;
};

class RowReader {
 public:
  RowReader(const Line& line, const Dataset& dataset, const Layout& layout, DataTable& table)
      : line_{line}, dataset_{dataset}, layout_{layout}, table_{table} {}

  void take(std::string_view text) {
    ++table_.rows_read;
    split_cells(text, dataset_.separator, cells_);
    if (cells_.size() != layout_.cells)
      return set_aside("columns", fmt::format("{} cells, the header has {}", cells_.size(), layout_.cells));
    for (const auto& condition : layout_.conditions) {
      if (cells_[condition.cell] != *condition.equals) return set_aside("filter", cells_[condition.cell]);
    }
    const auto time = parse_recorded_time(cells_[layout_.time], dataset_.time_format, dataset_.utc_offset_h);
    if (!time) return set_aside("time", cells_[layout_.time]);
    if (!table_.rows.empty() && *time <= table_.rows.back().time) return set_aside("order", cells_[layout_.time]);
    DataRow row{table_.rows_read, *time, layout_.group ? cells_[*layout_.group] : std::string{"all"},
                layout_.batch ? cells_[*layout_.batch] : std::string{}, std::vector<double>(line_.tags.size(), no_reading)};
    for (const auto& reading : layout_.readings) row.values[reading.tag] = number(reading);
    if (std::all_of(row.values.begin(), row.values.end(), [](double v) { return std::isnan(v); })) return set_aside("empty", "no reading");
    table_.rows.push_back(std::move(row));
  }

 private:
  void set_aside(const char* reason, const std::string& seen) {
    ++table_.set_aside[reason];
    note(fmt::format("row {}: {}: \"{}\"", table_.rows_read, reason, seen));
  }

  void note(std::string words) {
    if (table_.notes.size() < notes_at_most) table_.notes.push_back(std::move(words));
  }

  double number(const Layout::Reading& reading) {
    std::string& cell = cells_[reading.cell];
    if (cell.empty() || std::find(dataset_.blanks.begin(), dataset_.blanks.end(), cell) != dataset_.blanks.end()) {
      ++table_.blanks[reading.column->name];
      return no_reading;
    }
    if (dataset_.decimal != '.') std::replace(cell.begin(), cell.end(), dataset_.decimal, '.');
    double value = 0;
    const auto [end, trouble] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (trouble == std::errc{} && end == cell.data() + cell.size() && std::isfinite(value)) {
      return value * reading.column->factor + reading.column->offset;
    }
    ++table_.unreadable[reading.column->name];
    note(fmt::format("row {}: {} is \"{}\", not a number", table_.rows_read, reading.column->name, cell));
    return no_reading;
  }

  const Line& line_;
  const Dataset& dataset_;
  const Layout& layout_;
  DataTable& table_;
  std::vector<std::string> cells_;
};

}  // namespace

Result<DataTable> parse_dataset(const Line& line, const Dataset& dataset, std::string_view text, const std::string& where) {
  drop_byte_order_mark(text);
  std::string_view row;
  if (!take_line(text, row)) return fault(where, "is empty", "give a file with a header row");
  std::vector<std::string> header;
  split_cells(row, dataset.separator, header);
  const auto layout = LayoutReader{line, dataset, header, where}.read();
  if (!layout) return tl::unexpected(layout.error());
  DataTable table;
  RowReader reader{line, dataset, *layout, table};
  while (take_line(text, row)) {
    // An empty last line is the file's end, not a row.
    if (!row.empty() || !text.empty()) reader.take(row);
  }
  return table;
}

Result<DataTable> read_dataset(const Line& line, const Dataset& dataset, const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) return fault(file.string(), "cannot be read", "check the path; README.md says where public recordings are found");
  std::ostringstream text;
  text << stream.rdbuf();
  if (stream.bad()) return fault(file.string(), "reading failed", "check the disk");
  return parse_dataset(line, dataset, text.view(), file.string());
}

}  // namespace steadyline
