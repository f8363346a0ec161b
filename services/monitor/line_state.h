#pragma once

#include <optional>
#include <vector>

#include "frames/align.h"
#include "frames/check.h"
#include "frames/context.h"
#include "frames/link_watch.h"
#include "line/line.h"
#include "monitor/assess.h"
#include "monitor/challenger.h"
#include "monitor/judge.h"
#include "monitor/operating_point.h"
#include "monitor/options.h"
#include "monitor/outputs.h"
#include "monitor/step.h"

namespace steadyline {

/// All that the monitor remembers of one line. Made anew when its partition comes or goes.
struct LineState {
  /// Frozen models by the part they play; null: none.
  struct InForce {
    const LoadedModels* champion = nullptr;
    const LoadedModels* challenger = nullptr;
    const LoadedModels* previous = nullptr;  ///< in force before: for the way back
    friend bool operator==(const InForce&, const InForce&) = default;
  };

  LineState(const Line& description, LineIndex place, const InForce& begins_with, const MonitorOptions& options);

  /// Hands a sample or a tick to the aligner; `closed` receives the frames that closed, `read_from` follows a cold start.
  void take(Sample&& sample, Position at, Aligner::Closed& closed);
  void tick(EventTime time, Aligner::Closed& closed);
  /// Quality of the values, and how long the line has run.
  void check(FrameStep& step);
  /// Carries out a command; the reason word if it cannot be.
  std::optional<std::string_view> obey(const Command& command, std::vector<Alert>& alerts);
  /// Turns an assessed frame into changes of its alarms; the challenger's are only compared.
  void judge_frame(const FrameStep& step, std::vector<Alert>& alerts);
  /// Brings the status up to this frame, after it was judged.
  void note(const FrameStep& step);
  /// Where a restart must begin to read; nothing before the line was seen.
  std::optional<Position> restart_position() const;
  /// Puts other models in force from the record after `at` on. What was before is remembered as far back as `read_from`.
  void put_in_force(const InForce& roles, Position at, std::int64_t read_from);
  /// What was in force when the record of this offset came: a restart that reads from there takes the activations after it again.
  const InForce& in_force_at(std::int64_t offset) const;

  const Line& line;
  const LineIndex index;
  InForce in_force;

  std::optional<std::int32_t> partition;  ///< on which the line was first seen; records on another are rejected
  std::optional<std::int32_t> named_on;   ///< whose log told what is in force, seen or not
  std::optional<std::int32_t> home() const { return partition ? partition : named_on; }
  Milliseconds warm_up() const { return warm_up_; }
  LinkWatch links;
  Aligner aligner;
  Checker checker;
  ContextTracker context;
  OperatingPoint point;
  ModelState models;
  Judge judge;
  Challenger challenger;
  LineStatus status;
  std::vector<AtLineResult> results;  ///< come as records, for the next frame

 private:
  void follow_links(const Aligner::Closed& closed);
  void follow_cold_start(const std::optional<Position>& before, const Aligner::Closed& closed);

  struct Change {
    Position at;  // of the activation
    InForce before;
  };
  const LoadedModels* judged_by_ = nullptr;
  std::vector<Change> changes_;  // oldest first
  Milliseconds warm_up_;
  std::optional<EventTime> running_since_;
  std::optional<EventTime> elsewhere_;  // last frame at an operating point that the models were not trained for
  std::optional<Position> read_from_;  // cold start of the frames that have closed
};

}  // namespace steadyline
