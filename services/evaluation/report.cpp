#include "evaluation/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/time_text.h"

namespace steadyline {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const EventRate& rate) {
  return {{"events", rate.events}, {"hours", rate.hours}, {"per_24h", rate.per_24h}, {"per_24h_low", rate.per_24h_low}, {"per_24h_high", rate.per_24h_high}};
}

Json to_json(const FanScore& fan) {
  const Estimate gain = fan.pinball_gain();
  Json baselines = Json::object();
  for (const auto& [name, sum] : fan.baselines) baselines[name] = fan.count == 0 ? 0 : sum.absolute / static_cast<double>(fan.count);
  return {{"tag", fan.tag}, {"horizon_s", fan.horizon_s}, {"count", fan.count}, {"mae", fan.mae()}, {"baseline_mae", baselines}, {"best_baseline", fan.best_baseline()},
          {"skill", fan.skill()}, {"pinball", fan.pinball()}, {"pinball_skill", fan.pinball_skill()}, {"pinball_skill_interval", {gain.low, gain.high}}, {"coverage", fan.coverage()}};
}

Json to_json(const Detection& d) {
  Json json{{"fault", d.fault}, {"group", d.group}, {"start", to_rfc3339(d.start)}, {"watched_h", d.watched_h}, {"detected", d.by.has_value()}};
  if (d.by) {
    json["delay_s"] = d.delay_s;
    json["kind"] = d.by->kind;
    json["unit"] = d.by->unit;
    json["tag"] = d.by->tag;
  }
  return json;
}

Json to_json(const GroupReport& group) {
  Json json{{"group", group.group}, {"trained_on", group.trained_on}, {"calibrated_on", group.calibrated_on}, {"production_hours", group.hours}};
  json["health_false_alarms"] = to_json(group.health_alarms);
  json["health_alarm_share"] = group.health_alarm_share;
  json["calls"] = to_json(group.calls);
  json["alarms"] = Json::object();
  for (const auto& [kind, rate] : group.alarms) json["alarms"][kind] = to_json(rate);
  json["skill_by_horizon"] = Json::object();
  for (const auto& [horizon, skill] : skill_by_horizon(group.forecasts)) json["skill_by_horizon"][fmt::format("{}", horizon)] = skill;
  json["forecasts"] = Json::array();
  for (const FanScore& fan : group.forecasts) json["forecasts"].push_back(to_json(fan));
  json["faults"] = Json::array();
  for (const Detection& detection : group.detections) json["faults"].push_back(to_json(detection));
  return json;
}

std::string rate_text(const EventRate& rate) {
  return fmt::format("{} in {:.1f} h: {:.2f} per 24 h (95 % interval {:.2f} to {:.2f})", rate.events, rate.hours, rate.per_24h, rate.per_24h_low, rate.per_24h_high);
}

double mean_of(const FanScore& fan, const std::string& name) {
  const auto found = fan.baselines.find(name);
  return found == fan.baselines.end() || fan.count == 0 ? 0 : found->second.absolute / static_cast<double>(fan.count);
}

void forecast_table(const GroupReport& group, std::string& out) {
  out += "| tag | horizon s | n | MAE | persistence | EWMA | Holt | ridge AR | skill | pinball skill | of it 95 % | coverage of 90 % |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const FanScore& fan : group.forecasts) {
    const Estimate gain = fan.pinball_gain();
    out += fmt::format("| {} | {:g} | {} | {:.4g} | {:.4g} | {:.4g} | {:.4g} | {:.4g} | {:+.1f} % | {:+.1f} % | {:+.1f} .. {:+.1f} % | {:.1f} % |\n", fan.tag, fan.horizon_s,
                       fan.count, fan.mae(), mean_of(fan, "persistence"), mean_of(fan, "ewma"), mean_of(fan, "holt"), mean_of(fan, "ridge AR"), 100 * fan.skill(),
                       100 * fan.pinball_skill(), 100 * gain.low, 100 * gain.high, 100 * fan.coverage());
  }
  out += "\nSkill over all tags, against the best baseline of each:";
  for (const auto& [horizon, skill] : skill_by_horizon(group.forecasts)) out += fmt::format(" {:g} s {:+.1f} %;", horizon, 100 * skill);
  out += "\n\n";
}

void fault_table(const GroupReport& group, std::string& out) {
  std::map<std::string, std::vector<const Detection*>> by_fault;
  for (const Detection& d : group.detections) by_fault[d.fault].push_back(&d);
  if (by_fault.empty()) return;
  out += "| injected fault | detected | median delay | first alarm by |\n|---|---|---|---|\n";
  for (const auto& [fault, trials] : by_fault) {
    std::vector<double> delays;
    std::map<std::string, int> kinds;
    for (const Detection* d : trials) {
      if (!d->by) continue;
      delays.push_back(d->delay_s);
      ++kinds[d->by->kind + " " + d->by->tag];
    }
    std::sort(delays.begin(), delays.end());
    std::string by;
    for (const auto& [kind, count] : kinds) by += fmt::format("{}{} × {}", by.empty() ? "" : ", ", kind, count);
    out += fmt::format("| {} | {} of {} | {} | {} |\n", fault, delays.size(), trials.size(), delays.empty() ? "" : fmt::format("{:.0f} s", delays[delays.size() / 2]), by);
  }
  out += "\n";
}

void group_section(const GroupReport& group, std::string& out) {
  out += fmt::format("## {}\n\n{:.1f} h of production", group.group, group.hours);
  if (!group.trained_on.empty()) out += fmt::format("; trained on {}, calibrated on {}", group.trained_on, group.calibrated_on);
  out += fmt::format(".\nHealth score, false alarms: {}; {:.1f} % of the production time under one.\n", rate_text(group.health_alarms), 100 * group.health_alarm_share);
  out += fmt::format("Calls of the operator, each group of alarms by its first-out alarm: {}.\n", rate_text(group.calls));
  for (const auto& [kind, rate] : group.alarms) out += fmt::format("Alarms {}: {}.\n", kind, rate_text(rate));
  out += "\n";
  forecast_table(group, out);
  fault_table(group, out);
}

}  // namespace

std::string to_json(const EvaluationReport& report) {
  Json json{{"line", report.line}, {"pooled", to_json(report.pooled)}, {"groups", Json::array()}};
  for (const GroupReport& group : report.groups) json["groups"].push_back(to_json(group));
  return json.dump(2) + "\n";
}

std::string to_markdown(const EvaluationReport& report) {
  std::string out = fmt::format("# Evaluation of {}\n\n", report.line);
  group_section(report.pooled, out);
  if (report.groups.size() > 1)
    for (const GroupReport& group : report.groups) group_section(group, out);
  return out;
}

}  // namespace steadyline
