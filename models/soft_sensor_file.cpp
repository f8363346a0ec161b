#include <fmt/format.h>

#include <array>
#include <algorithm>
#include <utility>

#include "models/json_guard.h"
#include "models/json_section.h"
#include "models/json_writer.h"
#include "models/soft_sensors.h"

namespace steadyline {
namespace {

constexpr std::string_view schema = "steadyline-soft-sensors-1";
constexpr std::size_t sensors_max = 64, inputs_max = 64;
constexpr std::int64_t tanks_max = 64;
constexpr std::array<std::string_view, 3> kinds{"plain", "log", "share"};

using Number = std::pair<const char*, double SoftSensor::*>;
constexpr std::array<Number, 10> numbers{{{"late_s", &SoftSensor::late_s},
                                         {"intercept", &SoftSensor::intercept},
                                         {"prior", &SoftSensor::prior},
                                         {"wander", &SoftSensor::wander},
                                         {"jitter", &SoftSensor::jitter},
                                         {"scatter", &SoftSensor::scatter},
                                         {"low", &SoftSensor::low},
                                         {"high", &SoftSensor::high},
                                         {"max_step", &SoftSensor::max_step},
                                         {"max_offset", &SoftSensor::max_offset}}};

void write_sensor(JsonWriter& out, const SoftSensor& sensor) {
  out.open("");
  out.put("name", sensor.name);
  out.put("uom", sensor.uom);
  out.put("result", sensor.result);
  for (const auto& [key, member] : numbers) out.put(key, sensor.*member);
  out.open_list("inputs");
  for (std::size_t i = 0; i < sensor.inputs.size(); ++i) {
    const SoftInput& input = sensor.inputs[i];
    out.open("");
    out.put("kind", kinds[static_cast<std::size_t>(input.kind)]);
    out.put_list("tags", input.tags);
    out.put("tank_s", input.tank_s);
    out.put("tanks", input.tanks);
    out.put("weight", sensor.weights[i]);
    out.put("least", sensor.least[i]);
    out.put("most", sensor.most[i]);
    out.close();
  }
  out.close_list();
  out.close();
}

void read_input(JsonSection section, SoftSensor& sensor) {
  SoftInput input;
  std::string kind;
  double weight = 0, least = 0, most = 0;
  section.read("kind", kind);
  section.read("tags", input.tags);
  section.read("tank_s", input.tank_s);
  section.read("tanks", input.tanks);
  section.read("weight", weight);
  section.read("least", least);
  section.read("most", most);
  section.reject_unknown_keys();
  const auto found = std::find(kinds.begin(), kinds.end(), kind);
  if (found == kinds.end()) section.fault(fmt::format("kind is \"{}\", it must be plain, log or share", kind));
  else input.kind = static_cast<SoftInput::Kind>(found - kinds.begin());
  if (input.tags.size() < (input.kind == SoftInput::Kind::share ? 2U : 1U)) section.fault("tags are too few");
  if (!(input.tank_s > 0 && input.tank_s <= 86400)) section.fault("tank_s is not within 0..86400");
  if (input.tanks < 1 || input.tanks > tanks_max) {
    section.fault(fmt::format("tanks is {}, allowed 1..{}", input.tanks, tanks_max));
    input.tanks = 1;
  }
  if (!(least <= most)) section.fault("least is above most");
  sensor.inputs.push_back(std::move(input));
  sensor.weights.push_back(weight);
  sensor.least.push_back(least);
  sensor.most.push_back(most);
}

SoftSensor read_sensor(JsonSection section) {
  SoftSensor sensor;
  section.read("name", sensor.name);
  section.read("uom", sensor.uom);
  section.read("result", sensor.result);
  for (const auto& [key, member] : numbers) section.read(key, sensor.*member);
  auto inputs = section.sections("inputs");
  if (inputs.empty() || inputs.size() > inputs_max) section.fault(fmt::format("has {} inputs, allowed 1..{}", inputs.size(), inputs_max));
  for (std::size_t i = 0; i < std::min(inputs.size(), inputs_max); ++i) read_input(inputs[i], sensor);
  section.reject_unknown_keys();
  if (sensor.name.empty()) section.fault("name is empty");
  for (const auto& [key, member] : numbers)
    if (member != &SoftSensor::intercept && !(sensor.*member >= 0)) section.fault(fmt::format("{} is below 0", key));
  if (!(sensor.scatter > 0)) section.fault("scatter is not above 0");
  if (sensor.late_s > SoftSensors::remembered_s) section.fault("late_s is longer than what is remembered");
  return sensor;
}

}  // namespace

std::string write_soft_sensors(const SoftSensorSpec& spec) {
  JsonWriter out;
  out.open("");
  out.put("schema", schema);
  out.open_list("sensors");
  for (const SoftSensor& sensor : spec.sensors) write_sensor(out, sensor);
  out.close_list();
  out.close();
  return out.take() + '\n';
}

Checked<SoftSensorSpec> read_soft_sensors(std::string_view text, std::string_view where) {
  const auto json = parse_guarded_json(text, where);
  if (!json) return tl::unexpected(std::vector{json.error()});
  std::vector<Error> faults;
  JsonSection top{&*json, std::string{where}, faults};
  SoftSensorSpec spec;
  std::string named;
  top.read("schema", named);
  if (named != schema) top.fault(fmt::format("schema is \"{}\", this program reads {}", named, schema));
  auto sensors = top.sections("sensors");
  if (sensors.size() > sensors_max) top.fault(fmt::format("has {} sensors, allowed {}", sensors.size(), sensors_max));
  else for (JsonSection& section : sensors) spec.sensors.push_back(read_sensor(std::move(section)));
  top.reject_unknown_keys();
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return spec;
}

}  // namespace steadyline
