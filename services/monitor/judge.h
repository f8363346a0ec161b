#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "frames/frame.h"
#include "line/line.h"
#include "models/bundle.h"
#include "monitor/alarm.h"
#include "monitor/alert.h"
#include "monitor/assessment.h"
#include "monitor/cause.h"
#include "monitor/course.h"
#include "monitor/gross_error.h"
#include "monitor/group.h"
#include "monitor/means.h"
#include "monitor/options.h"
#include "monitor/speaking.h"
#include "monitor/standstill.h"
#include "monitor/step.h"

// A watch is one alarm with what it watches; its evidence is what a frame shows about it.
namespace steadyline {

/// What a frame shows about one alarm's condition.
struct Evidence {
  Sign sign = Sign::unknown;
  double value = std::numeric_limits<double>::quiet_NaN();
  double limit = std::numeric_limits<double>::quiet_NaN();
  Priority priority = Priority::low;
  std::optional<TimeToLimit> time_to_limit;
  Flaw flaw = Flaw::good;  ///< of bad_data
  DataTrouble trouble{};   ///< of bad_data: what is wrong beyond this frame's values
};

/// One alarm of a line and what it watches.
struct Watch {
  AlarmKind kind;
  std::optional<UnitIndex> unit;  ///< none: the line as a whole
  std::optional<TagIndex> tag;    ///< none: the unit as a whole
  std::size_t target = 0;         ///< forecast_breach: place in ForecasterSpec::targets
  Alarm alarm{};
  std::string id{};               ///< of the present activation
  std::uint32_t seq = 0;          ///< of its next transition
  Priority priority{};            ///< of its last alert
  std::string alert_unit{};       ///< as published: low_health names its largest contributor
  std::string alert_tag{};
  std::size_t channel = 0;        ///< drift: place in DriftModel::channels
  bool told = false;              ///< published; a control limit outside a group is not
  std::uint32_t group = 0;        ///< number of its group, of the present activation
  std::string group_id{};         ///< id of that group's first-out alarm
  std::vector<Contribution> contributions{};  ///< low_health: as they were when it was raised
};

/// Turns the frames of one line into alerts: conditions → alarms (docs/alarms.md has the rules). State of one line.
///
/// Order    alerts of a frame come in a fixed order: standstill, bad data (line, units, tags), hard limits, control limits, forecasts, health, drift; then what the
///          groups' first-out alarms have to add.
/// Threads  one at a time.
class Judge {
 public:
  /// `line` and `bundle` (may be null) must outlive the judge. `channels`: of the bundle's drift model.
  Judge(const Line& line, const Bundle* bundle, const AlarmOptions& options, std::vector<DriftChannel> channels = {});

  void judge(const FrameStep& step, std::vector<Alert>& alerts);
  /// Other models are in force from the next frame on (null: none): what stands ends, and the watches are theirs.
  void change_models(const LoadedModels* models, std::vector<Alert>& alerts);
  /// False: no alarm of this id waits for acknowledgement.
  bool acknowledge(const std::string& id, const std::string& user, std::vector<Alert>& alerts);

  std::size_t active() const;       ///< alarms active now, those of groups too
  std::vector<std::size_t> active_by_kind() const;

 private:
  void add_watches();
  void end_all(std::vector<Alert>& alerts);
  Evidence evidence_of(const Watch& watch, const FrameStep& step) const;
  Evidence limit_evidence(const Watch& watch, const Band& band) const;
  Evidence forecast_evidence(const Watch& watch, const FrameStep& step) const;
  Evidence health_evidence(const FrameStep& step) const;
  Evidence drift_evidence(const Watch& watch, const FrameStep& step) const;
  Band limits_of(const Watch& watch, const Frame& frame) const;
  Evidence data_evidence(const Watch& watch, const FrameStep& step) const;
  void look_for_silence(const Frame& frame);
  void await_health(const FrameStep& step);
  const AlarmTiming& timing_of(AlarmKind kind) const;

  void turn(Watch& watch, const Evidence& evidence, const FrameStep& step, std::vector<Alert>& alerts);
  void raise(Watch& watch, const Evidence& evidence, const FrameStep& step, std::vector<Alert>& alerts);
  void look_for_clues(const FrameStep& step);
  bool join_group(Watch& watch, std::size_t place);
  void open_group(Watch& watch, std::size_t place);
  AlarmGroup* group_of(const Watch& watch);
  void conclude(AlarmGroup& group);
  std::optional<FoundError> suspected(const AlarmGroup& group);
  void follow_groups(std::vector<Alert>& alerts);
  void tell_again(AlarmGroup& group, std::vector<Alert>& alerts);
  void take_channels(std::vector<DriftChannel> channels);
  void publish(Watch& watch, AlarmState state, const Evidence& evidence, std::string text, std::vector<Alert>& alerts);

  const Line* line_;
  const Bundle* bundle_;
  AlarmOptions options_;
  Means means_;
  std::vector<Watch> watches_;
  Linkage linkage_;
  Speaking speaking_;
  Standstill standstill_;
  Sign stands_ = Sign::unknown;                         // this frame
  bool health_waits_ = false;                           // since it was suppressed: what it remembers of that time is no news
  std::optional<EventTime> health_waits_since_;
  Clues clues_;
  std::vector<DriftChannel> channels_;
  std::vector<char> follows_lots_;                      // by channel
  std::vector<Clue> relations_;                         // by channel: what relations show
  std::vector<float> leans_;                            // by channel: signed excess, mean of late
  std::vector<char> of_lots_;                           // by channel: what it shows now is a lot unlike those before it
  GrossErrors gross_errors_;
  CourseWatch courses_;
  std::vector<AlarmGroup> groups_;                      // open ones, in order of opening
  std::uint32_t group_count_ = 0;
  std::vector<char> unit_gone_;                         // this frame: no tag of the unit gives values
  bool line_gone_ = false;
  std::vector<char> speaks_as_unit_;                    // units with more than one tag: one alarm for all of them
  EventTime now_{};                                     // of the last frame
};

}  // namespace steadyline
