#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "twin/options.h"
#include "twin/truth.h"

namespace steadyline {

/// What a fault strikes, and how `FaultSpec::target` names it.
enum class TargetKind {
  unit,         ///< one of FaultKind::targets: "fd1"
  station,      ///< one station of the press: "tp1/st07"
  nozzle,       ///< one nozzle of the coater: "ct1/noz2"
  tag,          ///< one measured tag whose reading changes all the time: "tp1/force_pre_mean"
  tag_or_unit,  ///< one measured tag, or all of a unit
  clock,        ///< a unit's clock or link, or "line": all of them
};

/// What grows over hours and may be hurried in campaigns and exams.
enum class Hurry { no, severity, ramp };

/// One row of the fault library (docs/twin.md, LINE §5). A fault that comes in several ways has a row for each; the usual one, with the
/// empty variant, first.
struct FaultKind {
  std::string_view id, variant, words;
  LabelKind kind;
  std::string_view mechanism;  ///< two faults of one mechanism must not act on one target at once
  TargetKind target_kind;
  std::string_view targets;        ///< units, separated by blanks; empty: see target_kind
  double low, high;                ///< severities of the library; exams and campaigns draw from here
  double least, most;              ///< severities outside are no physics and refused
  std::string_view unit;           ///< of the severity
  bool either_sign;                ///< exams draw the sign, too
  Onset onset;                     ///< usual shape
  double ramp_low_s, ramp_high_s;  ///< of its ramp, time constant or period; both 0: none
  double lasts_s;                  ///< usual length in exams and campaigns
  Hurry hurry;
  int difficulty;                                       ///< 1 easy .. 5 very hard
  std::string_view root_tags;                           ///< {u}: the target's unit, {t}: the target; separated by blanks
  std::string_view correct_actions, forbidden_actions;  ///< separated by blanks
};

/// The whole library, in the order of the ids.
std::span<const FaultKind> fault_catalogue();
/// The row of a fault; nothing when id or variant is unknown.
const FaultKind* find_fault_kind(std::string_view id, std::string_view variant = {});

/// True when the severity is a rate: the fault grows from its onset to its end.
bool drifts(const FaultKind& kind);

/// "tp1" of "tp1/st07", and of "tp1" itself.
std::string_view unit_of(std::string_view target);
/// "st07" of "tp1/st07"; empty without a slash.
std::string_view part_of(std::string_view target);
/// 6 of "st07" with prefix "st": the number behind the prefix, from 0, when it lies in 1..count.
std::optional<std::size_t> numbered(std::string_view part, std::string_view prefix, std::size_t count);
/// The root tags of one fault: the row's, with its target filled in.
std::vector<std::string> root_tags(const FaultKind& kind, std::string_view target);
/// Words separated by blanks.
std::vector<std::string> words_of(std::string_view list);

/// When a fault stops to act, seconds after the start: the end of a message gap is its severity. A surge follows for `surge_s` more.
double fault_end_s(const FaultSpec& spec);
inline constexpr double surge_s = 20, surge_gain = 0.3;
/// Time from an API feeder to the tablet that 99.5 % of the powder needs at most: a fault's effect has left the line so long after its end.
inline constexpr double washed_out_s = 401;

/// The label of a fault as far as it is known beforehand: all but what it did. `start`: of the scenario.
Label fault_label(const FaultSpec& spec, EventTime start);

}  // namespace steadyline
