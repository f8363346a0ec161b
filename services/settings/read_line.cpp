#include "settings/read_line.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>

#include "core/sha256.h"
#include "settings/section.h"

namespace steadyline {
namespace {

constexpr std::size_t max_tags = 4096;
constexpr double endless = std::numeric_limits<double>::infinity();
constexpr Limits any_number{-endless, endless};

/// A tag as read, with the section that it stands in: rules between keys name its line.
struct ReadTag {
  Tag tag;
  Section section;
};

ReadTag read_tag(Section section) {
  Tag tag;
  tag.name = section.name("name", "name of the signal, unique in its unit, e.g. massflow_pv");
  tag.uom = section.text("uom", "unit of measure of its values, e.g. kg/h; 1 for a plain number");
  tag.description = section.text("description", "what it measures, in words for the operator");
  tag.tag_class = section.choice<TagClass>(
      "class", {{"cpp", TagClass::cpp}, {"cma", TagClass::cma}, {"cqa", TagClass::cqa}, {"aux", TagClass::aux}},
      "critical process parameter, critical material attribute, critical quality attribute, or auxiliary", true);
  tag.role = section.choice<Role>("role", {{"measured", Role::measured}, {"setpoint", Role::setpoint}, {"derived", Role::derived}},
                                  "setpoint: the operator may move it; derived: computed by the machine from other signals");
  tag.clock = section.choice<Clock>("clock", {{"period", Clock::period}, {"on_change", Clock::on_change}},
                                    "on_change: sent only when it changes, so it goes stale only with its unit");
  tag.range = section.band("range", "what the instrument can deliver; a reading outside is bad");
  tag.control = section.band("control", "normal operation; leaving it colours the display and may raise a control-limit alarm");
  tag.hard = section.band("hard", "action, reject or interlock; leaving it raises a hard-limit alarm");
  tag.limits_on_mean = section.choice<bool>("limits_on", {{"mean_60s", true}, {"value", false}},
                                            "whether the limits judge the mean of 60 s (noisy signals) or each value");
  tag.stuck_after_s = section.optional_number("stuck_after_s", {1, 86400}, "identical readings for so long while the line runs are a frozen sensor");
  tag.spike = section.optional_number("spike", {1e-9, 1e12}, "a jump by more than this that comes back within 3 frames is a spike");
  tag.modelled = section.flag("modelled", false, "input of the forecaster and of the health model");
  tag.forecast = section.flag("forecast", false, "predicted, and watched for a coming breach of its hard limits");
  tag.codes = section.codes("codes", "the words of an enumeration by their code, e.g. {0: off, 1: on}");
  section.reject_unknown_keys();
  return {std::move(tag), std::move(section)};
}

/// `inner` lies in `outer` on each side that both have.
bool inside(const Band& inner, const Band& outer) {
  return (std::isinf(inner.low) || inner.low >= outer.low) && (std::isinf(inner.high) || inner.high <= outer.high);
}

void check_tag(const Tag& tag, Section& section, Milliseconds period) {
  if (!inside(tag.control, tag.hard)) section.fault("control", "is not inside hard", "an action limit lies outside normal operation; widen hard or narrow control");
  if (!inside(tag.control, tag.range)) section.fault("control", "is not inside range", "the instrument cannot read beyond its range; widen range or narrow control");
  if (!inside(tag.hard, tag.range)) section.fault("hard", "is not inside range", "the instrument cannot read beyond its range; widen range or narrow hard");
  if (tag.forecast && !tag.modelled) section.fault("forecast", "is true, but modelled is not", "the forecaster predicts only tags that it sees; set modelled: true");
  if (tag.forecast && !tag.hard.bounded()) section.fault("forecast", "is true, but there is no hard limit to watch", "give hard at least one side, or set forecast: false");
  if (!tag.codes.empty() && tag.modelled) section.fault("modelled", "is true for an enumeration", "codes have no distance; set modelled: false");
  if (!tag.codes.empty() && (tag.hard.bounded() || tag.control.bounded())) section.fault("codes", "are given together with limits", "an enumeration has no limits; remove control and hard");
  if (tag.stuck_after_s && tag.clock == Clock::on_change) section.fault("stuck_after_s", "is given for an on_change tag", "a signal sent on change may rest for hours; remove one of the two");
  const double period_s = static_cast<double>(period.count()) / 1000;
  if (tag.stuck_after_s && *tag.stuck_after_s < 2 * period_s) {
    section.fault("stuck_after_s", fmt::format("is {}, less than two periods", *tag.stuck_after_s), fmt::format("at least {}", 2 * period_s));
  }
}

void add_tags(const std::vector<ReadTag>& tags, UnitIndex unit, Line& line) {
  const std::string& id = line.unit(unit).id;
  for (const ReadTag& read : tags) {
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

/// One entry of `units`: one unit, or with `ids` several that are built alike.
void read_unit(Section section, Line& line) {
  std::vector<std::string> ids = section.texts("ids", "instead of id: several units with the same description, way and tags");
  if (ids.empty()) ids.push_back(section.name("id", "name of the unit, unique in the line, e.g. fd1"));
  else if (section.has("id")) section.fault("id", "is given beside ids", "keep one of the two");
  const std::string description = section.text("description", "what the unit is, in words for the operator");
  const double to_product_s = section.number("to_product_s", 0, {0, 86400}, "mean time from this unit to the finished tablet, s");
  std::vector<ReadTag> tags;
  for (Section& tag : section.list("tags", "the signals of the unit", true)) tags.push_back(read_tag(std::move(tag)));
  section.reject_unknown_keys();
  for (ReadTag& read : tags) check_tag(read.tag, read.section, line.period);

  for (const std::string& id : ids) {
    if (id.empty()) continue;
    if (id.find_first_of("/*| \t") != std::string::npos) section.fault("ids", fmt::format("has \"{}\"", id), "unit ids hold letters, digits, _ -");
    if (line.find_unit(id)) section.fault(section.has("ids") ? "ids" : "id", fmt::format("\"{}\" is given twice", id), "unit ids are unique in a line; rename or remove one");
    line.units.push_back({id, description, to_product_s});
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
  head.reject_unknown_keys();

  for (Section& unit : top.list("units", "the units in the order of the material's way", true)) read_unit(std::move(unit), line);
  if (line.tags.size() > max_tags) top.fault("units", fmt::format("hold {} tags", line.tags.size()), fmt::format("at most {} in one line", max_tags));
  check_running(running, running_path, line);
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

std::vector<SettingKey> line_keys() { return keys_of<Line>(read_line_section); }

}  // namespace steadyline
