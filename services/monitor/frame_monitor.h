#pragma once

#include <memory>
#include <vector>

#include "monitor/alert.h"
#include "monitor/assess.h"
#include "monitor/pipeline.h"
#include "monitor/step.h"

namespace steadyline {

/// The pipeline from frames on, for one line: check → assess → judge without records, for exams and benches that live through thousands
/// of hours. Alerts and assessments are those that the pipeline publishes for records that close the same frames.
///
/// Threads  one at a time. Errors: none.
class FrameMonitor {
 public:
  FrameMonitor(Pipeline::Setup setup, const MonitorOptions& options);
  ~FrameMonitor();
  /// The copy lives on by itself from here. It shares the frozen models and their scratch, so copies belong to one thread.
  FrameMonitor(const FrameMonitor& other);
  FrameMonitor& operator=(const FrameMonitor&) = delete;

  /// Takes the next frame, unchecked, with raw values and flaws as the aligner gives them. The step (checked frame, context, assessment) is
  /// valid until the next call; `alerts` receives what the frame changes.
  const FrameStep& take(Frame frame, std::vector<Alert>& alerts);
  const Line& line() const;
  const LoadedModels* models() const;  ///< null without a bundle

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace steadyline
