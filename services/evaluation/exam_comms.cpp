#include "evaluation/exam_comms.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "evaluation/exam_alarm.h"
#include "monitor/pipeline.h"
#include "twin/exam.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

double seconds_between(EventTime from, EventTime to) { return std::chrono::duration<double>(to - from).count(); }

/// A feed and a pipeline that reads it.
class FedPipeline {
 public:
  FedPipeline(const ExamPlan& plan, const Scenario& scenario)
      : feed_{plan.line, plan.parameters, scenario}, pipeline_{{Pipeline::Setup{plan.line, plan.bundle}}, plan.options} {
    pipeline_.assign(0, 0);
  }

  /// False: the run is over.
  bool step() {
    if (!feed_.next(records_)) return false;
    views_.clear();
    for (const FeedRecord& r : records_)
      views_.push_back({.at = {0, place_++}, .key = r.key, .type = r.type, .content_type = {}, .bytes = r.bytes});
    for (const Output& output : pipeline_.advance(views_).records)
      if (output.topic == Topic::alerts) log.take(output.value);
    return true;
  }
  EventTime time() const { return feed_.simulation().time(); }

  AlarmLog log;

 private:
  Feed feed_;
  Pipeline pipeline_;
  std::vector<FeedRecord> records_;
  std::vector<Record> views_;
  std::int64_t place_ = 0;
};

bool is_about(const FaultSpec& spec, const ExamAlarm& alarm) {
  return spec.target == "line" || alarm.unit == "*" || alarm.unit == unit_of(spec.target);
}

}  // namespace

FaultRow live_through_network(const ExamPlan& plan, const FaultCase& which) {
  const Scenario scenario = scenario_of(plan, which);
  const FaultSpec& spec = scenario.faults.front();
  const Label label = fault_label(spec, scenario.start);
  const EventTime until = *label.off + Milliseconds{static_cast<std::int64_t>(exam_after_s * 1000)};
  FaultRow row = empty_row(plan, which, scenario);
  FedPipeline with{plan, scenario};
  std::optional<FedPipeline> without;
  std::optional<std::size_t> found;
  std::size_t known = 0;
  const auto news = [&] { return with.log.alarms().size() > known; };
  while (with.time() < until && with.step()) {
    if (found && with.time() >= with.log.alarms()[*found].raised + AlarmLog::causes_within) break;
    for (; news() && !found; ++known) {
      const ExamAlarm& alarm = with.log.alarms()[known];
      if (alarm.raised < label.on) {
        ++row.before;
        continue;
      }
      if (!is_about(spec, alarm)) {
        ++row.elsewhere;
        continue;
      }
      if (!without) without.emplace(plan, without_faults(scenario));
      while (without->time() < alarm.raised + exam_same_within && without->step()) {
      }
      if (has_it_too(without->log.alarms(), alarm, exam_same_within))
        ++row.anyhow;
      else
        found = known;
    }
  }
  row.lived_s = seconds_between(scenario.start, with.time());
  row.detected = found.has_value();
  if (!found) return row;
  const ExamAlarm& alarm = with.log.alarms()[*found];
  row.delay_s = seconds_between(label.on, alarm.raised);
  row.alarm_kind = alarm.kind;
  row.alarm_unit = alarm.unit;
  row.alarm_tag = alarm.tag;
  row.verdict = alarm.verdict;
  row.causes.assign(alarm.causes.begin(),
                    alarm.causes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, alarm.causes.size())));
  judge_causes(row);
  return row;
}

}  // namespace steadyline
