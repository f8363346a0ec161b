#include "training/frames_csv.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <string_view>

#include "training/csv_rows.h"

namespace steadyline {
namespace {

constexpr const char* how_to_make = "give what `steadyline simulate --format csv` wrote, or describe the columns with --dataset";

tl::unexpected<Error> fault(const std::filesystem::path& where, std::string what, std::string mend = how_to_make) {
  return tl::unexpected(Error{Errc::usage, std::move(what), where.string(), std::move(mend)});
}

/// "a, b, c and 7 more".
std::string listed(const std::vector<DroppedColumn>& columns) {
  std::string text;
  for (std::size_t i = 0; i < columns.size() && i < 3; ++i) text += (i == 0 ? "" : ", ") + columns[i].name;
  return columns.size() > 3 ? fmt::format("{} and {} more", text, columns.size() - 3) : text;
}

}  // namespace

Result<Dataset> dataset_of_header(const Line& line, const std::filesystem::path& file, std::vector<std::string>& notes) {
  std::ifstream stream{file, std::ios::binary};
  std::string text;
  if (!stream || !std::getline(stream, text)) return fault(file, "cannot be read or is empty");
  std::string_view head = text;
  drop_byte_order_mark(head);
  Dataset dataset{.name = file.string(), .line = line.id};
  dataset.time_format = "rfc3339";
  if (head.starts_with("time;")) {  // a plant's recorder: central Europe's winter time
    dataset.separator = ';';
    dataset.decimal = ',';
    dataset.time_format = "%Y-%m-%d %H:%M:%S";
    dataset.utc_offset_h = 1;
  }
  std::vector<std::string> names;
  split_cells(head, dataset.separator, names);
  if (names.empty() || names.front() != "time") return fault(file, "has no header that begins with \"time\"");
  for (auto name = names.begin() + 1; name != names.end(); ++name) {
    if (line.find_tag(*name))
      dataset.columns.push_back({.name = *name, .tag = *name, .plausible = {}, .zero_with = {}});
    else
      dataset.dropped.push_back({*name, "no tag of the line"});
  }
  if (dataset.columns.empty()) return fault(file, fmt::format("no column is a tag of line {}", line.id));
  if (!dataset.dropped.empty())
    notes.push_back(fmt::format("{}: line {} has no tag {}: not looked at", file.string(), line.id, listed(dataset.dropped)));
  if (const std::size_t absent = line.tags.size() - dataset.columns.size(); absent > 0)
    notes.push_back(fmt::format("{}: {} of {} tags of line {} are not in it: they count as lost readings, before and after", file.string(),
                                absent, line.tags.size(), line.id));
  return dataset;
}

Result<std::vector<std::filesystem::path>> frame_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  bool other_form = false;
  std::error_code trouble;
  for (const auto& entry : std::filesystem::directory_iterator{folder, trouble}) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("frames-")) continue;
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
    other_form = other_form || entry.path().extension() == ".h5";
  }
  if (trouble) return fault(folder, "cannot be read: " + trouble.message(), "check the folder and its permissions");
  if (files.empty() && other_form) return fault(folder, "holds HDF5 files", "write it as CSV: `steadyline simulate --format csv`");
  if (files.empty()) return fault(folder, "holds no frames-*.csv");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace steadyline
