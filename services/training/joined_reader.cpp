#include "training/joined_reader.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "core/time_text.h"
#include "training/recorded_file.h"

namespace steadyline {
namespace {

constexpr double no_reading = std::numeric_limits<double>::quiet_NaN();

/// Gives the rows of a file without times those of its partner, row by row.
void borrow_times(RecordedFile& file, const RecordedFile& partner) {
  for (std::size_t row = 0; row < file.rows(); ++row) {
    if (!file.kept[row]) continue;
    // A partner whose time is known serves even when its own readings are worth nothing.
    if (row < partner.rows() && partner.times[row])
      file.times[row] = partner.times[row];
    else
      file.set_aside(row, "partner", row < partner.rows() ? "its partner has no time" : "no partner row");
  }
}

std::vector<EventTime> times_of(const std::vector<RecordedFile>& files) {
  std::vector<EventTime> times;
  for (const RecordedFile& file : files) {
    if (file.file->join == Join::hold) continue;
    for (std::size_t row = 0; row < file.rows(); ++row)
      if (file.kept[row]) times.push_back(*file.times[row]);
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

std::string day_of(EventTime time, double utc_offset_h) {
  return to_rfc3339(time + Milliseconds{static_cast<std::int64_t>(std::lround(utc_offset_h * 3'600'000))}).substr(0, 10);
}

class Joiner {
 public:
  Joiner(const Line& line, std::vector<DataRow>& rows) : line_{line}, rows_{rows} {}

  /// A row goes where its time is.
  void meet(RecordedFile& file) {
    const auto cells = tags(file);
    auto at = rows_.begin();
    for (std::size_t row = 0; row < file.rows(); ++row) {
      if (!file.kept[row]) continue;
      while (at->time < *file.times[row]) ++at;
      fill(file, cells, row, *at);
      ++file.account.rows_used;
    }
  }

  /// A row goes to all rows from its time until the next one's, hold_s at most.
  void hold(RecordedFile& file) {
    const auto cells = tags(file);
    const Milliseconds hold{static_cast<std::int64_t>(file.file->hold_s * 1000)};
    auto at = rows_.begin();
    std::optional<std::size_t> last;
    for (std::size_t row = 0; row <= file.rows(); ++row) {
      if (row < file.rows() && !file.kept[row]) continue;
      const bool end = row == file.rows();
      bool used = false;
      for (; at != rows_.end() && (end || at->time < *file.times[row]); ++at) {
        if (!last || at->time - *file.times[*last] > hold) continue;
        fill(file, cells, *last, *at);
        used = true;
      }
      if (last && used) ++file.account.rows_used;
      if (last && !used) file.set_aside(*last, "alone", to_rfc3339(*file.times[*last]));
      if (!end) last = row;
    }
  }

 private:
  std::vector<std::size_t> tags(const RecordedFile& file) const {
    std::vector<std::size_t> tags;
    for (const RecordedColumn& column : file.columns) tags.push_back(static_cast<std::size_t>(column.tag - line_.tags.data()));
    return tags;
  }

  static void fill(const RecordedFile& file, const std::vector<std::size_t>& tags, std::size_t row, DataRow& into) {
    for (std::size_t c = 0; c < tags.size(); ++c) {
      const double number = file.columns[c].numbers[row];
      if (!std::isnan(number)) into.values[tags[c]] = number;
    }
  }

  const Line& line_;
  std::vector<DataRow>& rows_;
};

std::string counts_text(const std::map<std::string, std::size_t>& counts) {
  std::string text;
  for (const auto& [word, count] : counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", word, count);
  return text;
}

}  // namespace

Result<JoinedTable> read_folder(const Line& line, const Dataset& dataset, const std::filesystem::path& folder) {
  std::vector<RecordedFile> files;
  for (const DataFile& file : dataset.files) {
    auto read = read_recorded_file(line, dataset, file, folder);
    if (!read) return tl::unexpected(read.error());
    files.push_back(std::move(*read));
  }
  for (RecordedFile& file : files) {
    if (file.file->join != Join::row) continue;
    const auto partner =
        std::find_if(files.begin(), files.end(), [&](const RecordedFile& f) { return f.file->name == file.file->rows_of; });
    STEADYLINE_ASSERT(partner != files.end() && partner->file->join == Join::time, "rows_of names a file that joins by time");
    borrow_times(file, *partner);
  }

  JoinedTable table;
  const auto first = std::find_if(files.begin(), files.end(), [](const RecordedFile& f) { return f.file->join == Join::time; });
  for (const EventTime time : times_of(files))
    table.rows.push_back(
        {table.rows.size() + 1, time, day_of(time, first->file->utc_offset_h), {}, std::vector<double>(line.tags.size(), no_reading)});
  Joiner joiner{line, table.rows};
  for (RecordedFile& file : files) {
    if (file.file->join == Join::hold)
      joiner.hold(file);
    else
      joiner.meet(file);
    table.files.push_back(std::move(file.account));
    file.columns.clear();
  }
  return table;
}

std::string to_line(const FileAccount& account) {
  std::size_t aside = 0;
  for (const auto& [reason, count] : account.set_aside) aside += count;
  std::string text = fmt::format("{}: {} rows read = {} used + {} set aside", account.name, account.rows_read, account.rows_used, aside);
  if (aside > 0) text += fmt::format(" ({})", counts_text(account.set_aside));
  if (!account.cells.mended.empty()) text += "; mended: " + counts_text(account.cells.mended);
  std::map<std::string, std::size_t> cells;
  for (const auto& [reason, columns] : account.cells.no_reading)
    for (const auto& [column, count] : columns) cells[reason] += count;
  if (!cells.empty()) text += "; no reading: " + counts_text(cells);
  return text;
}

}  // namespace steadyline
