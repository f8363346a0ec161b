#include "evaluation/exam_monitor.h"

#include <cmath>
#include <utility>

namespace steadyline {

MonitoredTwin::MonitoredTwin(const ExamPlan& plan, const Scenario& scenario)
    : simulation{plan.line, plan.parameters, scenario}, monitor{{plan.line, plan.bundle}, plan.options} {}

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
  return step;
}

}  // namespace steadyline
