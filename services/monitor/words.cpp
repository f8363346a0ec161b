#include "monitor/words.h"

#include <cmath>

#include "core/numeric.h"
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
    default: return "bad data alarm";
  }
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
    default: return data_raised(line, watch, evidence, options);
  }
}

std::string escalated(const Line& line, const Watch& watch, const Evidence& evidence) {
  return forecast_of(line, watch, evidence, " is now forecast to reach ");
}

std::string returned(const Line& line, const Watch& watch, const Evidence& evidence, bool running) {
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

std::string still(const Line& line, const Watch& watch, const Evidence& evidence) {
  const Tag& tag = line.tag(*watch.tag);
  return alarm_name(line, watch) + " stands at " + with_uom(tag, evidence.value) + " (limit " + with_uom(tag, evidence.limit) + ").";
}

std::string folded(const Line& line, const Watch& watch) {
  if (watch.folds.empty()) return {};
  std::string text{" "};
  text += number(static_cast<double>(watch.folds.size())) + " more of " + line.unit(*watch.unit).id + " exceeded: ";
  for (std::size_t i = 0; i < watch.folds.size(); ++i) text += (i == 0 ? "" : ", ") + name_of(line.tag(watch.folds[i]));
  return text + ".";
}

}  // namespace steadyline::words
