#include "evaluation/realism_data.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <map>

#include "training/dataset_reader.h"

namespace steadyline {
namespace {

std::vector<std::string> cells_of(std::string line, char separator) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> cells;
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t to = std::min(line.find(separator, from), line.size());
    cells.push_back(line.substr(from, to - from));
    from = to + 1;
  }
  return cells;
}

Error fault(const std::filesystem::path& where, std::string what, std::string mend) {
  return {Errc::io, std::move(what), where.string(), std::move(mend)};
}

}  // namespace

Result<std::vector<PressBatch>> read_press_batches(const Line& line, const Dataset& dataset, const std::filesystem::path& file,
                                                   const std::string& product, std::vector<std::string>& notes, const PressRoles& roles) {
  Dataset unfiltered = dataset;
  unfiltered.filter.clear();
  const auto table = read_dataset(line, unfiltered, file);
  if (!table) return tl::unexpected(table.error());
  const std::string* const wanted[] = {&roles.speed, &roles.force, &roles.srel, &roles.fill, &roles.ejection};
  std::vector<TagIndex> tags;
  for (const std::string* path : wanted) {
    const auto tag = line.find_tag(*path);
    if (!tag) return tl::unexpected(fault(file, fmt::format("line {} has no tag {}", line.id, *path), "name the press tags of this line"));
    tags.push_back(*tag);
  }
  for (const auto& [reason, count] : table->set_aside)
    notes.push_back(fmt::format("{}: {} rows set aside: {}", file.filename().string(), count, reason));
  std::vector<PressBatch> batches;
  for (const DataRow& row : table->rows) {
    if (batches.empty() || batches.back().campaign != row.group || batches.back().batch != row.batch)
      batches.push_back({product, row.group, row.batch, {}});
    const auto at = [&](std::size_t i) { return row.values[tags[i].value]; };
    const double time_s = static_cast<double>(row.time.time_since_epoch().count()) / 1000;
    batches.back().readings.push_back({time_s, at(0), at(1), at(2), at(3), at(4)});
  }
  return batches;
}

Result<std::vector<KeyedNumber>> read_column(const std::filesystem::path& table, const std::string& key, const std::string& column,
                                             char separator) {
  std::ifstream in{table, std::ios::binary};
  std::string line;
  if (!std::getline(in, line)) return tl::unexpected(fault(table, "no such table, or it is empty", "give a table with a header row"));
  const auto header = cells_of(line, separator);
  const auto place = [&](const std::string& name) { return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin()); };
  const std::size_t key_at = place(key), column_at = place(column);
  if (std::max(key_at, column_at) >= header.size())
    return tl::unexpected(
        fault(table, fmt::format("no column \"{}\"", key_at >= header.size() ? key : column), "columns are found by their exact names"));
  std::vector<KeyedNumber> numbers;
  while (std::getline(in, line)) {
    const auto cells = cells_of(line, separator);
    if (cells.size() <= std::max(key_at, column_at)) continue;
    const std::string& text = cells[column_at];
    double value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed == std::errc{} && end == text.data() + text.size()) numbers.push_back({cells[key_at], value});
  }
  return numbers;
}

std::vector<double> ratios(std::span<const KeyedNumber> numerators, std::span<const KeyedNumber> denominators) {
  std::map<std::string, double> below;
  for (const KeyedNumber& d : denominators) below.emplace(d.key, d.value);
  std::vector<double> result;
  for (const KeyedNumber& n : numerators)
    if (const auto d = below.find(n.key); d != below.end() && d->second > 0 && n.value > 0) result.push_back(n.value / d->second);
  std::ranges::sort(result);
  return result;
}

}  // namespace steadyline
