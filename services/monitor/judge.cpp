#include "monitor/judge.h"

#include <algorithm>
#include <utility>

#include "core/sha256.h"
#include "monitor/assess.h"
#include "monitor/words.h"

namespace steadyline {
namespace {

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

Judge::Judge(const Line& line, const Bundle* bundle, const AlarmOptions& options, std::vector<DriftChannel> channels)
    : line_{&line}, bundle_{bundle}, options_{options}, means_{line}, linkage_{line}, speaking_{line}, standstill_{line}, clues_{line}, unit_gone_(line.units.size()) {
  std::vector<std::size_t> tags_of_unit(line.units.size());
  for (const Tag& tag : line.tags) ++tags_of_unit[tag.unit.value];
  for (const std::size_t tags : tags_of_unit) speaks_as_unit_.push_back(tags > 1);
  take_channels(std::move(channels));
  add_watches();
}

void Judge::take_channels(std::vector<DriftChannel> channels) {
  channels_ = std::move(channels);
  follows_lots_.assign(channels_.size(), char{0});
  relations_.assign(channels_.size(), Clue{});
  leans_.assign(channels_.size(), 0.0F);
  gross_errors_ = {};
  courses_ = {};
  if (bundle_ == nullptr) return;
  gross_errors_ = GrossErrors{*line_, bundle_->drift, channels_};
  courses_ = CourseWatch{*line_, bundle_->drift, channels_};
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    const auto& signals = bundle_->drift.signals;
    const auto found = std::find_if(signals.begin(), signals.end(), [&](const DriftSignal& signal) { return signal.name == channels_[i].name; });
    follows_lots_[i] = found != signals.end() && found->follows_lots;
  }
}

void Judge::add_watches() {
  watches_.clear();
  const auto add = [&](AlarmKind kind, std::optional<UnitIndex> unit, std::optional<TagIndex> tag) -> Watch& {
    watches_.push_back({.kind = kind, .unit = unit, .tag = tag});
    return watches_.back();
  };
  const auto for_tags = [&](AlarmKind kind, auto&& wanted) {
    for (std::uint32_t i = 0; i < line_->tags.size(); ++i) {
      if (wanted(line_->tags[i])) add(kind, line_->tags[i].unit, TagIndex{i});
    }
  };
  if (line_->state_tag) add(AlarmKind::standstill, std::nullopt, std::nullopt);
  add(AlarmKind::bad_data, std::nullopt, std::nullopt);
  for (std::uint32_t i = 0; i < line_->units.size(); ++i) {
    if (speaks_as_unit_[i] == 0) continue;
    add(AlarmKind::bad_data, UnitIndex{i}, std::nullopt).priority = has_forecast_tag(*line_, UnitIndex{i}) ? Priority::medium : Priority::low;
  }
  for_tags(AlarmKind::bad_data, [](const Tag&) { return true; });
  for_tags(AlarmKind::hard_limit, [](const Tag& tag) { return tag.hard.bounded(); });
  for_tags(AlarmKind::control_limit, [](const Tag& tag) { return tag.control.bounded(); });
  for (std::size_t channel = 0; channel < channels_.size(); ++channel) {
    const DriftChannel& watched = channels_[channel];
    add(AlarmKind::drift, watched.unit, watched.tags.empty() ? std::nullopt : std::optional{watched.tags.front()}).channel = channel;
  }
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
    case AlarmKind::standstill: return options_.standstill;
    default: return options_.data;
  }
}

void Judge::judge(const FrameStep& step, std::vector<Alert>& alerts) {
  now_ = step.frame.time;
  if (step.frame.cold) end_all(alerts);
  if (step.frame.cold || step.began) means_.clear();
  means_.take(step.frame);
  speaking_.take(step);
  await_health(step);
  stands_ = standstill_.take(step.frame);
  look_for_silence(step.frame);
  look_for_clues(step);
  courses_.take(step);
  for (Watch& watch : watches_) turn(watch, evidence_of(watch, step), step, alerts);
  follow_groups(alerts);
}

