#include "evaluation/exam_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "evaluation/exam_alarm.h"
#include "evaluation/exam_comms.h"
#include "evaluation/exam_monitor.h"
#include "evaluation/precision_recall.h"
#include "monitor/frame_monitor.h"
#include "twin/effect_watch.h"
#include "twin/exam.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/label_json.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

constexpr int look_every_s = 30;

double seconds_between(EventTime from, EventTime to) { return std::chrono::duration<double>(to - from).count(); }

bool moves(const std::vector<AffectedTag>& affected, const ExamAlarm& alarm) {
  const std::string_view named = alarm.causes.empty() ? std::string_view{alarm.tag} : std::string_view{alarm.causes.front()};
  return std::any_of(affected.begin(), affected.end(),
                     [&](const AffectedTag& a) { return a.tag == named || a.tag == alarm.tag || unit_of(a.tag) == alarm.unit; });
}

class Run {
 public:
  Run(const ExamPlan& plan, const FaultCase& which)
      : plan_{plan},
        scenario_{scenario_of(plan, which)},
        label_{fault_label(scenario_.faults.front(), scenario_.start)},
        row_{empty_row(plan, which, scenario_)},
        with_{plan, scenario_},
        watch_{plan.line, scenario_},
        baselines_(plan.limits ? baseline_count : 0),
        until_{*label_.off + Milliseconds{static_cast<std::int64_t>(exam_after_s * 1000)}} {}

  FaultRow live() {
    while (with_.simulation.time() + std::chrono::seconds{1} <= label_.on) watch_second();
    row_.before = with_.log.alarms().size();
    known_ = row_.before;
    without_.emplace(with_);
    without_->simulation.switch_off(0);
    for (int second = 1; with_.simulation.time() < until_ && !settled(second); ++second) live_second();
    look();
    conclude();
    return std::move(row_);
  }

 private:
  struct Caught {
    std::size_t looked_at = 0;  // episodes
    std::optional<EventTime> caught;
  };

  void watch_second() {
    const Assessment& assessment = with_.step().assessment;
    lost_.take(scored(assessment.verdict) ? 100 - assessment.health.score : std::numeric_limits<double>::quiet_NaN());
  }

  void live_second() {
    watch_.before(with_.simulation);
    if (watching()) {
      watch_second();
      row_.lived_s = seconds_between(scenario_.start, with_.simulation.time());
    } else {
      with_.simulation.step();
    }
    watch_.after(with_.simulation);
    for (; known_ < with_.log.alarms().size(); ++known_)
      if (!found_) consider(known_);
    if (plan_.limits) look_at_baselines();
  }

  // Any alarm of a baseline counts, whatever it would name, if the run without the fault does not have one.
  void look_at_baselines() {
    for (std::size_t b = 0; b < baseline_count; ++b) {
      if (baselines_[b].caught) continue;
      const auto& episodes = with_.baselines->episodes(b);
      for (std::size_t& looked = baselines_[b].looked_at; looked < episodes.size() && !baselines_[b].caught; ++looked) {
        const EventTime raised = episodes[looked].raised;
        if (raised < label_.on) continue;
        while (without_->simulation.time() < raised + exam_same_within) without_->step();
        const auto& anyhow = without_->baselines->episodes(b);
        const bool same = std::any_of(anyhow.begin(), anyhow.end(), [&](const BaselineWatch::Episode& e) {
          return e.raised - exam_same_within <= raised && (!e.ended || raised <= *e.ended + exam_same_within);
        });
        if (!same) baselines_[b].caught = raised;
      }
    }
  }

  // The monitor watches until 30 s after the detection, as long as a baseline has not detected, and while peaks are looked for.
  bool watching() const {
    return untold() || with_.simulation.time() < label_.on + std::chrono::minutes{peak_window_min + 1} || std::any_of(baselines_.begin(), baselines_.end(), [](const Caught& b) { return !b.caught; });
  }
  bool untold() const { return !found_ || with_.simulation.time() < with_.log.alarms()[*found_].raised + AlarmLog::causes_within; }

  void consider(std::size_t place) {
    const ExamAlarm& alarm = with_.log.alarms()[place];
    const EventTime until = alarm.raised + exam_same_within;
    while (without_->simulation.time() < until) without_->step();
    if (has_it_too(without_->log.alarms(), alarm, exam_same_within))
      ++row_.anyhow;
    else
      waiting_.push_back(place);
    look();
  }

