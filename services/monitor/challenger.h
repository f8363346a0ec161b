#pragma once

#include <vector>

#include "monitor/assess.h"
#include "monitor/judge.h"
#include "monitor/outputs.h"
#include "monitor/step.h"

namespace steadyline {

/// What another bundle says of the same frames, beside the one in force: assessed and judged alike, never published (shadow mode).
/// State of one line.
struct Challenger {
  Challenger(const Line& line, const AlarmOptions& options) : judge{line, nullptr, options} {}

  /// Judges the frame by the challenger's assessment and compares. `alarmed`: an alarm stands under the models in force.
  void judge_frame(const FrameStep& step, bool alarmed);

  ModelState state;
  Judge judge;
  const LoadedModels* judged_by = nullptr;
  Agreement agreement;
  double health = 0;  ///< of the last scored frame
};

}  // namespace steadyline
