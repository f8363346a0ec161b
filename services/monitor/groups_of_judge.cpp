// First-out grouping: which alarms belong together, what they are put down to, and when that is told again (docs/alarms.md).
#include <algorithm>
#include <array>
#include <cmath>

#include "monitor/judge.h"
#include "monitor/verdict.h"
#include "monitor/words.h"

namespace steadyline {
namespace {

constexpr double lot_weight = 0.6;        // a lot unlike the others stands for hours: it is seldom what another alarm is about
constexpr double limit_weight = 0.8;      // a control limit's width tells less than a learned limit
constexpr double bad_data_excess = 3;
constexpr double health_excess = 1.2;
constexpr std::array<double, 3> accusation{0.9, 0.7, 0.5};  // of a relation's tags, the one that it accuses first
constexpr Milliseconds tells_after{9'000};
constexpr int tells_most = 6;
constexpr double course_decides = 3;     // in logarithms of likelihood: 20 to 1
constexpr double strongest_error = 3;    // as verdict.cpp counts
constexpr float lean_share = 1.0F / 30;  // of a frame, in the signed excess that the gross-error test takes

/// How far a measure is outside its band: 1 at a limit, 2 one half width beyond it; 0 inside.
double distance(double measure, const Band& band) {
  if (std::isnan(measure) || band.contains(measure)) return 0;
  const double half = std::isfinite(band.low) && std::isfinite(band.high) ? (band.high - band.low) / 2 : width_of(band);
  const double beyond = measure > band.high ? measure - band.high : band.low - measure;
  return half > 0 ? 1 + beyond / half : 1;
}

bool same_first(const std::vector<Contribution>& a, const std::vector<Contribution>& b) {
  const std::size_t most = std::min<std::size_t>(3, std::max(a.size(), b.size()));
  if (a.size() < most || b.size() < most) return false;
  if (most > 0 && a.front().tag != b.front().tag) return false;
  const auto first_of = [&](const Contribution& cause) {
    return std::any_of(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(most), [&](const Contribution& other) { return other.tag == cause.tag; });
  };
  return std::all_of(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(most), first_of);
}

}  // namespace

void Judge::look_for_clues(const FrameStep& step) {
  if (step.frame.cold) clues_.clear();
  clues_.begin(now_);
  const auto& drift = step.assessment.drift.excess;
  of_lots_ = step.assessment.drift.of_lots;
  for (std::size_t i = 0; i < std::min(drift.size(), channels_.size()); ++i) {
    leans_[i] += lean_share * (drift[i] - leans_[i]);
    const double weight = i < of_lots_.size() && of_lots_[i] != 0 ? lot_weight : 1;
    const double excess = weight * std::fabs(static_cast<double>(drift[i]));
    if (excess < static_cast<double>(suspicious)) continue;
    const auto& tags = channels_[i].tags;
    if (!channels_[i].relation) {
      clues_.note(tags.front().value, excess, now_);
      continue;
    }
    Clue& clue = relations_[i];
    if (clue.peak == 0 || now_ - clue.last > forgotten_after) clue = {.peak = 0, .since = now_};
    clue.peak = std::max(clue.peak, static_cast<float>(excess));
    clue.last = now_;
    for (std::size_t k = 0; k < std::min(tags.size(), accusation.size()); ++k) clues_.note(tags[k].value, accusation[k] * excess, now_);
  }
  for (const Watch& watch : watches_) {
    if (watch.kind == AlarmKind::control_limit || watch.kind == AlarmKind::hard_limit) {
      if (speaking_.limits_of(*watch.tag)) clues_.note(watch.tag->value, limit_weight * distance(means_.of(*watch.tag), limits_of(watch, step.frame)), now_);
    } else if (watch.kind == AlarmKind::bad_data && watch.told && watch.alarm.active()) {
      clues_.note(clues_.place(watch.unit, watch.tag), bad_data_excess, now_, true);
    } else if (watch.kind == AlarmKind::forecast_breach && watch.alarm.active()) {
      clues_.note(watch.tag->value, 1, now_);
    } else if (watch.kind == AlarmKind::low_health && watch.alarm.active()) {
      for (const Contribution& part : watch.contributions)
        if (const auto tag = line_->find_tag(part.tag)) clues_.note(tag->value, health_excess * part.share / watch.contributions.front().share, now_);
    }
  }
  clues_.compare_with_set_points(step.frame.values, step.frame.flaws);
}

AlarmGroup* Judge::group_of(const Watch& watch) {
  const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const AlarmGroup& group) { return group.number == watch.group; });
  return found == groups_.end() ? nullptr : &*found;
}

bool Judge::join_group(Watch& watch, std::size_t place) {
  watch.group = 0;
  watch.group_id.clear();
  for (AlarmGroup& group : groups_) {
    if (!joins(group, {place, watch.kind, watch.unit, watch.tag}, linkage_, now_)) continue;
    watch.group = group.number;
    watch.group_id = group.id;
    group.last_active = group.last_joined = now_;
    if (std::find(group.members.begin(), group.members.end(), place) == group.members.end()) group.members.push_back(place);
    if (group.kind == AlarmKind::low_health && watch.unit) {  // it says where the trouble is
      group.kind = watch.kind;
      group.unit = watch.unit;
      group.tag = watch.tag;
    }
    if (place != group.head && std::find(group.followers.begin(), group.followers.end(), watch.alert_unit) == group.followers.end())
      group.followers.push_back(watch.alert_unit);
    return true;
  }
  return false;
}

