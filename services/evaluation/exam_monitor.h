#pragma once

#include <optional>
#include <vector>

#include "evaluation/exam_alarm.h"
#include "evaluation/exam_plan.h"
#include "monitor/frame_monitor.h"
#include "twin/options.h"
#include "twin/simulation.h"

namespace steadyline {

/// A twin with a monitor that watches it, frame by frame. Copies live on by themselves with the same past.
/// Threads: one at a time, copies included.
class MonitoredTwin {
 public:
  MonitoredTwin(const ExamPlan& plan, const Scenario& scenario);

  /// One second of the line; the step is valid until the next call.
  const FrameStep& step();

  Simulation simulation;
  FrameMonitor monitor;
  AlarmLog log;
  std::optional<BaselineWatch> baselines;  ///< with ExamPlan::baselines

 private:
  bool cold_ = true;
  std::vector<Alert> alerts_;
};

}  // namespace steadyline
