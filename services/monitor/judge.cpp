#include "monitor/judge.h"

#include <algorithm>
#include <utility>

#include "core/sha256.h"
#include "monitor/assess.h"
#include "monitor/words.h"

namespace steadyline {
namespace {

constexpr Milliseconds group_window{600'000};
constexpr std::size_t contributions_told = 3;

bool has_forecast_tag(const Line& line, UnitIndex unit) {
  return std::any_of(line.tags.begin(), line.tags.end(), [&](const Tag& tag) { return tag.unit == unit && tag.forecast; });
}

/// The largest shares of the health error, falling; equal ones in the bundle's order.
std::vector<Contribution> largest_contributions(const Assessment& assessment, const Bundle& bundle) {
  std::vector<Contribution> all;
  for (std::size_t i = 0; i < assessment.shares.size(); ++i) all.push_back({bundle.tag_paths[i], static_cast<double>(assessment.shares[i])});
  std::stable_sort(all.begin(), all.end(), [](const Contribution& a, const Contribution& b) { return a.share > b.share; });
  if (all.size() > contributions_told) all.resize(contributions_told);
  return all;
}

}  // namespace

std::string alert_id(std::string_view line, std::string_view unit, std::string_view tag, AlarmKind kind, EventTime activated) {
  std::string identity;
  for (const std::string_view part : {line, unit, tag, to_text(kind)}) identity.append(part).append("|");
  return sha256_hex(identity + std::to_string(activated.time_since_epoch().count())).substr(0, 16);
}

Judge::Judge(const Line& line, const Bundle* bundle, const AlarmOptions& options)
    : line_{&line}, bundle_{bundle}, options_{options}, means_{line}, unit_gone_(line.units.size()) {
  std::vector<std::size_t> tags_of_unit(line.units.size());
  for (const Tag& tag : line.tags) ++tags_of_unit[tag.unit.value];
  for (const std::size_t tags : tags_of_unit) speaks_as_unit_.push_back(tags > 1);
  add_watches();
}

void Judge::add_watches() {
  watches_.clear();
  control_groups_.assign(line_->units.size(), {});
  const auto add = [&](AlarmKind kind, std::optional<UnitIndex> unit, std::optional<TagIndex> tag) -> Watch& {
    watches_.push_back({.kind = kind, .unit = unit, .tag = tag});
    return watches_.back();
  };
  const auto for_tags = [&](AlarmKind kind, auto&& wanted) {
    for (std::uint32_t i = 0; i < line_->tags.size(); ++i) {
      if (wanted(line_->tags[i])) add(kind, line_->tags[i].unit, TagIndex{i});
    }
  };
  add(AlarmKind::bad_data, std::nullopt, std::nullopt);
  for (std::uint32_t i = 0; i < line_->units.size(); ++i) {
    if (speaks_as_unit_[i] == 0) continue;
    add(AlarmKind::bad_data, UnitIndex{i}, std::nullopt).priority = has_forecast_tag(*line_, UnitIndex{i}) ? Priority::medium : Priority::low;
  }
  for_tags(AlarmKind::bad_data, [](const Tag&) { return true; });
  for_tags(AlarmKind::hard_limit, [](const Tag& tag) { return tag.hard.bounded(); });
  for_tags(AlarmKind::control_limit, [](const Tag& tag) { return tag.control.bounded(); });
  if (bundle_ == nullptr) return;
  for (std::size_t target = 0; target < bundle_->forecaster.targets.size(); ++target) {
    const TagIndex tag = bundle_->features.tags[bundle_->forecaster.targets[target]];
    if (line_->tag(tag).hard.bounded()) add(AlarmKind::forecast_breach, line_->tag(tag).unit, tag).target = target;
  }
  add(AlarmKind::low_health, std::nullopt, std::nullopt);
}

const AlarmTiming& Judge::timing_of(AlarmKind kind) const {
  switch (kind) {
    case AlarmKind::control_limit: return options_.control;
    case AlarmKind::hard_limit: return options_.hard;
    case AlarmKind::forecast_breach: return options_.forecast;
    case AlarmKind::low_health: return options_.health;
    case AlarmKind::drift: return options_.drift;
    default: return options_.data;
  }
}

void Judge::judge(const FrameStep& step, std::vector<Alert>& alerts) {
  now_ = step.frame.time;
  if (step.frame.cold) end_all(alerts);
  if (step.frame.cold || step.began) means_.clear();
  means_.take(step.frame);
  look_for_silence(step.frame);
  for (Watch& watch : watches_) turn(watch, evidence_of(watch, step), step, alerts);
}

void Judge::turn(Watch& watch, const Evidence& evidence, const FrameStep& step, std::vector<Alert>& alerts) {
  const bool unseen = watch.alarm.state() == AlarmState::rtn_unacknowledged;
  if (const auto state = watch.alarm.judge(evidence.sign, now_, timing_of(watch.kind))) {
    if (!watch.alarm.active()) {
      if (!watch.folded) publish(watch, *state, evidence, words::returned(*line_, watch, evidence, step.frame.running) + words::folded(*line_, watch), alerts);
      if (watch.folded) watch.alarm.forget();
      watch.folded = false;
      unfold(watch, step, alerts);
      return;
    }
    if (unseen) publish(watch, AlarmState::normal, evidence, words::followed(*line_, watch), alerts);
    raise(watch, evidence, step, alerts);
  } else if (watch.kind == AlarmKind::forecast_breach && watch.alarm.active() && evidence.sign == Sign::raise && evidence.priority > watch.priority) {
    watch.priority = evidence.priority;
    watch.alarm.call_again();
    publish(watch, watch.alarm.state(), evidence, words::escalated(*line_, watch, evidence), alerts);
  }
}

void Judge::raise(Watch& watch, const Evidence& evidence, const FrameStep& step, std::vector<Alert>& alerts) {
  watch.seq = 0;
  watch.priority = evidence.priority;
  watch.folds.clear();
  watch.alert_unit = watch.unit ? line_->unit(*watch.unit).id : "*";
  watch.alert_tag = watch.tag ? line_->tag(*watch.tag).name : "*";
  if (watch.kind == AlarmKind::low_health) {
    watch.contributions = largest_contributions(step.assessment, *bundle_);
    const auto tag = watch.contributions.empty() ? std::nullopt : line_->find_tag(watch.contributions.front().tag);
    if (tag) {
      watch.alert_unit = line_->unit(line_->tag(*tag).unit).id;
      watch.alert_tag = line_->tag(*tag).name;
    }
  }
  watch.id = alert_id(line_->id, watch.alert_unit, watch.alert_tag, watch.kind, watch.alarm.activated());
  if (watch.kind == AlarmKind::control_limit && fold(watch, evidence, alerts)) return;
  publish(watch, AlarmState::unacknowledged, evidence, words::raised(*line_, watch, evidence, options_), alerts);
}

bool Judge::fold(Watch& watch, const Evidence& evidence, std::vector<Alert>& alerts) {
  std::deque<Activation>& group = control_groups_[watch.unit->value];
  while (!group.empty() && now_ - group.front().at > group_window) group.pop_front();
  if (std::cmp_less(group.size(), options_.control_group_max_per_10min)) {
    group.push_back({now_, static_cast<std::size_t>(&watch - watches_.data())});
    return false;
  }
  // The first alarm of the group that still stands speaks for it; with none standing it must speak for itself.
  for (const Activation& activation : group) {
    Watch& first = watches_[activation.watch];
    if (!first.alarm.active() || first.folded || &first == &watch) continue;
    watch.folded = true;
    if (std::find(first.folds.begin(), first.folds.end(), *watch.tag) != first.folds.end()) return true;
    first.folds.push_back(*watch.tag);
    Evidence again = evidence;
    again.value = means_.of(*first.tag);
    again.limit = read_limit(again.value, line_->tag(*first.tag).control, options_.deadband).limit;
    if (first.folds.size() == 1) publish(first, first.alarm.state(), again, words::still(*line_, first, again) + words::folded(*line_, first), alerts);
    return true;
  }
  group.push_back({now_, static_cast<std::size_t>(&watch - watches_.data())});
  return false;
}

void Judge::unfold(Watch& ended, const FrameStep& step, std::vector<Alert>& alerts) {
  for (Watch& watch : watches_) {
    if (watch.kind != AlarmKind::control_limit || !watch.folded || !watch.alarm.active()) continue;
    if (std::find(ended.folds.begin(), ended.folds.end(), *watch.tag) == ended.folds.end()) continue;
    watch.folded = false;
    const Evidence evidence = evidence_of(watch, step);
    publish(watch, watch.alarm.state(), evidence, words::still(*line_, watch, evidence), alerts);
  }
  ended.folds.clear();
}

void Judge::publish(Watch& watch, AlarmState state, const Evidence& evidence, std::string text, std::vector<Alert>& alerts) {
  alerts.push_back({.id = watch.id,
                    .seq = watch.seq++,
                    .line = line_->id,
                    .unit = watch.alert_unit,
                    .tag = watch.alert_tag,
                    .kind = watch.kind,
                    .state = state,
                    .priority = watch.priority,
                    .time = now_,
                    .value = evidence.value,
                    .limit = evidence.limit,
                    .time_to_limit = evidence.time_to_limit,
                    .contributions = watch.contributions,
                    .group = watch.id,
                    .causes = {},
                    .verdict = {},
                    .bundle = bundle_ == nullptr ? std::string{} : bundle_->sha256,
                    .text = std::move(text)});
}

void Judge::end_all(std::vector<Alert>& alerts) {
  for (Watch& watch : watches_) {
    if (watch.alarm.state() == AlarmState::normal || watch.folded) continue;
    publish(watch, AlarmState::normal, {}, words::restarted(*line_, watch), alerts);
  }
  add_watches();
}

void Judge::change_models(const LoadedModels* models, std::vector<Alert>& alerts) {
  end_all(alerts);
  bundle_ = models == nullptr ? nullptr : models->bundle.get();
  add_watches();
}

bool Judge::acknowledge(const std::string& id, const std::string& user, std::vector<Alert>& alerts) {
  for (Watch& watch : watches_) {
    if (watch.alarm.state() == AlarmState::normal || watch.folded || watch.id != id) continue;
    const auto state = watch.alarm.acknowledge();
    if (!state) return false;
    publish(watch, *state, {}, words::acknowledged(*line_, watch, user), alerts);
    return true;
  }
  return false;
}

std::size_t Judge::active() const {
  return static_cast<std::size_t>(std::count_if(watches_.begin(), watches_.end(), [](const Watch& watch) { return watch.alarm.active(); }));
}

std::vector<std::size_t> Judge::active_by_kind() const {
  std::vector<std::size_t> counts(alarm_kind_count);
  for (const Watch& watch : watches_) counts[static_cast<std::size_t>(watch.kind)] += watch.alarm.active() ? 1 : 0;
  return counts;
}

}  // namespace steadyline
