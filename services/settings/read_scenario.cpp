#include "settings/read_scenario.h"

#include <fmt/format.h>

#include <limits>

#include "core/time_text.h"
#include "settings/section.h"

namespace steadyline {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();
constexpr double year_s = 366 * 86400.0;

/// F01 and F06 strike a feeder, F21 one tag.
void check_target(const FaultSpec& fault, Section& section, const Line& line) {
  if (fault.target.empty()) return;
  if (fault.id == "F21") {
    if (!line.find_tag(fault.target)) section.fault("target", fmt::format("is \"{}\", no tag of line {}", fault.target, line.id), "F21 freezes one tag; write unit/tag");
  } else if (!line.find_unit(fault.target)) {
    section.fault("target", fmt::format("is \"{}\", no unit of line {}", fault.target, line.id), fmt::format("{} strikes a feeder, e.g. fd1", fault.id));
  }
}

FaultSpec read_fault(Section section, const Scenario& scenario, const Line& line) {
  FaultSpec fault;
  fault.id = section.choice<std::string>("id", {{"F01", "F01"}, {"F06", "F06"}, {"F21", "F21"}}, "F01 bridging in a feeder's hopper, F06 feeder stop, F21 sensor stuck", true);
  fault.target = section.text("target", "feeder (fd1) for F01 and F06, tag (tp1/force_pre_mean) for F21");
  fault.on_s = section.number("on_s", {0, year_s}, "onset, seconds after the start of the scenario");
  fault.duration_s = section.optional_number("duration_s", {0.001, year_s}, "how long it lasts; left out: to the end").value_or(endless);
  fault.severity = section.number("severity", 1, {0, 1}, "how strong it becomes; F01: share of the feed factor lost in the end");
  fault.onset = section.choice<Onset>("onset", {{"step", Onset::step}, {"ramp", Onset::ramp}, {"exponential", Onset::exponential}}, "how it grows: at once, in a straight line, or as 1 - exp(-t / ramp_s)");
  fault.ramp_s = section.number("ramp_s", fault.ramp_s, {0.001, year_s}, "length of the ramp, or time constant of the exponential");
  fault.surge = section.flag("surge", fault.surge, "F01: the bridge collapses at its end and powder surges for 20 s");
  if (fault.on_s > scenario.duration_s) section.fault("on_s", fmt::format("is {}, after the end of the scenario ({} s)", fault.on_s, scenario.duration_s), "it would never strike; move it or lengthen duration_s");
  if (!section.describing()) check_target(fault, section, line);
  section.reject_unknown_keys();
  return fault;
}

void read_top(Section& top, Scenario& scenario, const Line& line) {
  const std::string start = top.text("start", "time before the first second, e.g. 2026-11-20T08:00:00Z");
  if (const auto time = parse_rfc3339(start)) scenario.start = *time;
  else if (!start.empty()) top.fault("start", fmt::format("is \"{}\", not a time", start), "write it like 2026-11-20T08:00:00Z");
  scenario.duration_s = top.number("duration_s", scenario.duration_s, {1, year_s}, "length of the run in simulated time");
  scenario.seed = static_cast<std::uint64_t>(top.integer("seed", static_cast<std::int64_t>(scenario.seed), {0, 9007199254740992.0}, "names the random numbers; the same seed gives the same run"));
  scenario.start_in_production = top.flag("start_in_production", scenario.start_in_production, "true: in steady production; false: filled but stopped, then started up");
  for (Section& fault : top.list("faults", "what goes wrong and when", false)) scenario.faults.push_back(read_fault(std::move(fault), scenario, line));
}

}  // namespace

Checked<Scenario> parse_scenario(std::string_view text, std::string_view file, const Line& line) {
  return read_yaml<Scenario>(text, file, [&](Section& top, Scenario& scenario) { read_top(top, scenario, line); });
}

Checked<Scenario> read_scenario(const std::filesystem::path& file, const Line& line) {
  const auto text = read_settings_file(file.string());
  if (!text) return tl::unexpected(std::vector{text.error()});
  return parse_scenario(*text, file.string(), line);
}

std::vector<SettingKey> scenario_keys() {
  return keys_of<Scenario>([](Section& top, Scenario& scenario) { read_top(top, scenario, Line{}); });
}

}  // namespace steadyline
