#include "evaluation/exam_trace.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "evaluation/exam_monitor.h"
#include "evaluation/exam_run.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline {
namespace {

constexpr double before_s = 900, behind_s = 3600, after_end_s = 600;
constexpr int every_s = 5;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// The first root tag that is forecast, else the first one that the line has.
struct Shown {
  std::optional<TagIndex> tag;
  std::optional<std::size_t> target;  // place in the fan
};

Shown shown_of(const ExamPlan& plan, const std::vector<std::string>& roots) {
  Shown shown;
  for (const std::string& root : roots) {
    const auto tag = plan.line.find_tag(root);
    if (!tag) continue;
    if (!shown.tag) shown.tag = tag;
    if (!plan.bundle) continue;
    const auto& targets = plan.bundle->forecaster.targets;
    for (std::size_t i = 0; i < targets.size(); ++i)
      if (plan.bundle->features.tags[targets[i]].value == tag->value) return {tag, i};
  }
  return shown;
}

void keep_fan(const ExamPlan& plan, const Assessment& assessment, std::size_t target, std::size_t horizon, double now_s, ExamTrace& trace) {
  const ForecasterSpec& spec = plan.bundle->forecaster;
  const std::size_t quantiles = spec.quantiles.size(), at = (target * spec.horizons_s.size() + horizon) * quantiles;
  if (assessment.fan.size() < at + quantiles) return;
  trace.ahead_s.push_back(now_s + spec.horizons_s[horizon]);
  trace.low.push_back(assessment.fan[at]);
  trace.middle.push_back(assessment.fan[at + quantiles / 2]);
  trace.high.push_back(assessment.fan[at + quantiles - 1]);
}

}  // namespace

ExamTrace trace_of(const ExamPlan& plan, const FaultCase& which, double horizon_s) {
  const Scenario scenario = scenario_of(plan, which);
  const FaultRow row = empty_row(plan, which, scenario);
  const double on_s = scenario.faults.front().on_s, until_s = on_s + std::min(behind_s, row.lasts_s + after_end_s);
  const Shown shown = shown_of(plan, row.root_tags);
  ExamTrace trace{.of = which,
                  .target = row.target,
                  .tag = {},
                  .uom = {},
                  .time_s{},
                  .value{},
                  .health{},
                  .ahead_s{},
                  .low{},
                  .middle{},
                  .high{},
                  .alarms{}};
  if (shown.tag) trace.tag = plan.line.tag(*shown.tag).path, trace.uom = plan.line.tag(*shown.tag).uom;
  std::size_t horizon = 0;
  if (plan.bundle) {
    const auto& horizons = plan.bundle->forecaster.horizons_s;
    while (horizon + 1 < horizons.size() && horizons[horizon] < horizon_s) ++horizon;
    trace.horizon_s = horizons[horizon];
  }
  MonitoredTwin twin{plan, scenario};
  for (double now_s = 1; now_s <= until_s; ++now_s) {
    const FrameStep& step = twin.step();
    if (now_s < on_s - before_s || static_cast<std::int64_t>(now_s) % every_s != 0) continue;
    trace.time_s.push_back(now_s - on_s);
    trace.value.push_back(shown.tag && usable(step.frame.flaws[shown.tag->value]) ? step.frame.values[shown.tag->value] : none);
    trace.health.push_back(scored(step.assessment.verdict) ? step.assessment.health.score : none);
    if (shown.target) keep_fan(plan, step.assessment, *shown.target, horizon, now_s - on_s, trace);
  }
  for (const ExamAlarm& alarm : twin.log.alarms()) {
    const double at_s = std::chrono::duration<double>(alarm.raised - scenario.start).count() - on_s;
    if (at_s >= -before_s) trace.alarms.emplace_back(at_s, alarm.kind + " " + (alarm.tag == "*" ? alarm.unit : alarm.tag));
  }
  return trace;
}

}  // namespace steadyline
