#include "twin/logbook.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "twin/breach.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline {

Logbook::Logbook(const Scenario& scenario) : faults_{scenario.faults.size()}, off_(scenario.faults.size(), false) {
  for (const FaultSpec& spec : scenario.faults) {
    labels_.push_back(fault_label(spec, scenario.start));
    const auto& off = labels_.back().off;
    blamed_until_.push_back(off ? *off + Milliseconds{static_cast<std::int64_t>(washed_out_s * 1000)} : EventTime::max());
  }
}

void Logbook::begins(std::string_view id, LabelKind kind, std::string_view target, EventTime time) {
  Label label;
  label.id = id;
  label.kind = kind;
  label.target = target;
  label.on = time;
  open_.push_back(labels_.size());
  labels_.push_back(std::move(label));
}

void Logbook::ends(std::string_view id, std::string_view target, EventTime time) {
  const auto found =
      std::find_if(open_.rbegin(), open_.rend(), [&](std::size_t i) { return labels_[i].id == id && labels_[i].target == target; });
  if (found == open_.rend()) return;
  labels_[*found].off = time;
  open_.erase(std::next(found).base());
}

void Logbook::note(const LineEvent& event, EventTime time) {
  if (event.begins)
    begins(event.id, event.kind, event.target, time);
  else
    ends(event.id, event.target, time);
}

void Logbook::judge(const Made& made, EventTime time) {
  const Breach breach = breach_of(made.potency_pct, made.weight_mg, made.hardness_n, made.capping);
  if (made.tablets <= 0 || !breach.alert) return;
  const EventTime from = time - std::chrono::seconds{1};
  for (std::size_t i = 0; i < faults_; ++i) {
    Label& label = labels_[i];
    if (off_[i] || label.kind == LabelKind::comms || time <= label.on || time > blamed_until_[i]) continue;
    if (!label.breach_alert) label.breach_alert = time;
    if (!breach.spec) continue;
    if (!label.breach_spec) label.breach_spec = time;
    if (!label.outside.empty() && label.outside.back().to == from)
      label.outside.back().to = time;
    else
      label.outside.push_back({from, time});
    label.tablets_outside += made.outside;
    label.kg_outside += made.outside * made.weight_mg * 1e-6;
  }
}

}  // namespace steadyline
