#include "app/demo_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/time_text.h"

namespace steadyline {
namespace {

using nlohmann::ordered_json;

bool concerns(const SeenAlert& alert, const Label& label) {
  const auto time = parse_rfc3339(alert.time);
  return time && *time >= label.on && alert.state == "unacknowledged";
}

std::string unit_of(const Label& label) { return label.spec.target.substr(0, label.spec.target.find('/')); }

/// A health alarm speaks for the whole line; it counts for the fault that came last before it.
bool is_last_before(const Label& label, const std::vector<Label>& labels, EventTime time) {
  for (const auto& other : labels)
    if (!other.spec.id.empty() && other.on > label.on && other.on <= time) return false;
  return true;
}

FaultMet meet(const Line& line, const Label& label, const std::vector<Label>& labels, const std::vector<SeenAlert>& alerts,
              const std::vector<Crossing>& crossings) {
  FaultMet met{label, {}, {}, {}};
  for (const SeenAlert& alert : alerts) {
    if (!concerns(alert, label)) continue;
    const bool same_unit = alert.unit == unit_of(label);
    const bool model = alert.kind == "low_health" || (alert.kind == "forecast_breach" && same_unit);
    if (!(same_unit || model) || !is_last_before(label, labels, *parse_rfc3339(alert.time))) continue;
    if (!met.first_alarm) met.first_alarm = alert;
    if (model && !met.first_model_alarm) met.first_model_alarm = alert;
  }
  for (const Crossing& crossing : crossings)
    if (crossing.outside && crossing.time >= label.on && line.unit(line.tag(crossing.tag).unit).id == unit_of(label) &&
        !met.first_crossing && is_last_before(label, labels, crossing.time))
      met.first_crossing = crossing;
  return met;
}

ordered_json to_json(const SeenAlert& alert) {
  return {{"id", alert.id},       {"time", alert.time},   {"kind", alert.kind},   {"unit", alert.unit}, {"tag", alert.tag},
          {"state", alert.state}, {"value", alert.value}, {"limit", alert.limit}, {"text", alert.text}};
}

ordered_json to_json(const Line& line, const FaultMet& met) {
  ordered_json out{{"fault", met.label.spec.id}, {"target", met.label.spec.target}, {"on", to_rfc3339(met.label.on)}};
  if (met.first_alarm) out["first_alarm"] = to_json(*met.first_alarm);
  if (met.first_model_alarm) out["first_model_alarm"] = to_json(*met.first_model_alarm);
  if (met.first_crossing)
    out["hard_limit_crossed"] = {{"tag", line.tag(met.first_crossing->tag).path},
                                 {"time", to_rfc3339(met.first_crossing->time)},
                                 {"value", met.first_crossing->value}};
  if (const auto lead = met.lead_s()) out["lead_s"] = *lead;
  return out;
}

std::string to_text(const FaultMet& met) {
  if (!met.first_alarm) return fmt::format("  {} on {}: no alarm yet\n", met.label.spec.id, met.label.spec.target);
  const auto after = std::chrono::duration<double>(*parse_rfc3339(met.first_alarm->time) - met.label.on).count();
  std::string out =
      fmt::format("  {} on {}: {} alarm {:.0f} s after its onset", met.label.spec.id, met.label.spec.target, met.first_alarm->kind, after);
  if (const auto lead = met.lead_s()) out += fmt::format(", forecast or health alarm {:.0f} s before a hard limit was crossed", *lead);
  return out + "\n";
}

}  // namespace

std::optional<double> FaultMet::lead_s() const {
  if (!first_model_alarm || !first_crossing) return {};
  return std::chrono::duration<double>(first_crossing->time - *parse_rfc3339(first_model_alarm->time)).count();
}

DemoReport make_demo_report(const Line& line, const RunSummary& summary, const std::vector<Label>& labels,
                            const std::vector<Crossing>& crossings, double wall_s, const std::string& bootstrap, std::uint16_t http_port) {
  DemoReport report;
  const auto alerts = summary.alerts();
  const EventTime newest = summary.newest();
  ordered_json json{{"line", line.id},
                    {"wall_s", wall_s},
                    {"bootstrap", bootstrap},
                    {"http_port", http_port},
                    {"last_frame", to_rfc3339(newest)},
                    {"frames", summary.frames()},
                    {"assessments", summary.assessments()}};
  for (std::size_t fate = 0; fate < fate_count; ++fate)
    json["fates"][std::string{to_text(static_cast<Fate>(fate))}] = summary.fates()[fate];
  report.text = fmt::format("{} frames, {} alert transitions\n", summary.frames(), alerts.size());
  json["faults"] = ordered_json::array();
  for (const Label& label : labels) {
    if (label.spec.id.empty() || label.on >= newest) continue;  // a normal event, or not yet lived through
    const FaultMet met = meet(line, label, labels, alerts, crossings);
    if (label.spec.id == "F01") report.met_in_time = met.first_model_alarm && (!met.first_crossing || met.lead_s() > 0);
    json["faults"].push_back(to_json(line, met));
    report.text += to_text(met);
  }
  json["f01_met_in_time"] = report.met_in_time;
  json["alerts"] = ordered_json::array();
  for (const SeenAlert& alert : alerts) json["alerts"].push_back(to_json(alert));
  report.json = json.dump();
  return report;
}

}  // namespace steadyline
