#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/units.h"
#include "monitor/alert.h"

namespace steadyline {

/// One message to the operator from its beginning to its end: the first-out alarm of a group, its members counted. A plain value.
struct AlarmEpisode {
  std::string unit, tag;  ///< "*": the line, the unit as a whole
  AlarmKind kind{};
  Priority priority{};  ///< the highest that it reached
  EventTime raised{};
  std::optional<EventTime> ended{};  ///< none: it stands
  std::size_t members = 0;           ///< alarms that joined its group, without itself
  std::string text{};                ///< as first told
  friend bool operator==(const AlarmEpisode&, const AlarmEpisode&) = default;
};

/// Makes episodes of one line's alerts. Threads: one at a time.
class EpisodeLog {
 public:
  /// Alerts in the order in which they come.
  void take(const Alert& alert);
  const std::vector<AlarmEpisode>& episodes() const { return episodes_; }  ///< in order of raising

 private:
  std::vector<AlarmEpisode> episodes_;
  std::map<std::string, std::size_t> places_;  // by id of the alarm that opened the group
};

}  // namespace steadyline
