#include "training/data_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>
#include <utility>

#include "training/shifted_columns.h"

namespace steadyline {
namespace {

constexpr double order_share_max = 0.05;
constexpr double narrow = 2.5;  // limits whose ends are less than this factor apart tell one unit from another
constexpr std::size_t rows_least = 30;

/// A column in a unit of its own: tag's number = written * factor + offset.
struct OtherUnit {
  const char* words;
  double factor, offset;
};
constexpr std::array<OtherUnit, 16> other_units{{{"1000 times too much, as g for kg or N for kN", 1e-3, 0},
                                                 {"a thousandth, as kg for g or kN for N", 1e3, 0},
                                                 {"3600 times too much, as per hour for per second", 1 / 3600.0, 0},
                                                 {"per second instead of per hour", 3600, 0},
                                                 {"60 times too much, as per hour for per minute", 1 / 60.0, 0},
                                                 {"per minute instead of per hour, or minutes for seconds", 60, 0},
                                                 {"3.6 times too much, as kg/h for g/s", 1 / 3.6, 0},
                                                 {"g/s instead of kg/h", 3.6, 0},
                                                 {"100 times too much, as per cent for a share", 1e-2, 0},
                                                 {"a hundredth, as a share for per cent", 1e2, 0},
                                                 {"psi instead of bar", 0.0689476, 0},
                                                 {"kgf instead of kN", 0.00980665, 0},
                                                 {"kgf instead of N", 9.80665, 0},
                                                 {"lbf instead of N", 4.44822, 0},
                                                 {"°F instead of °C", 5 / 9.0, -160 / 9.0},
                                                 {"K instead of °C", 1, -273.15}}};

/// The column's numbers of all rows, in the tag's unit.
std::vector<double> numbers_of(const DataTable& table, TagIndex tag) {
  std::vector<double> numbers;
  for (const DataRow& row : table.rows) numbers.push_back(row.values[tag.value]);
  return numbers;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

class RowChecker {
 public:
  RowChecker(const Line& line, const Dataset& dataset, const std::string& file, DataTable& table)
      : line_{line}, dataset_{dataset}, file_{file}, table_{table} {}

  DataCheck check() {
    check_order();
    if (table_.rows.size() < rows_least) return std::move(found_);  // too few to judge; training refuses them
    check_gaps();
    check_copies();
    for (const DataColumn& column : dataset_.columns)
      if (const auto tag = line_.find_tag(column.tag)) check_column(column, *tag);
    return std::move(found_);
  }

 private:
  void note(const std::string& column, const std::string& what) { found_.notes.push_back(fmt::format("{}:{}: {}", file_, column, what)); }
  void refuse(const std::string& column, std::string what, std::string mend) {
    found_.faults.push_back({Errc::io, std::move(what), fmt::format("{}:{}", file_, column), std::move(mend)});
  }

  void check_order() {
    const auto back = table_.set_aside.find("order");
    if (back == table_.set_aside.end() || table_.rows_read == 0) return;
    const double share = static_cast<double>(back->second) / static_cast<double>(table_.rows_read);
    const std::string what = fmt::format("{} of {} rows go back in time", back->second, table_.rows_read);
    if (share > order_share_max)
      refuse(dataset_.time_column, what, "sort the rows; or day and month stand the other way round in some: correct the time format");
    else
      note(dataset_.time_column, what + "; set aside");
  }

  void check_gaps() {
    std::size_t gaps = 0;
    double longest_s = 0;
    for (std::size_t i = 1; i < table_.rows.size(); ++i) {
      if (table_.rows[i].group != table_.rows[i - 1].group) continue;
      const double silent_s = static_cast<double>((table_.rows[i].time - table_.rows[i - 1].time).count()) / 1000;
      if (silent_s <= dataset_.gap_s) continue;
      ++gaps;
      longest_s = std::max(longest_s, silent_s);
    }
    if (gaps > 0)
      note(dataset_.time_column, fmt::format("{} gaps of more than {} s, the longest {:.0f} s; the models begin anew after each", gaps, dataset_.gap_s, longest_s));
  }

  /// Columns that hold another one's numbers, by the rules for folders.
  void check_copies() {
    std::vector<RecordedColumn> columns;
    std::vector<TagIndex> tags;
    for (const DataColumn& column : dataset_.columns) {
      const auto tag = line_.find_tag(column.tag);
      if (!tag || column.kind != ColumnKind::value || line_.tag(*tag).clock == Clock::on_change) continue;
      columns.push_back({&column, &line_.tag(*tag), numbers_of(table_, *tag)});
      tags.push_back(*tag);
    }
    CellCounts counts;
    set_aside_shifted(columns, counts);
    set_aside_duplicated(columns, counts);
    if (counts.no_reading.empty()) return;
    for (std::size_t c = 0; c < columns.size(); ++c)
      for (std::size_t row = 0; row < table_.rows.size(); ++row) table_.rows[row].values[tags[c].value] = columns[c].numbers[row];
    for (const auto& [reason, by_column] : counts.no_reading)
      for (const auto& [column, cells] : by_column) {
        const std::string why = reason == "shifted" ? "they hold a neighbouring column's numbers" : "equal to another column's, digit by digit";
        if (2 * cells > table_.rows.size()) copied_[column] = fmt::format("{} of {} cells set aside: {}", cells, table_.rows.size(), why);
        else note(column, fmt::format("{} cells set aside: {}", cells, why));
      }
  }

  void check_column(const DataColumn& column, TagIndex index) {
    const Tag& tag = line_.tag(index);
    if (const auto copied = copied_.find(column.name); copied != copied_.end()) {
      if (tag.modelled) refuse(column.name, copied->second, "give a recording in which it has numbers of its own, or take modelled from the tag");
      else note(column.name, copied->second);
      if (tag.modelled) return;
    }
    std::vector<double> numbers = numbers_of(table_, index);
    std::erase_if(numbers, [](double v) { return std::isnan(v); });
    if (numbers.empty()) {
      if (tag.modelled) refuse(column.name, fmt::format("has no reading in {} rows, and {} is modelled", table_.rows.size(), tag.path), "give a recording that has it, or take modelled from the tag");
      else note(column.name, fmt::format("no reading in {} rows", table_.rows.size()));
      return;
    }
    const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    if (*least == *most && numbers.size() >= rows_least && tag.clock == Clock::period && tag.role == Role::measured) {
      const std::string what = fmt::format("reads {} in all {} rows", *least, numbers.size());
      if (tag.modelled && tag.stuck_after_s) refuse(column.name, what + "; its sensor never stands still", "give a recording in which it lives, or take modelled from the tag");
      else note(column.name, what + "; it teaches nothing");
    }
    check_unit(column, tag, index, numbers);
  }

  /// Where the readings of good production lie: the narrower limits first.
  static const Band* home_of(const Tag& tag) {
    for (const Band* band : {&tag.control, &tag.hard, &tag.range})
      if (std::isfinite(band->low) && std::isfinite(band->high)) return band;
    return nullptr;
  }

  void check_unit(const DataColumn& column, const Tag& tag, TagIndex index, const std::vector<double>& numbers) {
    const Band* const home = home_of(tag);
    if (home == nullptr || tag.role == Role::setpoint) return;
    const double middle = typical(index, numbers);
    const double width = home->high - home->low;
    const Band roomy{home->low - width, home->high + width};
    if (roomy.contains(middle) || middle == 0) return;
    std::vector<const OtherUnit*> fits;
    for (const OtherUnit& unit : other_units)
      if (home->contains(middle * unit.factor + unit.offset)) fits.push_back(&unit);
    const bool sharp = home->low > 0 && home->high / home->low < narrow;
    if (sharp && fits.size() == 1) {
      for (DataRow& row : table_.rows) row.values[index.value] = row.values[index.value] * fits.front()->factor + fits.front()->offset;
      note(column.name, fmt::format("its median {} lies outside {}..{} {}: {}; multiplied by {}{}", middle, home->low, home->high, tag.uom, fits.front()->words,
                                    fits.front()->factor, fits.front()->offset != 0 ? fmt::format(", {:+}", fits.front()->offset) : ""));
      return;
    }
    std::string known;
    for (const OtherUnit* unit : fits) known += (known.empty() ? "" : "; or ") + std::string{unit->words};
    if (!tag.range.contains(middle))
      refuse(column.name, fmt::format("has a median of {}, outside the range {}..{} {} of {}{}", middle, tag.range.low, tag.range.high, tag.uom, tag.path, known.empty() ? "" : ": " + known),
             "give the column's factor and offset in the data set's description");
    else
      note(column.name, fmt::format("its median {} lies far from {}..{} {}{}", middle, home->low, home->high, tag.uom, known.empty() ? "" : "; perhaps " + known));
  }

  /// The median while the line runs, where a column tells that.
  double typical(TagIndex index, const std::vector<double>& numbers) const {
    std::vector<double> running;
    if (line_.running_tag)
      for (const DataRow& row : table_.rows)
        if (row.values[line_.running_tag->value] > line_.running_above && !std::isnan(row.values[index.value])) running.push_back(row.values[index.value]);
    return median(running.size() >= rows_least ? std::move(running) : numbers);
  }

  const Line& line_;
  const Dataset& dataset_;
  const std::string& file_;
  DataTable& table_;
  std::map<std::string, std::string> copied_;  // by column, most of whose numbers are another one's: how many
  DataCheck found_;
};

/// Rows that cannot be used for their time, and leaps of more than three days.
std::size_t jumps_of(const DataTable& table) {
  std::size_t jumps = 0;
  for (const auto& [reason, count] : table.set_aside)
    if (reason == "order" || reason == "time") jumps += count;
  for (std::size_t i = 1; i < table.rows.size(); ++i) jumps += table.rows[i].time - table.rows[i - 1].time > std::chrono::hours{72} ? 1 : 0;
  return jumps;
}

}  // namespace

DataCheck check_rows(const Line& line, const Dataset& dataset, const std::string& file, DataTable& table) {
  return RowChecker{line, dataset, file, table}.check();
}

std::vector<Error> check_dates(const Line& line, const Dataset& dataset, std::string_view text, const std::string& file) {
  const auto day = dataset.time_format.find("%d"), month = dataset.time_format.find("%m");
  if (day == std::string::npos || month == std::string::npos) return {};
  Dataset other = dataset;
  std::swap(other.time_format[day + 1], other.time_format[month + 1]);
  const auto as_told = parse_dataset(line, dataset, text, file), exchanged = parse_dataset(line, other, text, file);
  if (!as_told || !exchanged || exchanged->rows.size() < rows_least) return {};
  const std::size_t before = jumps_of(*as_told), after = jumps_of(*exchanged);
  if (before < 3 || 4 * after > before || exchanged->rows.size() < as_told->rows.size()) return {};
  return {{Errc::io, fmt::format("{} rows stand at odd times, {} if day and month are exchanged", before, after), fmt::format("{}:{}", file, dataset.time_column),
           fmt::format("set the data set's time format to \"{}\"", other.time_format)}};
}

Checked<DataTable> read_checked_dataset(const Line& line, const Dataset& dataset, const std::filesystem::path& file, std::vector<std::string>& notes) {
  auto table = read_dataset(line, dataset, file);
  if (!table) return tl::unexpected(std::vector{table.error()});
  std::ostringstream text;
  text << std::ifstream{file, std::ios::binary}.rdbuf();
  std::vector<Error> faults = check_dates(line, dataset, text.view(), file.string());
  DataCheck found = check_rows(line, dataset, file.filename().string(), *table);
  for (const auto& [reason, count] : table->set_aside) found.notes.push_back(fmt::format("{}: {} of {} rows set aside: {}", file.filename().string(), count, table->rows_read, reason));
  faults.insert(faults.end(), std::make_move_iterator(found.faults.begin()), std::make_move_iterator(found.faults.end()));
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  notes.insert(notes.end(), std::make_move_iterator(found.notes.begin()), std::make_move_iterator(found.notes.end()));
  return std::move(*table);
}

}  // namespace steadyline