void Judge::open_group(Watch& watch, std::size_t place) {
  watch.group = ++group_count_;
  watch.group_id = watch.id;
  // The alarm itself is a clue, whatever else there is.
  if (watch.kind == AlarmKind::bad_data) clues_.note(clues_.place(watch.unit, watch.tag), bad_data_excess, now_, true);
  else if (watch.tag) clues_.note(watch.tag->value, 1, now_);
  groups_.push_back({.number = watch.group,
                     .id = watch.id,
                     .head = place,
                     .kind = watch.kind,
                     .unit = watch.unit,
                     .tag = watch.tag,
                     .opened = now_,
                     .last_active = now_,
                     .last_joined = now_,
                     .told_at = now_,
                     .members = {place},
                     .of_lots = watch.kind == AlarmKind::drift && watch.channel < of_lots_.size() && of_lots_[watch.channel] != 0});
  if (watch.kind == AlarmKind::low_health)
    for (const Contribution& part : watch.contributions)
      if (const auto tag = line_->find_tag(part.tag)) clues_.note(tag->value, health_excess * part.share / watch.contributions.front().share, now_);
  conclude(groups_.back());
}

/// Between a scale and the material their courses decide where they can; what they leave open, the sizes do.
std::optional<FoundError> Judge::suspected(const AlarmGroup& group) {
  auto found = gross_errors_.find(leans_, group.unit, speaking_.new_lots());
  const auto scale_of = [&](std::optional<UnitIndex> unit) { return unit ? gross_errors_.scale_of(*unit) : nullptr; };
  const bool of_feeder = scale_of(group.unit) != nullptr;
  if (!of_feeder && !(found && (found->error->material || found->error->scale))) return found;
  const auto course = courses_.find(of_feeder ? group.unit : std::nullopt);
  if (!course || std::fabs(course->scale) < course_decides) return found;
  if (course->scale > 0) {
    const GrossError* const scale = scale_of(course->feeder);
    return scale == nullptr ? found : std::optional{FoundError{scale, strongest_error}};
  }
  if (course->content && gross_errors_.material() != nullptr) return FoundError{gross_errors_.material(), found ? found->size : 1};
  return found && found->error->scale ? std::nullopt : found;
}

void Judge::conclude(AlarmGroup& group) {
  const bool comms = std::any_of(watches_.begin(), watches_.end(), [&](const Watch& watch) {
    return watch.kind == AlarmKind::bad_data && !watch.tag && watch.group == group.number && watch.alarm.active();
  });
  auto suspects = rank_causes(clues_, linkage_, group, {});
  if (group.kind == AlarmKind::standstill) {
    group.causes = {{"*", 1}};
    group.verdict = "process";
    return;
  }
  const Judgement judgement = judge_group({*line_, clues_, linkage_, group}, suspects, comms, {channels_, relations_, follows_lots_, suspected(group)});
  if (judgement.first) put_first(suspects, judgement.accused);
  else if (!judgement.accused.empty()) suspects = rank_causes(clues_, linkage_, group, judgement.accused);
  group.causes = told_causes(clues_, suspects);
  group.verdict = judgement.verdict;
}

void Judge::follow_groups(std::vector<Alert>& alerts) {
  if (groups_.empty()) return;
  for (const Watch& watch : watches_) {
    if (watch.group == 0 || !watch.told || !watch.alarm.active()) continue;
    AlarmGroup* const group = group_of(watch);
    if (group != nullptr && (group->kind != AlarmKind::standstill || watch.kind == AlarmKind::standstill)) group->last_active = now_;
  }
  std::erase_if(groups_, [&](const AlarmGroup& group) {
    return now_ - group.last_active > group_lingers || (group.kind != AlarmKind::standstill && now_ - group.last_joined > group_ages);
  });
  for (AlarmGroup& group : groups_)
    if (now_ - group.told_at >= tells_after && group.retold < tells_most) tell_again(group, alerts);
}

/// Once more when other causes or another verdict have come to the fore.
void Judge::tell_again(AlarmGroup& group, std::vector<Alert>& alerts) {
  AlarmGroup anew = group;
  conclude(anew);
  Watch& head = watches_[group.head];
  if (head.id != group.id || head.alarm.state() == AlarmState::normal) return;
  if (anew.verdict == group.verdict && same_first(anew.causes, group.causes)) return;
  group = std::move(anew);
  group.told_at = now_;
  ++group.retold;
  EventTime since = group.opened;
  for (std::size_t place = 0; place < clues_.size(); ++place)
    if (!group.causes.empty() && clues_.at(place).peak > 0 && clues_.path(place) == group.causes.front().tag) since = clues_.at(place).since;
  publish(head, head.alarm.state(), {}, words::group_told(*line_, head, group, since), alerts);
}

}  // namespace steadyline
