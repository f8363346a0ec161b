#pragma once

#include <optional>
#include <vector>

#include "frames/align.h"
#include "frames/check.h"
#include "frames/context.h"
#include "line/line.h"
#include "monitor/assess.h"
#include "monitor/judge.h"
#include "monitor/options.h"
#include "monitor/outputs.h"
#include "monitor/step.h"

namespace steadyline {

/// All that the monitor remembers of one line. Made anew when its partition comes or goes.
struct LineState {
  LineState(const Line& description, LineIndex place, const LoadedModels* models_loaded, const MonitorOptions& options);

  /// Hands a sample or a tick to the aligner; `closed` receives the frames that closed, `read_from` follows a cold start.
  void take(Sample&& sample, Position at, Aligner::Closed& closed);
  void tick(EventTime time, Aligner::Closed& closed);
  /// Quality of the values, and how long the line has run.
  void check(FrameStep& step);
  /// Carries out a command; the reason word if it cannot be.
  std::optional<std::string_view> obey(const Command& command, std::vector<Alert>& alerts);
  /// Brings the status up to this frame, after it was judged.
  void note(const FrameStep& step);
  /// Where a restart must begin to read; nothing before the line was seen.
  std::optional<Position> restart_position() const;

  const Line& line;
  const LineIndex index;
  const LoadedModels* const loaded;  ///< null: no bundle

  std::optional<std::int32_t> partition;  ///< on which the line was first seen; records on another are rejected
  Aligner aligner;
  Checker checker;
  ContextTracker context;
  ModelState models;
  Judge judge;
  LineStatus status;

 private:
  void follow_cold_start(const std::optional<Position>& before, const Aligner::Closed& closed);

  Milliseconds warm_up_;
  std::optional<EventTime> running_since_;
  std::optional<Position> read_from_;  // cold start of the frames that have closed
};

}  // namespace steadyline
