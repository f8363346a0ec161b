#include "evaluation/exam_monitor.h"

#include <cmath>
#include <utility>

namespace steadyline {

MonitoredTwin::MonitoredTwin(const ExamPlan& plan, const Scenario& scenario)
    : simulation{plan.line, plan.parameters, scenario}, monitor{{plan.line, plan.bundle}, plan.options} {
  constexpr BaselineLimits never{1e9, 1e9, 1e9, 1e9};
  if (plan.baselines) baselines.emplace(*plan.baselines, plan.limits.value_or(never));
}

const FrameStep& MonitoredTwin::step() {
  Frame frame;
  simulation.step(frame.values);
  frame.time = simulation.time();
  frame.cold = std::exchange(cold_, false);
  frame.flaws.assign(frame.values.size(), Flaw::good);
  for (std::size_t i = 0; i < frame.values.size(); ++i)
    if (std::isnan(frame.values[i])) frame.flaws[i] = Flaw::null;
  alerts_.clear();
  const FrameStep& step = monitor.take(std::move(frame), alerts_);
  for (const Alert& alert : alerts_) log.take(alert);
  if (baselines) baselines->take(step.frame, step.context, step.settled);
  return step;
}

}  // namespace steadyline
