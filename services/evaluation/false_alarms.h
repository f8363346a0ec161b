#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "evaluation/exam_alarm.h"
#include "twin/truth.h"

namespace steadyline {

/// Alarms close together that nothing called for.
struct FalseAlarm {
  ExamAlarm first;
  std::size_t alarms = 1;
  std::string during;  ///< the event of the line that went on, or had ended less than 401 s ago: "refill"; empty: none
};

/// What the alarms of a normal run are worth.
struct Calm {
  std::vector<FalseAlarm> episodes;
  std::size_t stops = 0;       ///< unplanned
  std::size_t stops_told = 0;  ///< of these with a group within 60 s
};

/// Judges the alarms of a run without faults (LINE §6.1, §6.2).
///
/// Stops    of an unplanned one exactly one group within 60 s is right; any further until its end + 401 s is false. One that is not told is
///          no false alarm; it is counted.
/// Events   alarms at refills, lots, start-ups and other normal events are false.
/// Merging  alarms raised less than 60 s after the one before are one episode.
Calm judge_calm(const std::vector<ExamAlarm>& alarms, const std::vector<Label>& labels);

}  // namespace steadyline
