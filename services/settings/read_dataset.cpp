#include "settings/read_dataset.h"

#include <fmt/format.h>

#include <map>

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

void read_time(Section section, Dataset& dataset, Uses& uses) {
  dataset.time_column = section.text("column", dataset.time_column, "column that holds the time of the row");
  dataset.time_format = section.text("format", dataset.time_format, "%Y %m %d %H %M %S and literal characters, or rfc3339, epoch_s, epoch_ms");
  dataset.utc_offset_h = section.number("utc_offset_h", 0, {-14, 14}, "hours that the written times are ahead of UTC; 1 for CET");
  const std::string& format = dataset.time_format;
  if (format != "rfc3339" && format != "epoch_s" && format != "epoch_ms") {
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%') continue;
      const char letter = i + 1 < format.size() ? format[++i] : ' ';
      if (std::string_view{"YmdHMS"}.find(letter) == std::string_view::npos) section.fault("format", fmt::format("has %{}", letter), "known here: %Y %m %d %H %M %S");
    }
    for (const char* part : {"%Y", "%m", "%d", "%H", "%M"}) {
      if (format.find(part) == std::string::npos) section.fault("format", fmt::format("\"{}\" lacks {}", format, part), "a time needs %Y %m %d %H %M, and %S for seconds");
    }
  }
  uses.take(section, "column", dataset.time_column, "the time");
  section.reject_unknown_keys();
}

void read_columns(Section& top, Dataset& dataset, Uses& uses) {
  std::map<std::string, std::string> tags;
  for (Section& item : top.list("columns", "which column becomes which tag", true)) {
    DataColumn column;
    column.name = item.text("column", "name in the header row");
    column.tag = item.text("tag", "unit/tag of the line description");
    column.factor = item.number("factor", 1, {-1e12, 1e12}, "value = number * factor + offset, in the tag's unit of measure");
    column.offset = item.number("offset", 0, {-1e12, 1e12}, "value = number * factor + offset, in the tag's unit of measure");
    if (column.factor == 0) item.fault("factor", "is 0", "every value would be the same; allowed are all others");
    if (!column.tag.empty() && column.tag.find('/') == std::string::npos) item.fault("tag", fmt::format("is \"{}\", without its unit", column.tag), "write unit/tag");
    if (!column.tag.empty() && !tags.emplace(column.tag, column.name).second) item.fault("tag", fmt::format("\"{}\" is filled twice", column.tag), "one column for each tag");
    uses.take(item, "column", column.name, "a tag's column");
    item.reject_unknown_keys();
    dataset.columns.push_back(std::move(column));
  }
  for (Section& item : top.list("drop_columns", "columns that are left out, each with its reason", false)) {
    DroppedColumn dropped;
    dropped.name = item.text("column", "name in the header row");
    dropped.reason = item.text("reason", "why it is left out");
    uses.take(item, "column", dropped.name, "in use");
    item.reject_unknown_keys();
    dataset.dropped.push_back(std::move(dropped));
  }
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
  read_time(top.section("time", "how the time of a row is written"), dataset, uses);
  read_columns(top, dataset, uses);
  dataset.group_column = top.text("group_column", "", "column that names the campaign: the unit of splits, never cut at random");
  dataset.batch_column = top.text("batch_column", "", "column that names the batch");
  uses.take(top, "group_column", dataset.group_column, "in use");
  uses.take(top, "batch_column", dataset.batch_column, "in use");
  for (Section& item : top.list("filter", "rows to keep: all of these must hold", false)) {
    dataset.filter.push_back({item.text("column", "name in the header row"), item.text("equals", "its cell, exactly as written")});
    item.reject_unknown_keys();
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