  // Which of the waiting alarms are about what the fault is known to move by now.
  void look() {
    if (waiting_.empty()) return;
    const std::vector<AffectedTag> affected = watch_.affected(0);
    for (const std::size_t place : waiting_)
      if (moves(affected, with_.log.alarms()[place]) && (!found_ || place < *found_)) found_ = place;
    std::erase_if(waiting_, [&](std::size_t place) { return found_ && place >= *found_; });
  }

  // All is known: the alarm with its causes, that none before it counts, and the breach if there is to be one.
  bool settled(int second) {
    if (second % look_every_s != 0) return false;
    look();
    return found_ && !watching() && waiting_.empty() && breach();
  }

  std::optional<EventTime> breach() const {
    std::vector<Label> labels = with_.simulation.labels();
    watch_.mark(labels);
    return labels.front().breach_spec;
  }

  void conclude() {
    if (const auto breached = breach()) row_.breach_s = seconds_between(label_.on, *breached);
    for (std::size_t b = 0; b < baselines_.size(); ++b) {
      row_.baselines.push_back({(*plan_.limits)[b], {}});
      if (baselines_[b].caught) row_.baselines.back().delay_s = seconds_between(label_.on, *baselines_[b].caught);
    }
    note_peaks();
    row_.elsewhere = waiting_.size();
    row_.detected = found_.has_value();
    if (!found_) return;
    const ExamAlarm& alarm = with_.log.alarms()[*found_];
    row_.delay_s = seconds_between(label_.on, alarm.raised);
    row_.alarm_kind = alarm.kind;
    row_.alarm_unit = alarm.unit;
    row_.alarm_tag = alarm.tag;
    row_.verdict = alarm.verdict;
    row_.causes.assign(alarm.causes.begin(),
                       alarm.causes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, alarm.causes.size())));
    judge_causes(row_);
  }

  void note_peaks() {
    const double onset_s = seconds_between(scenario_.start, label_.on);
    row_.peaks.push_back(peaks_of(lost_.minutes(), onset_s));
    for (std::size_t b = 0; b < baselines_.size(); ++b) {
      std::vector<float> minutes;
      for (const auto& minute : with_.baselines->minutes()) minutes.push_back(minute[b]);
      row_.peaks.push_back(peaks_of(minutes, onset_s));
    }
  }

  const ExamPlan& plan_;
  const Scenario scenario_;
  const Label label_;
  FaultRow row_;
  MonitoredTwin with_;
  std::optional<MonitoredTwin> without_;
  EffectWatch watch_;
  std::vector<Caught> baselines_;
  HeldPeaks lost_;  // points of the health score
  const EventTime until_;
  std::size_t known_ = 0;             // alarms looked at
  std::vector<std::size_t> waiting_;  // places of alarms that only this run has, not known to be about the fault
  std::optional<std::size_t> found_;
};

}  // namespace

Scenario scenario_of(const ExamPlan& plan, const FaultCase& which) {
  return exam_scenario(which.fault, which.variant, which.tercile, exam_seed(plan.commit, which.fault, which.index));
}

FaultRow empty_row(const ExamPlan& plan, const FaultCase& which, const Scenario& scenario) {
  const FaultKind& kind = *find_fault_kind(which.fault, which.variant);
  const FaultSpec& spec = scenario.faults.front();
  FaultRow row;
  row.of = which;
  row.difficulty = kind.difficulty;
  row.kind = kind.kind == LabelKind::process ? "process" : kind.kind == LabelKind::sensor ? "sensor" : "comms";
  row.target = spec.target;
  row.severity = spec.severity;
  row.seed = exam_seed(plan.commit, which.fault, which.index);
  row.lasts_s = fault_end_s(spec) - spec.on_s;
  row.root_tags = root_tags(kind, spec.target);
  return row;
}

FaultRow live_through(const ExamPlan& plan, const FaultCase& which) {
  const bool network = find_fault_kind(which.fault, which.variant)->kind == LabelKind::comms;
  return network ? live_through_network(plan, which) : Run{plan, which}.live();
}

}  // namespace steadyline
