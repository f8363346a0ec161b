#include <algorithm>
#include <set>
#include <utility>

#include "evaluation/report.h"
#include "training/learn.h"

namespace steadyline {
namespace {

double hours_between(EventTime from, EventTime to) { return std::chrono::duration<double, std::ratio<3600>>(to - from).count(); }

GroupReport judge_group(const Line& line, const std::shared_ptr<const Bundle>& bundle, const MonitorOptions& options, std::span<const Recording> train,
                        const Recording& judged, std::span<const InjectedFault> faults) {
  const std::span one{&judged, 1};
  GroupReport report;
  report.group = judged.group;
  report.hours = production_hours(line, one);
  report.forecasts = score_forecasts(line, *bundle, train, one);
  const auto episodes = run_monitor(line, bundle, options, judged.frames);
  const auto health = merge_episodes(episodes, "low_health");
  report.health_alarms = event_rate(health.size(), report.hours);
  double under_alarm_h = 0;
  for (const RaisedAlarm& e : health) under_alarm_h += hours_between(e.raised, e.ended);
  report.health_alarm_share = report.hours > 0 ? std::min(1.0, under_alarm_h / report.hours) : 0;
  std::map<std::string, std::size_t> counts;
  std::set<std::string> calls;
  for (const RaisedAlarm& e : episodes) {
    ++counts[e.kind];
    calls.insert(e.group);
  }
  report.calls = event_rate(calls.size(), report.hours);
  for (const auto& [kind, count] : counts) report.alarms[kind] = event_rate(count, report.hours);
  for (const InjectedFault& fault : faults) {
    auto found = detect(line, bundle, options, fault, one);
    report.detections.insert(report.detections.end(), found.begin(), found.end());
  }
  return report;
}

void pool_into(GroupReport& pooled, const GroupReport& group) {
  const double alarm_hours = pooled.health_alarm_share * pooled.hours + group.health_alarm_share * group.hours;
  pooled.group = "pooled";
  pooled.hours += group.hours;
  pooled.health_alarm_share = pooled.hours > 0 ? alarm_hours / pooled.hours : 0;
  pool(pooled.forecasts, group.forecasts);
  pooled.health_alarms = event_rate(pooled.health_alarms.events + group.health_alarms.events, pooled.hours);
  pooled.calls = event_rate(pooled.calls.events + group.calls.events, pooled.hours);
  std::map<std::string, std::size_t> counts;
  for (const GroupReport* report : {&std::as_const(pooled), &group})
    for (const auto& [kind, rate] : report->alarms) counts[kind] += rate.events;
  for (const auto& [kind, count] : counts) pooled.alarms[kind] = event_rate(count, pooled.hours);
  pooled.detections.insert(pooled.detections.end(), group.detections.begin(), group.detections.end());
}

std::string names_of(std::span<const Recording> recordings) {
  std::string text;
  for (const Recording& r : recordings) text += (text.empty() ? "" : " ") + r.group;
  return text;
}

}  // namespace

EvaluationReport evaluate_bundle(const Line& line, std::shared_ptr<const Bundle> bundle, const MonitorOptions& options, std::span<const Recording> train,
                                 std::span<const Recording> judged, std::span<const InjectedFault> faults) {
  EvaluationReport report{line.id, {}, {}};
  for (const Recording& recording : judged) {
    GroupReport group = judge_group(line, bundle, options, train, recording, faults);
    const auto trained = bundle->passport.find("train groups"), calibrated = bundle->passport.find("calibrate groups");
    if (trained != bundle->passport.end()) group.trained_on = trained->second;
    if (calibrated != bundle->passport.end()) group.calibrated_on = calibrated->second;
    pool_into(report.pooled, group);
    report.groups.push_back(std::move(group));
  }
  return report;
}

Result<EvaluationReport> hold_out_each_group(const Line& line, std::span<const Recording> recordings, const TrainOptions& train, const MonitorOptions& options,
                                             std::span<const InjectedFault> faults, const TrainProgress& progress) {
  if (recordings.size() < 3)
    return tl::unexpected(Error{Errc::usage, "fewer than three groups", "hold-out", "give a recording with at least three campaigns: one teaches, one calibrates, one judges"});
  EvaluationReport report{line.id, {}, {}};
  for (std::size_t held = 0; held < recordings.size(); ++held) {
    const std::size_t calibrating = held == 0 ? 1 : held - 1;
    std::vector<Recording> teaching;
    for (std::size_t i = 0; i < recordings.size(); ++i)
      if (i != held && i != calibrating) teaching.push_back(recordings[i]);
    const TrainProgress tell = [&](const TrainStep& step) {
      if (!progress) return;
      const double share = (static_cast<double>(held) + step.share) / static_cast<double>(recordings.size());
      progress({"without " + recordings[held].group + ": " + step.stage, share, 0, step.words});
    };
    auto bundle = train_bundle(line, teaching, recordings.subspan(calibrating, 1), train, tell);
    if (!bundle) return tl::unexpected(bundle.error());
    std::vector<Recording> known = teaching;
    known.push_back(recordings[calibrating]);
    bundle->drift = learn_recorded_drift(line, known, train);
    GroupReport group = judge_group(line, std::make_shared<const Bundle>(std::move(*bundle)), options, teaching, recordings[held], faults);
    group.trained_on = names_of(teaching);
    group.calibrated_on = recordings[calibrating].group;
    pool_into(report.pooled, group);
    report.groups.push_back(std::move(group));
  }
  return report;
}

std::vector<InjectedFault> standard_faults(const Line& line) {
  using Form = InjectedFault::Form;
  std::vector<InjectedFault> faults{{"frozen main_comp", "compression/main_comp", Form::frozen, 0},
                                    {"main_comp drifts +1 %/h", "compression/main_comp", Form::drift_per_hour, 0.01},
                                    {"ejection +30 %", "ejection/ejection", Form::factor, 1.3}};
  std::erase_if(faults, [&](const InjectedFault& fault) { return !line.find_tag(fault.tag); });
  return faults;
}

}  // namespace steadyline
