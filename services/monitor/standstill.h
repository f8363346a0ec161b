#pragma once

#include "frames/frame.h"
#include "line/line.h"
#include "monitor/alarm.h"

namespace steadyline {

/// Tells when a line that was producing stands without plan: its PackML state (OPC 30050) is holding, held, aborting or aborted while its
/// mode is production. A plan sets another mode first. State of one line, a plain value.
///
/// Threads  one at a time; `line` must outlive it. Without a state tag it never speaks; without a mode tag every hold counts.
class Standstill {
 public:
  explicit Standstill(const Line& line) : line_{&line} {}
  /// Takes the next frame.
  Sign take(const Frame& frame);

 private:
  const Line* line_;
  bool produced_ = false;  // has executed, and has not ended since
};

}  // namespace steadyline
