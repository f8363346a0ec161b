#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "evaluation/alarm_episode.h"

namespace steadyline {

/// An alarm that both have, not in the same way: raised at another time, with another priority, or ended at another time (or not at all).
struct MovedAlarm {
  AlarmEpisode before, after;
  double later_s() const;  ///< raised so much later, s; negative: earlier
  bool other_priority() const { return before.priority != after.priority; }
  bool other_end() const { return before.ended != after.ended; }
  friend bool operator==(const MovedAlarm&, const MovedAlarm&) = default;
};

/// What two lists of alarms of the same production have in common and what not. Each list in order of raising; `moved` by `before`.
/// before.size() = gone + moved + same, after.size() = came + moved + same.
struct AlarmDifference {
  std::vector<AlarmEpisode> came;  ///< only after
  std::vector<AlarmEpisode> gone;  ///< only before
  std::vector<MovedAlarm> moved;
  std::size_t same = 0;  ///< equal in time, priority and end; how many alarms joined the group may differ
};

/// Two episodes may be the same alarm when unit, tag and kind are equal and they overlap in time or begin within this.
inline constexpr Milliseconds same_alarm_within{600'000};

/// Pairs each episode with at most one of the other list: those that begin closest together first, of equal ones the earliest.
/// Pure. Cost: quadratic in the alarms of one unit, tag and kind.
AlarmDifference difference_of(std::span<const AlarmEpisode> before, std::span<const AlarmEpisode> after);

}  // namespace steadyline
