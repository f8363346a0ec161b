#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "monitor/alarm.h"
#include "monitor/limits.h"

namespace steadyline {

/// One tag's share: of the health error, or of the suspicion that a group of alarms casts.
struct Contribution {
  std::string tag;  ///< path
  double share;
  friend bool operator==(const Contribution&, const Contribution&) = default;
};

/// The published record of an alarm's change. A plain value.
struct Alert {
  std::string id;          ///< first 16 hex digits of SHA-256 of line, unit, tag, kind and time of activation
  std::uint32_t seq = 0;   ///< counts the transitions of this id from 0
  std::string line;
  std::string unit;        ///< "*": the line as a whole
  std::string tag;         ///< "*": the unit as a whole
  AlarmKind kind{};
  AlarmState state{};
  Priority priority{};
  EventTime time{};        ///< of the change, in event time
  double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN: none
  double limit = std::numeric_limits<double>::quiet_NaN();  ///< NaN: none
  std::optional<TimeToLimit> time_to_limit;
  std::vector<Contribution> contributions;  ///< falling by share
  std::string group;       ///< id of the first-out alarm of its group; its own when it is the one
  std::vector<Contribution> causes;  ///< tags suspected, of the group as a whole, falling by share
  std::string verdict;     ///< of the group: "process", "sensor", "comms"; empty: undecided
  std::string bundle;      ///< SHA-256; empty without one
  std::string text;        ///< a full sentence for the operator
  friend bool operator==(const Alert&, const Alert&) = default;
};

std::string alert_id(std::string_view line, std::string_view unit, std::string_view tag, AlarmKind kind, EventTime activated);

}  // namespace steadyline
