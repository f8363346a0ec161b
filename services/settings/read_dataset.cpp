#include "settings/read_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>
#include <vector>

#include "settings/section.h"

namespace steadyline {
namespace {

/// A column has one use: faults name the first.
struct Uses {
  std::map<std::string, std::string> seen;
  void take(Section& section, std::string_view key, const std::string& column, const std::string& use) {
    if (column.empty()) return;
    const auto [first, fresh] = seen.emplace(column, use);
    if (!fresh) section.fault(key, fmt::format("names the column \"{}\", which is already {}", column, first->second), "a column has one use; remove one");
  }
};

constexpr std::string_view pattern_meaning = "%Y %m %d %H %M %S and literal characters, or rfc3339, epoch_s, epoch_ms";

/// A pattern of fields needs these, and knows no others.
void check_format(Section& section, std::string_view key, const std::string& format, std::initializer_list<const char*> parts, const char* needs) {
  if (format == "rfc3339" || format == "epoch_s" || format == "epoch_ms") return;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    const char letter = i + 1 < format.size() ? format[++i] : ' ';
    if (std::string_view{"YmdHMS"}.find(letter) == std::string_view::npos) section.fault(key, fmt::format("has %{}", letter), "known here: %Y %m %d %H %M %S");
  }
  for (const char* part : parts) {
    if (format.find(part) == std::string::npos) section.fault(key, fmt::format("\"{}\" lacks {}", format, part), needs);
  }
}

void read_time(Section section, Dataset& dataset, Uses& uses) {
  dataset.time_column = section.text("column", dataset.time_column, "column that holds the time of the row");
  dataset.time_format = section.text("format", dataset.time_format, pattern_meaning);
  dataset.utc_offset_h = section.number("utc_offset_h", 0, {-14, 14}, "hours that the written times are ahead of UTC; 1 for CET");
  check_format(section, "format", dataset.time_format, {"%Y", "%m", "%d", "%H", "%M"}, "a time needs %Y %m %d %H %M, and %S for seconds");
  uses.take(section, "column", dataset.time_column, "the time");
  section.reject_unknown_keys();
}

using Tags = std::map<std::string, std::string>;  ///< tag and the column that fills it

DataColumn read_column(Section& item, Tags& tags, Uses& uses) {
  DataColumn column;
  column.name = item.text("column", "name in the header row");
  column.tag = item.text("tag", "unit/tag of the line description");
  column.factor = item.number("factor", 1, {-1e12, 1e12}, "value = number * factor + offset, in the tag's unit of measure");
  column.offset = item.number("offset", 0, {-1e12, 1e12}, "value = number * factor + offset, in the tag's unit of measure");
  if (column.factor == 0) item.fault("factor", "is 0", "every value would be the same; allowed are all others");
  if (!column.tag.empty() && column.tag.find('/') == std::string::npos) item.fault("tag", fmt::format("is \"{}\", without its unit", column.tag), "write unit/tag");
  if (!column.tag.empty() && !tags.emplace(column.tag, column.name).second) item.fault("tag", fmt::format("\"{}\" is filled twice", column.tag), "one column for each tag");
  uses.take(item, "column", column.name, "a tag's column");
  return column;
}

void read_columns(Section& top, Dataset& dataset, Uses& uses) {
  Tags tags;
  for (Section& item : top.list("columns", "which column becomes which tag", true)) {
    dataset.columns.push_back(read_column(item, tags, uses));
    item.reject_unknown_keys();
  }
}

void read_dropped(Section& section, std::vector<DroppedColumn>& into, Uses& uses) {
  for (Section& item : section.list("drop_columns", "columns that are left out, each with its reason", false)) {
    DroppedColumn dropped;
    dropped.name = item.text("column", "name in the header row");
    dropped.reason = item.text("reason", "why it is left out");
    uses.take(item, "column", dropped.name, "in use");
    item.reject_unknown_keys();
    into.push_back(std::move(dropped));
  }
}

void read_filter(Section& section, std::vector<RowFilter>& into) {
  for (Section& item : section.list("filter", "rows to keep: all of these must hold", false)) {
    into.push_back({item.text("column", "name in the header row"), item.text("equals", "its cell, exactly as written")});
    item.reject_unknown_keys();
  }
}

/// What a column of a data set of several files may say beyond its tag.
void read_rules(Section& item, DataColumn& column) {
  column.kind = item.choice<ColumnKind>("kind", {{"value", ColumnKind::value}, {"flag", ColumnKind::flag}, {"totalizer", ColumnKind::totalizer}},
                                        "flag: 0 or 1, anything else is no reading; totalizer: counted on over its wraps and restarts");
  column.wrap = item.number("wrap", 0, {0, 1e12}, "written number at which a totalizer begins anew; 0: never");
  column.plausible = item.band("plausible", "where the written numbers lie in production; tells the columns that hold another's numbers");
  column.never_zero = item.flag("never_zero", false, "an exact 0 is no reading");
  column.zero_with = item.text("zero_with", "", "an exact 0 is a reading only where this column of the file reads 0 too");
  if (column.wrap > 0 && column.kind != ColumnKind::totalizer) item.fault("wrap", "is given for a column that is no totalizer", "write kind: totalizer, or remove it");
}

void read_file_time(Section section, DataFile& file, Uses& uses) {
  file.time_column = section.text("column", "", "column that holds the time of the row; none with join: row");
  file.time_formats = section.texts("formats", "tried in order in each row, each as time.format; without %S the minute alone, without %H %M %S midnight");
  file.swapped_dates = section.flag("swapped_dates", false, "day and month may be exchanged in part of the rows: the neighbours tell");
  file.utc_offset_h = section.number("utc_offset_h", 0, {-14, 14}, "hours that the written times are ahead of UTC; 1 for CET");
  for (const std::string& format : file.time_formats) check_format(section, "formats", format, {"%Y", "%m", "%d"}, "a time needs %Y %m %d");
  uses.take(section, "column", file.time_column, "the time");
  if (file.join == Join::row && (!file.time_column.empty() || !file.time_formats.empty())) section.fault("column", "is given, but the rows take their times from another file", "remove time, or join by time");
  if (file.join != Join::row && (file.time_column.empty() || file.time_formats.empty())) section.fault("formats", "or time.column is missing", "name the column of the time and at least one format");
  section.reject_unknown_keys();
}

DataFile read_file(Section section, Tags& tags) {
  DataFile file;
  Uses uses;
  file.name = section.name("name", "short name of the file, e.g. feeders1");
  file.pattern = section.text("pattern", "of the file names in the folder, * for any text; several files follow each other by name");
  file.join = section.choice<Join>("join", {{"time", Join::time}, {"row", Join::row}, {"hold", Join::hold}},
                                   "time: rows of equal times meet; row: the n-th row belongs to the n-th of rows_of; hold: the last row holds until the next");
  file.rows_of = section.text("rows_of", "", "with join: row, the name of the file whose times the rows share");
  file.hold_s = section.number("hold_s", file.hold_s, {1, 1e7}, "with join: hold, how long a row is worth something");
  read_file_time(section.section("time", "how the time of a row is written"), file, uses);
  std::vector<std::pair<Section, std::string>> zero_with;
  for (Section& item : section.list("columns", "which column becomes which tag", true)) {
    file.columns.push_back(read_column(item, tags, uses));
    read_rules(item, file.columns.back());
    item.reject_unknown_keys();
    if (!file.columns.back().zero_with.empty()) zero_with.emplace_back(item, file.columns.back().zero_with);
  }
  for (auto& [item, name] : zero_with) {
    const bool known = std::any_of(file.columns.begin(), file.columns.end(), [&, &wanted = name](const DataColumn& c) { return c.name == wanted; });
    if (!known) item.fault("zero_with", fmt::format("is \"{}\", no column of this file with a tag", name), "name one of the file's columns");
  }
  read_dropped(section, file.dropped, uses);
  read_filter(section, file.filter);
  section.reject_unknown_keys();
  return file;
}

void read_files(Section& top, Dataset& dataset) {
  Tags tags;
  for (Section& item : top.list("files", "a data set that comes as a folder: its kinds of files", false)) dataset.files.push_back(read_file(item, tags));
  bool by_time = false;
  for (const DataFile& file : dataset.files) {
    by_time = by_time || file.join == Join::time;
    const auto same = std::count_if(dataset.files.begin(), dataset.files.end(), [&](const DataFile& other) { return other.name == file.name; });
    if (same > 1 && !file.name.empty()) top.fault("files", fmt::format("has \"{}\" twice", file.name), "names of files are unique");
    if (file.join != Join::row) continue;
    const bool known = std::any_of(dataset.files.begin(), dataset.files.end(), [&](const DataFile& other) { return other.name == file.rows_of && other.join == Join::time; });
    if (!known) top.fault("files", fmt::format("has \"{}\", whose rows_of is \"{}\"", file.name, file.rows_of), "name a file of this data set that joins by time");
  }
  if (!dataset.files.empty() && !by_time) top.fault("files", "has none that joins by time", "the table needs a row for each time of at least one file");
}

void read_top(Section& top, Dataset& dataset) {
  Uses uses;
  dataset.name = top.name("name", "name of the data set, e.g. zagar");
  dataset.line = top.name("line", "id of the line that it describes, e.g. press-zagar");
  dataset.source = top.text("source", "where the public original is, its licence and how to cite it");
  dataset.separator = top.character("separator", dataset.separator, "between the cells of a row; \\t for the tabulator");
  dataset.decimal = top.character("decimal", dataset.decimal, "decimal sign of the numbers");
  if (dataset.decimal != '.' && dataset.decimal != ',') top.fault("decimal", fmt::format("is `{}`", dataset.decimal), "known here: `.` and `,`");
  if (dataset.decimal == dataset.separator) top.fault("separator", "is the decimal sign too", "a cell could not be told from its fraction");
  read_files(top, dataset);
  if (dataset.files.empty() || top.describing()) {
    read_time(top.section("time", "how the time of a row is written"), dataset, uses);
    read_columns(top, dataset, uses);
    read_dropped(top, dataset.dropped, uses);
    dataset.group_column = top.text("group_column", "", "column that names the campaign: the unit of splits, never cut at random");
    dataset.batch_column = top.text("batch_column", "", "column that names the batch");
    uses.take(top, "group_column", dataset.group_column, "in use");
    uses.take(top, "batch_column", dataset.batch_column, "in use");
    read_filter(top, dataset.filter);
  }
  dataset.gap_s = top.number("gap_s", dataset.gap_s, {0.1, 86400}, "a longer silence ends a segment: models begin anew after it");
  dataset.blanks = top.texts("blanks", "texts that mean no reading, beside empty cells and runs of spaces, e.g. [NA]");
}

}  // namespace

Checked<Dataset> parse_dataset(std::string_view text, std::string_view file) { return read_yaml<Dataset>(text, file, read_top); }

Checked<Dataset> read_dataset(const std::filesystem::path& file) {
  const auto text = read_settings_file(file.string());
  if (!text) return tl::unexpected(std::vector{text.error()});
  return parse_dataset(*text, file.string());
}

std::vector<SettingKey> dataset_keys() { return keys_of<Dataset>(read_top); }

}  // namespace steadyline
