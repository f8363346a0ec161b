#include "twin/label_json.h"

#include <optional>
#include <vector>

#include "core/json_text.h"
#include "core/numeric.h"
#include "core/time_text.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline {
namespace {

void append_time(std::string& out, EventTime time) {
  out += '"';
  append_rfc3339(out, time);
  out += '"';
}

// Opens the next key of the object; the first one opens the object itself.
void key(std::string& out, std::string_view name, bool first = false) {
  out += first ? '{' : ',';
  append_json_text(out, name);
  out += ':';
}

void append_time(std::string& out, std::string_view name, const std::optional<EventTime>& time) {
  key(out, name);
  if (time)
    append_time(out, *time);
  else
    out += "null";
}

void append_number(std::string& out, std::string_view name, double value) {
  key(out, name);
  numeric::append_number(out, value);
}

template <class Items, class Append>
void append_list(std::string& out, std::string_view name, const Items& items, Append append) {
  key(out, name);
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    append(item);
  }
  out += ']';
}

std::string_view word_of(Onset onset) {
  switch (onset) {
    case Onset::step:
      return "step";
    case Onset::ramp:
      return "ramp";
    case Onset::exponential:
      return "exponential";
    case Onset::intermittent:
      return "intermittent";
    case Onset::oscillating:
      return "oscillating";
    case Onset::random_walk:
      return "random_walk";
  }
  return "";
}

bool is_fault(const Label& label) {
  return label.kind == LabelKind::process || label.kind == LabelKind::sensor || label.kind == LabelKind::comms;
}

void append_severity(std::string& out, const Label& label) {
  if (!is_fault(label)) {
    out += ",\"severity\":null,\"unit\":null,\"onset\":null";
    return;
  }
  const FaultKind* kind = find_fault_kind(label.spec.id, label.spec.variant);
  append_number(out, "severity", label.spec.severity);
  key(out, "unit");
  append_json_text(out, kind == nullptr ? "" : kind->unit);
  key(out, "onset");
  append_json_text(out, word_of(label.spec.onset));
}

void append_affected(std::string& out, const AffectedTag& affected) {
  key(out, "tag", true);
  append_json_text(out, affected.tag);
  key(out, "first_visible_t");
  append_time(out, affected.first_visible);
  append_number(out, "peak_sd", affected.peak_sd);
  out += '}';
}

}  // namespace

std::string_view word_of(LabelKind kind) {
  switch (kind) {
    case LabelKind::process:
      return "process";
    case LabelKind::sensor:
      return "sensor";
    case LabelKind::comms:
      return "comms";
    case LabelKind::normal_event:
      return "normal_event";
    case LabelKind::unplanned_stop:
      return "unplanned_stop";
  }
  return "";
}

std::string label_json(const Label& label, std::string_view run, std::uint64_t seed) {
  std::string out;
  key(out, "run", true);
  append_json_text(out, run);
  key(out, "seed");
  out += std::to_string(seed);
  key(out, "fault_id");
  append_json_text(out, label.id);
  key(out, "variant");
  append_json_text(out, label.spec.variant);
  key(out, "target");
  append_json_text(out, label.target);
  key(out, "kind");
  append_json_text(out, word_of(label.kind));
  append_time(out, "t_on", label.on);
  append_time(out, "t_full", label.full);
  append_time(out, "t_off", label.off);
  append_severity(out, label);
  const auto text = [&](const std::string& item) { append_json_text(out, item); };
  append_list(out, "root_tags", label.root_tags, text);
  append_list(out, "affected_tags", label.affected, [&](const AffectedTag& affected) { append_affected(out, affected); });
  append_time(out, "t_breach_alert", label.breach_alert);
  append_time(out, "t_breach_spec", label.breach_spec);
  append_list(out, "oos_interval_tablet", label.outside, [&](const Interval& interval) {
    out += '[';
    append_time(out, interval.from);
    out += ',';
    append_time(out, interval.to);
    out += ']';
  });
  append_number(out, "oos_tablets", label.tablets_outside);
  append_number(out, "oos_kg", label.kg_outside);
  append_list(out, "correct_actions", label.correct_actions, text);
  append_list(out, "forbidden_actions", label.forbidden_actions, text);
  out += '}';
  return out;
}

}  // namespace steadyline
