#include "settings/read_soft_sensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace steadyline {
namespace {

constexpr std::size_t inputs_max = 64;

void check_tags(Section& section, std::string_view key, const std::vector<std::string>& paths, const Line& line) {
  if (section.describing()) return;
  for (const std::string& path : paths)
    if (!path.empty() && !line.find_tag(path)) section.fault(key, fmt::format("has \"{}\", no tag of this line", path), "unit/tag as in units[].tags[]");
}

void check_kind(Section& section, SoftSensorDescription& sensor, const Line& line) {
  if (section.describing()) return;
  const bool learned = !sensor.from.empty(), balanced = !sensor.share_of.empty() || !sensor.probes.empty();
  if (learned == balanced)
    section.fault("from", learned ? "is given beside share_of or probes" : "is missing",
                  "learned against results (from), or told by a balance and probes (share_of, share_among, probes)");
  if (learned && sensor.result.empty()) section.fault("result", "is missing", "what `from` is learned against: unit/tag of the at-line result");
  if (learned && sensor.spans_s.empty()) section.fault("spans_s", "is missing", "over how many seconds each input is smoothed, e.g. [10, 120]");
  if (balanced && (sensor.share_of.empty() || sensor.probes.size() < 2))
    section.fault("probes", "and share_of do not make three", "a balance and two probes at least: from less nobody can tell which one is off");
  if (!sensor.share_of.empty() && std::find(sensor.share_among.begin(), sensor.share_among.end(), sensor.share_of) == sensor.share_among.end())
    section.fault("share_among", "lacks the tag of share_of", "name all flows, the ingredient's too");
  if (section.has("scatter") == section.has("scatter_tag"))
    section.fault("scatter", section.has("scatter") ? "is given beside scatter_tag" : "is missing", "how far a result lies from its material; give one of the two");
  if (sensor.from.size() * sensor.spans_s.size() > inputs_max) section.fault("from", "and spans_s make too many inputs", fmt::format("at most {}", inputs_max));
  if (sensor.max_step > sensor.max_offset) section.fault("max_step", "is above max_offset", "a step is a part of the whole");
  for (const SoftSensorDescription& other : line.soft_sensors)
    if (other.name == sensor.name) section.fault("name", fmt::format("\"{}\" is given twice", sensor.name), "rename or remove one");
  if (sensor.uom.empty() && sensor.result.empty()) section.fault("uom", "is missing", "unit of measure of the attribute");
}

}  // namespace

void read_soft_sensor(Section section, Line& line) {
  SoftSensorDescription sensor;
  sensor.name = section.name("name", "name of the quality attribute, e.g. weight");
  sensor.result = section.text("result", "", "unit/tag that shows the at-line results; without it they come as records");
  sensor.uom = section.text("uom", "", "unit of measure; the result's where it has a tag");
  sensor.late_s = section.number("late_s", 0, {0, 1800}, "from sample to result, where it comes as a tag, s");
  sensor.from = section.texts("from", "unit/tag of what it is learned from, against the results");
  sensor.spans_s = section.numbers("spans_s", {1, 3600}, "each of from is smoothed over each of these, s");
  sensor.share_of = section.text("share_of", "", "instead of from: unit/tag of the ingredient's mass flow");
  sensor.share_among = section.texts("share_among", "unit/tag of all mass flows");
  sensor.probes = section.texts("probes", "unit/tag of instruments upstream that read the same quantity in the same unit of measure");
  sensor.scatter_tag = section.text("scatter_tag", "", "unit/tag of the standard deviation within a sample");
  sensor.tablets = section.number("tablets", 10, {1, 10000}, "in a sample");
  sensor.scatter = section.number("scatter", 0, {0, 1e9}, "instead of scatter_tag: standard deviation of a result about its material");
  sensor.max_step = section.number("max_step", {1e-9, 1e9}, "a result moves the calibration offset by no more");
  sensor.max_offset = section.number("max_offset", {1e-9, 1e9}, "all results together by no more");
  section.reject_unknown_keys();

  check_tags(section, "result", {sensor.result}, line);
  check_tags(section, "from", sensor.from, line);
  check_tags(section, "share_of", {sensor.share_of}, line);
  check_tags(section, "share_among", sensor.share_among, line);
  check_tags(section, "probes", sensor.probes, line);
  check_tags(section, "scatter_tag", {sensor.scatter_tag}, line);
  check_kind(section, sensor, line);
  if (const auto tag = line.find_tag(sensor.result)) sensor.uom = line.tag(*tag).uom;
  line.soft_sensors.push_back(std::move(sensor));
}

}  // namespace steadyline