/// After it was suppressed health speaks when it has been seen well, or half an hour later: its slowest mean has forgotten by then.
void Judge::await_health(const FrameStep& step) {
  constexpr Milliseconds forgets{1'800'000};
  if (step.frame.cold || step.began) health_waits_ = false;
  if (!speaking_.models()) {
    health_waits_ = health_waits_ || scored(step.assessment.verdict);
    health_waits_since_.reset();
    return;
  }
  if (!health_waits_since_) health_waits_since_ = now_;
  const bool well = step.assessment.health.score >= options_.health_raise_below;
  if (well || now_ - *health_waits_since_ >= forgets) health_waits_ = false;
}

void Judge::turn(Watch& watch, const Evidence& evidence, const FrameStep& step, std::vector<Alert>& alerts) {
  const bool unseen = watch.alarm.state() == AlarmState::rtn_unacknowledged;
  if (const auto state = watch.alarm.judge(evidence.sign, now_, timing_of(watch.kind))) {
    if (!watch.alarm.active()) {
      if (watch.told) publish(watch, *state, evidence, words::returned(*line_, watch, evidence, step.frame.running), alerts);
      if (!watch.told) watch.alarm.forget();
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
  const auto place = static_cast<std::size_t>(&watch - watches_.data());
  const auto told_of_unit = std::count_if(watches_.begin(), watches_.end(), [&](const Watch& other) {
    return other.kind == AlarmKind::control_limit && other.unit == watch.unit && other.told && other.alarm.active() && &other != &watch;
  });
  watch.told = watch.kind != AlarmKind::control_limit || told_of_unit < options_.control_group_max_per_10min;
  if (watch.told && !join_group(watch, place)) watch.told = watch.kind != AlarmKind::control_limit;
  if (!watch.told) return;
  if (watch.group == 0) open_group(watch, place);
  publish(watch, AlarmState::unacknowledged, evidence, words::raised(*line_, watch, evidence, options_) + words::follows(*line_, watch, group_of(watch)), alerts);
}

void Judge::publish(Watch& watch, AlarmState state, const Evidence& evidence, std::string text, std::vector<Alert>& alerts) {
  const AlarmGroup* const group = group_of(watch);
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
                    .group = watch.group_id,
                    .causes = group == nullptr ? std::vector<Contribution>{} : group->causes,
                    .verdict = group == nullptr ? std::string{} : group->verdict,
                    .bundle = bundle_ == nullptr ? std::string{} : bundle_->sha256,
                    .text = std::move(text)});
}

void Judge::end_all(std::vector<Alert>& alerts) {
  for (Watch& watch : watches_) {
    if (watch.alarm.state() == AlarmState::normal || !watch.told) continue;
    publish(watch, AlarmState::normal, {}, words::restarted(*line_, watch), alerts);
  }
  groups_.clear();
  clues_.clear();
  relations_.assign(channels_.size(), Clue{});
  leans_.assign(channels_.size(), 0.0F);
  add_watches();
}

void Judge::change_models(const LoadedModels* models, std::vector<Alert>& alerts) {
  end_all(alerts);
  bundle_ = models == nullptr ? nullptr : models->bundle.get();
  take_channels(models == nullptr ? std::vector<DriftChannel>{} : models->drift.channels());
  add_watches();
}

bool Judge::acknowledge(const std::string& id, const std::string& user, std::vector<Alert>& alerts) {
  const auto waits = [](const Watch& watch) {
    return watch.told && (watch.alarm.state() == AlarmState::unacknowledged || watch.alarm.state() == AlarmState::rtn_unacknowledged);
  };
  if (std::none_of(watches_.begin(), watches_.end(), [&](const Watch& watch) { return waits(watch) && watch.id == id; })) return false;
  for (Watch& watch : watches_) {  // the first-out alarm answers for those that followed it
    if (!waits(watch) || (watch.id != id && watch.group_id != id)) continue;
    if (const auto state = watch.alarm.acknowledge()) publish(watch, *state, {}, words::acknowledged(*line_, watch, user), alerts);
  }
  return true;
}

std::size_t Judge::active() const {
  return static_cast<std::size_t>(std::count_if(watches_.begin(), watches_.end(), [](const Watch& watch) { return watch.told && watch.alarm.active(); }));
}

std::vector<std::size_t> Judge::active_by_kind() const {
  std::vector<std::size_t> counts(alarm_kind_count);
  for (const Watch& watch : watches_) counts[static_cast<std::size_t>(watch.kind)] += watch.told && watch.alarm.active() ? 1 : 0;
  return counts;
}

}  // namespace steadyline
