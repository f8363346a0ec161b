#include "monitor/words.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"
#include "core/time_text.h"
#include "monitor/data_words.h"

namespace steadyline::words {
namespace {

const std::string& name_of(const Tag& tag) { return tag.description.empty() ? tag.name : tag.description; }

std::string whole_seconds(double s) { return number(std::floor(s + 0.5)); }

/// "95 s (60–180 s)"; "95 s (60 s at the earliest)" when the slower quantile never gets there.
std::string time_text(const TimeToLimit& time) {
  std::string text = whole_seconds(time.s) + " s (" + whole_seconds(time.s_low);
  return text + (time.s_high ? "–" + whole_seconds(*time.s_high) + " s)" : " s at the earliest)");
}

std::string limit_name(AlarmKind kind) { return kind == AlarmKind::control_limit ? "control limit" : "hard limit"; }

std::string limit_raised(const Line& line, const Watch& watch, const Evidence& evidence) {
  const Tag& tag = line.tag(*watch.tag);
  const bool above = evidence.value > evidence.limit;
  return subject(line, watch) + (tag.limits_on_mean ? " (60 s mean) is " : " is ") + with_uom(tag, evidence.value) +
         (above ? ", above its " : ", below its ") + limit_name(watch.kind) + " of " + with_uom(tag, evidence.limit) + ".";
}

std::string forecast_of(const Line& line, const Watch& watch, const Evidence& evidence, std::string_view verb) {
  const Tag& tag = line.tag(*watch.tag);
  return subject(line, watch) + std::string{verb} + with_uom(tag, evidence.limit) + " (hard limit) in " + time_text(*evidence.time_to_limit) +
         "; now " + with_uom(tag, evidence.value) + ".";
}

std::string health_raised(const Line& line, const Watch& watch, const Evidence& evidence, const AlarmOptions& options) {
  std::string text = line.id + " health has fallen to " + number(evidence.value) + " of 100 (alarm below " + number(options.health_raise_below) + ")";
  std::string_view joint = "; mostly ";
  for (const Contribution& part : watch.contributions) {
    const auto tag = line.find_tag(part.tag);
    if (!tag) continue;
    text += std::string{joint} + line.unit(line.tag(*tag).unit).id + " " + name_of(line.tag(*tag)) + " (" + whole_seconds(100 * part.share) + " %)";
    joint = ", ";
  }
  return text + ".";
}

std::string kind_name(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::control_limit: return "control limit alarm";
    case AlarmKind::hard_limit: return "hard limit alarm";
    case AlarmKind::forecast_breach: return "forecast alarm";
    case AlarmKind::low_health: return "low health alarm";
    case AlarmKind::drift: return "drift alarm";
    case AlarmKind::standstill: return "standstill";
    default: return "bad data alarm";
  }
}

/// "10:32:05", of the day in UTC.
std::string clock_time(EventTime time) {
  std::string text;
  append_rfc3339(text, time);
  return text.substr(11, 8);
}

/// "fd1 feed factor" of "fd1/feed_factor"; "fd1" of "fd1/*".
std::string subject_of(const Line& line, const std::string& path) {
  const auto tag = line.find_tag(path);
  if (tag) return line.unit(line.tag(*tag).unit).id + " " + name_of(line.tag(*tag));
  return path == "*" ? line.id : path.substr(0, path.find('/'));
}

std::string drift_raised(const Line& line, const Watch& watch, const Evidence& evidence) {
  return subject(line, watch) + " has drifted: " + number(std::fabs(evidence.value)) + " times as far " + (evidence.value > 0 ? "up" : "down") +
         " as it ever does by itself.";
}

std::string alarm_name(const Line& line, const Watch& watch) { return subject(line, watch) + " " + kind_name(watch.kind); }

}  // namespace

std::string number(double value) {
  double scale = 1;  // power of ten that leaves 4 significant digits before the point
  for (const double magnitude = std::fabs(value); magnitude * scale < 1000 && scale < 1e6;) scale *= 10;
  std::string text;
  numeric::append_number(text, std::floor(value * scale + 0.5) / scale);
  return text;
}

std::string with_uom(const Tag& tag, double value) {
  std::string text = number(value);
  if (!tag.uom.empty() && tag.uom != "-") text += " " + tag.uom;
  return text;
}

std::string subject(const Line& line, const Watch& watch) {
  if (!watch.unit) return line.id;
  const std::string& unit = line.unit(*watch.unit).id;
  return watch.tag ? unit + " " + name_of(line.tag(*watch.tag)) : unit;
}

std::string raised(const Line& line, const Watch& watch, const Evidence& evidence, const AlarmOptions& options) {
  switch (watch.kind) {
    case AlarmKind::control_limit:
    case AlarmKind::hard_limit: return limit_raised(line, watch, evidence);
    case AlarmKind::forecast_breach: return forecast_of(line, watch, evidence, " is forecast to reach ");
    case AlarmKind::low_health: return health_raised(line, watch, evidence, options);
    case AlarmKind::drift: return drift_raised(line, watch, evidence);
    case AlarmKind::standstill: return line.id + " stands still in production, and nobody has planned it.";
    default: return data_raised(line, watch, evidence, options);
  }
}

std::string escalated(const Line& line, const Watch& watch, const Evidence& evidence) {
  return forecast_of(line, watch, evidence, " is now forecast to reach ");
}

std::string returned(const Line& line, const Watch& watch, const Evidence& evidence, bool running) {
  if (watch.kind == AlarmKind::standstill) return line.id + " runs again, or its stop is planned now.";
  if (watch.kind != AlarmKind::bad_data && !running) return alarm_name(line, watch) + " ended: the line stands still.";
  std::string text = alarm_name(line, watch) + " ended";
  if (!std::isnan(evidence.value)) text += "; now " + (watch.tag ? with_uom(line.tag(*watch.tag), evidence.value) : number(evidence.value));
  return text + ".";
}

std::string acknowledged(const Line& line, const Watch& watch, const std::string& user) {
  return alarm_name(line, watch) + " acknowledged by " + (user.empty() ? "an unnamed user" : user) + ".";
}

std::string restarted(const Line& line, const Watch& watch) { return alarm_name(line, watch) + " ended: line restarted."; }

std::string followed(const Line& line, const Watch& watch) { return alarm_name(line, watch) + " closed unseen: the condition came back as a new alarm."; }

std::string follows(const Line& line, const Watch& watch, const AlarmGroup* group) {
  if (group == nullptr || watch.group_id == watch.id) return {};
  return " It follows the alarm of " + (group->unit ? line.unit(*group->unit).id : line.id) + " of " + clock_time(group->opened) + ".";
}

std::string group_told(const Line& line, const Watch& head, const AlarmGroup& group, EventTime since) {
  std::string text = alarm_name(line, head) + ": ";
  if (group.causes.empty()) return text + "no cause known.";
  text += subject_of(line, group.causes.front().tag) + " moved first, at " + clock_time(since);
  text += group.verdict == "sensor" ? "; suspected: a sensor" : group.verdict == "comms" ? "; suspected: clock or network" : "; suspected: the process";
  for (std::size_t i = 1; i < std::min<std::size_t>(3, group.causes.size()); ++i)
    text += (i == 1 ? ", else " : ", ") + subject_of(line, group.causes[i].tag);
  if (!group.followers.empty()) text += ". Followed by";
  for (std::size_t i = 0; i < group.followers.size(); ++i) text += (i == 0 ? " " : ", ") + group.followers[i];
  return text + ".";
}

}  // namespace steadyline::words
