#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/time_text.h"
#include "frames/digest.h"
#include "frames/message.h"
#include "line/line.h"

/// The obvious twin of the decoder for samples of one line: another JSON library, no buffers, no tables. Empty: refused.
namespace steadyline::test {

inline std::optional<Sample> slow_decode(const Line& line, std::string_view bytes) {
  using nlohmann::json;
  if (bytes.empty() || bytes.size() > (1u << 20) || bytes.starts_with("\xEF\xBB\xBF")) return {};
  int depth = 0, deepest = 0;
  std::string outer;
  std::multiset<std::string> paths;  // names of members, and "values\nflow": to find those that come twice
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start || event == json::parse_event_t::array_start) deepest = std::max(deepest, ++depth);
    if (event == json::parse_event_t::object_end || event == json::parse_event_t::array_end) --depth;
    if (event == json::parse_event_t::key) {
      const auto name = parsed.get<std::string>();
      if (depth == 1) paths.insert(outer = name);
      if (depth == 2 && (outer == "values" || outer == "quality")) paths.insert(outer + "\n" + name);
    }
    return true;
  };
  json root;
  try {
    root = json::parse(bytes.begin(), bytes.end(), watch);
  } catch (const json::exception&) {
    return {};
  }
  if (!root.is_object() || deepest > 16) return {};
  for (const char* name : {"line", "unit", "time", "seq", "values", "quality", "historical"}) {
    if (paths.count(name) > 1) return {};
  }
  Sample sample;
  const auto text = [&](const char* name) { return root.contains(name) && root[name].is_string() ? std::optional{root[name].get<std::string>()} : std::nullopt; };
  if (text("line") != line.id || !text("unit")) return {};
  const std::string unit = *text("unit");
  const auto unit_index = line.find_unit(unit);
  if (unit != "*" && !unit_index) return {};
  sample.source = SourceIndex{unit == "*" ? static_cast<std::uint32_t>(line.units.size()) : unit_index->value};
  if (!root.contains("time")) return {};
  if (text("time")) {
    const auto time = parse_rfc3339(*text("time"));
    if (!time) return {};
    sample.time = *time;
  } else if (root["time"].is_number_integer() && root["time"] <= 9'000'000'000'000'000 && root["time"] >= 0) {
    sample.time = EventTime{Milliseconds{root["time"].get<std::int64_t>()}};
  } else {
    return {};
  }
  const auto ms = sample.time.time_since_epoch().count();
  if (ms < 946'684'800'000 || ms >= 4'133'980'800'000) return {};
  if (root.contains("seq")) {
    const auto& seq = root["seq"];
    if (!seq.is_number_integer() || (seq.is_number_unsigned() && seq.get<std::uint64_t>() > 9'223'372'036'854'775'807u)) return {};
    sample.seq = seq.get<std::int64_t>();
  }
  if (root.contains("historical")) {
    if (!root["historical"].is_boolean()) return {};
    sample.historical = root["historical"].get<bool>();
  }
  if (!root.contains("values") || !root["values"].is_object()) return {};
  std::map<std::uint32_t, SampleValue> values;
  const auto find = [&](const std::string& name) { return unit_index && unit != "*" ? line.find_tag(*unit_index, name) : line.find_tag(name); };
  for (const auto& [name, value] : root["values"].items()) {
    const auto tag = find(name);
    if (!tag) continue;
    if (paths.count("values\n" + name) > 1 || (!value.is_number() && !value.is_null())) return {};
    const double number = value.is_null() ? std::nan("") : value.get<double>();
    if (!value.is_null() && !(std::fabs(number) <= 1e15)) return {};
    values[tag->value] = {*tag, number, static_cast<std::uint8_t>(value.is_null() ? 0 : 192)};
  }
  if (values.empty()) return {};
  if (root.contains("quality")) {
    if (!root["quality"].is_object()) return {};
    for (const auto& [name, opc] : root["quality"].items()) {
      if (!opc.is_number_integer() || opc < 0 || opc > 255) return {};
      const auto tag = find(name);
      if (tag && paths.count("quality\n" + name) > 1) return {};
      if (!tag || !values.contains(tag->value) || std::isnan(values[tag->value].value)) continue;
      values[tag->value].opc = opc.get<std::uint8_t>();
    }
  }
  for (const auto& [tag, value] : values) sample.values.push_back(value);
  sample.content = digest_of(sample);
  return sample;
}

}  // namespace steadyline::test
