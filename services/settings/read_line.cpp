#include "settings/read_line.h"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/sha256.h"
#include "settings/read_relation.h"
#include "settings/read_soft_sensor.h"
#include "settings/read_tag.h"
#include "settings/section.h"

namespace steadyline {
namespace {

constexpr std::size_t max_tags = 4096;
constexpr double endless = std::numeric_limits<double>::infinity();
constexpr Limits any_number{-endless, endless};

/// Tags that several units share, by the name that the units give under `with`.
struct TagSet {
  std::vector<ReadTag> tags;
  bool used = false;
};
using TagSets = std::map<std::string, TagSet>;

void add_tags(const std::vector<ReadTag>& tags, UnitIndex unit, Line& line) {
  const std::string& id = line.unit(unit).id;
  for (const ReadTag& read : tags) {
    if (line.tags.size() > max_tags) return;  // a fault already; do not fill the memory
    Tag tag = read.tag;
    tag.unit = unit;
    tag.path = fmt::format("{}/{}", id, tag.name);
    if (!tag.name.empty() && line.find_tag(tag.path)) {
      Section section = read.section;
      section.fault("name", fmt::format("\"{}\" is given twice in unit {}", tag.name, id), "tag names are unique in their unit; rename or remove one");
    }
    line.tags.push_back(std::move(tag));
  }
}

std::vector<ReadTag> read_tags(std::vector<Section> entries, Milliseconds period) {
  std::vector<ReadTag> tags;
  for (Section& entry : entries) {
    for (ReadTag& tag : read_tag(std::move(entry), period)) tags.push_back(std::move(tag));
  }
  return tags;
}

TagSets read_tag_sets(Section section, Milliseconds period) {
  TagSets sets;
  for (const std::string& name : section.keys()) sets[name].tags = read_tags(section.list(name, "tags that several units share", true), period);
  section.reject_unknown_keys();
  return sets;
}

void append_sets(const std::vector<std::string>& names, TagSets& sets, Section& unit, std::vector<ReadTag>& tags) {
  for (const std::string& name : names) {
    const auto set = sets.find(name);
    if (set == sets.end()) {
      std::string known;
      for (const auto& [other, unused] : sets) known += (known.empty() ? "" : ", ") + other;
      unit.fault("with", fmt::format("names \"{}\", no tag set of this file", name), "known: " + (known.empty() ? "none; describe it under tag_sets" : known));
      continue;
    }
    set->second.used = true;
    tags.insert(tags.end(), set->second.tags.begin(), set->second.tags.end());
  }
}

/// Tags that tell the context, named before all tags are known.
struct ContextPaths {
  Section section;
  std::map<std::string, std::string> paths;  // key -> tag path
  std::vector<std::string> maturity_phases, aligned_phases, aligned_by;  // words and paths
};
using UnitContextPaths = std::pair<std::size_t, ContextPaths>;  // place of the unit, its context

ContextPaths read_line_context(Section& head) {
  ContextPaths read{head.section("context", "tags that tell in what context the line runs"), {}};
  read.paths["state"] = read.section.text("state", "", "unit/tag of the PackML state");
  read.paths["mode"] = read.section.text("mode", "", "unit/tag of the line's mode: 1 production, 2 maintenance, 3 manual; absent: `mode` beside the state");
  read.paths["recipe"] = read.section.text("recipe", "", "unit/tag of the recipe's identifier");
  read.section.reject_unknown_keys();
  return read;
}

ContextPaths read_unit_context(Section& unit) {
  ContextPaths read{unit.section("context", "tags that tell in what context the unit runs"), {}};
  read.paths["mode"] = read.section.text("mode", "", "unit/tag of a feeder's mode: 0 off, 1 gravimetric, 2 volumetric, 3 refill");
  read.paths["lot"] = read.section.text("lot", "", "unit/tag of the lot that it takes");
  read.paths["phase"] = read.section.text("phase", "", "unit/tag of the phase of a batch-wise unit, 0 at rest");
  read.paths["maturity"] = read.section.text("maturity", "", "unit/tag that grows with a batch, e.g. what was sprayed");
  read.maturity_phases = read.section.texts("maturity_phases", "phases whose golden profile runs along that tag, by the words of the phase's codes");
  read.aligned_phases = read.section.texts("aligned_phases", "phases whose golden profile time warping aligns");
  read.aligned_by = read.section.texts("aligned_by", "unit/tag of those whose shape aligns them");
  read.section.reject_unknown_keys();
  return read;
}

std::optional<TagIndex> find_context_tag(ContextPaths& read, const std::string& key, const Line& line) {
  const std::string& path = read.paths[key];
  if (path.empty()) return {};
  const auto tag = line.find_tag(path);
  if (!tag) read.section.fault(key, fmt::format("is \"{}\", no tag of this line", path), "unit/tag as in units[].tags[]");
  return tag;
}

std::vector<std::int64_t> find_phases(ContextPaths& read, const std::string& key, const std::vector<std::string>& words, const std::optional<TagIndex>& phase,
                                      const Line& line) {
  std::vector<std::int64_t> codes;
  for (const std::string& word : words) {
    std::string known;
    const std::size_t before = codes.size();
    if (phase)
      for (const auto& [code, text] : line.tag(*phase).codes) {
        known += (known.empty() ? "" : ", ") + text;
        if (text == word) codes.push_back(code);
      }
    if (codes.size() == before) read.section.fault(key, fmt::format("names \"{}\", no phase of this unit", word), "known: " + (known.empty() ? "none; give the phase's tag and its codes" : known));
  }
  return codes;
}

void place_context(ContextPaths& read, Unit& unit, const Line& line) {
  unit.mode_tag = find_context_tag(read, "mode", line);
  unit.lot_tag = find_context_tag(read, "lot", line);
  unit.phase_tag = find_context_tag(read, "phase", line);
  unit.maturity_tag = find_context_tag(read, "maturity", line);
  unit.maturity_phases = find_phases(read, "maturity_phases", read.maturity_phases, unit.phase_tag, line);
  unit.aligned_phases = find_phases(read, "aligned_phases", read.aligned_phases, unit.phase_tag, line);
  for (const std::string& path : read.aligned_by) {
    if (const auto tag = line.find_tag(path)) unit.aligned_by.push_back(*tag);
    else read.section.fault("aligned_by", fmt::format("names \"{}\", no tag of this line", path), "unit/tag as in units[].tags[]");
  }
}

/// One entry of `units`: one unit, or with `ids` several that are built alike.
void read_unit(Section section, TagSets& sets, Line& line, std::vector<UnitContextPaths>& contexts) {
  std::vector<std::string> ids = section.texts("ids", "instead of id: several units with the same description, way and tags");
  if (ids.empty()) ids.push_back(section.name("id", "name of the unit, unique in the line, e.g. fd1"));
  else if (section.has("id")) section.fault("id", "is given beside ids", "keep one of the two");
  const std::string description = section.text("description", "what the unit is, in words for the operator");
  const double to_product_s = section.number("to_product_s", 0, {0, 86400}, "mean time from this unit to the finished tablet, s");
  const ContextPaths context = read_unit_context(section);
  const std::vector<std::string> with = section.texts("with", "names of tag_sets whose tags follow the unit's own");
  std::vector<ReadTag> tags = read_tags(section.list("tags", "the signals of the unit", with.empty()), line.period);
  append_sets(with, sets, section, tags);
  section.reject_unknown_keys();

  for (const std::string& id : ids) {
    if (id.empty()) continue;
    if (line.tags.size() > max_tags) return;
    if (id.find_first_of("/*| \t") != std::string::npos) section.fault("ids", fmt::format("has \"{}\"", id), "unit ids hold letters, digits, _ -");
    if (line.find_unit(id)) section.fault(section.has("ids") ? "ids" : "id", fmt::format("\"{}\" is given twice", id), "unit ids are unique in a line; rename or remove one");
    line.units.push_back({.id = id, .description = description, .to_product_s = to_product_s});
    contexts.emplace_back(line.units.size() - 1, context);
    add_tags(tags, UnitIndex{static_cast<std::uint32_t>(line.units.size() - 1)}, line);
  }
}

void check_running(Section& running, const std::string& path, Line& line) {
  if (path.empty()) return;
  line.running_tag = line.find_tag(path);
  if (line.running_tag) return;
  std::string known;
  for (const Tag& tag : line.tags) known += (known.empty() ? "" : ", ") + tag.path;
  if (known.size() > 400) known = known.substr(0, 400) + " …";
  running.fault("tag", fmt::format("is \"{}\", no tag of this line", path), "unit/tag as below; known: " + known);
}

void read_line_section(Section& top, Line& line) {
  Section head = top.section("line", "the line as a whole");
  line.id = head.name("id", "name of the line, the key of its records, e.g. cdc1");
  line.site = head.text("site", "site and area, the beginning of every tag's path, e.g. site1/osd");
  line.period = Milliseconds{head.integer("period_ms", 1000, {10, 3600000}, "length of a frame")};
  Section running = head.section("running", "when the line produces");
  const bool has_running = head.has("running");
  std::string running_path;
  if (has_running || top.describing()) {
    running_path = running.text("tag", "unit/tag that tells whether the line produces, e.g. tp1/turret_pv");
    line.running_above = running.number("above", 0, any_number, "the line produces while that tag is above this");
  }
  running.reject_unknown_keys();
  ContextPaths line_context = read_line_context(head);
  head.reject_unknown_keys();

  Section set_section = top.section("tag_sets", "tags that several units share");
  TagSets sets = read_tag_sets(set_section, line.period);
  std::vector<UnitContextPaths> contexts;
  for (Section& unit : top.list("units", "the units in the order of the material's way", true)) read_unit(std::move(unit), sets, line, contexts);
  for (const auto& [name, set] : sets) {
    if (!set.used) set_section.fault(name, "is in no unit's `with`", "name it there, or remove it");
  }
  if (line.tags.size() > max_tags) top.fault("units", fmt::format("hold more than {} tags", max_tags), "split the line into several descriptions");
  check_running(running, running_path, line);
  line.state_tag = find_context_tag(line_context, "state", line);
  line.mode_tag = find_context_tag(line_context, "mode", line);
  if (line.state_tag && line_context.paths["mode"].empty()) line.mode_tag = line.find_tag(line.tag(*line.state_tag).unit, "mode");
  line.recipe_tag = find_context_tag(line_context, "recipe", line);
  for (auto& [unit, paths] : contexts) place_context(paths, line.units[unit], line);
  for (Section& entry : top.list("soft_sensors", "estimates of quality attributes between their results", false)) read_soft_sensor(std::move(entry), line);
  for (Section& entry : top.list("relations", "balances and redundancies between tags, watched for drift", false)) read_relation(std::move(entry), line);
  line.no_level = top.texts("no_level", "names of tags that rise and fall by design or with the weather: drift detectors leave them out");
}

}  // namespace

Checked<Line> parse_line(std::string_view text, std::string_view file) {
  auto line = read_yaml<Line>(text, file, read_line_section);
  if (line) line->sha256 = sha256_hex(text);
  return line;
}

Checked<Line> read_line(const std::filesystem::path& file) {
  const auto text = read_settings_file(file.string());
  if (!text) return tl::unexpected(std::vector{text.error()});
  return parse_line(*text, file.string());
}

std::vector<SettingKey> line_keys() {
  std::vector<SettingKey> keys = keys_of<Line>(read_line_section);
  keys.push_back({"tag_sets.NAME[]", "none", "list of tags", "tags that several units share, each with the keys of units[].tags[]"});
  return keys;
}

}  // namespace steadyline
