#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "line/line.h"
#include "models/drift.h"
#include "monitor/cause.h"
#include "monitor/gross_error.h"

namespace steadyline {

/// What a group's alarms are put down to, and the tags accused.
struct Judgement {
  std::string_view verdict;       ///< "process", "sensor", "comms"
  std::vector<TagIndex> accused;  ///< the likeliest first; empty where the relations accuse nothing
  bool first = false;             ///< they stand before all others; else they weigh more
};

/// The group that is judged, and what is known of its line. Views.
struct Case {
  const Line& line;
  const Clues& clues;
  const Linkage& linkage;
  const AlarmGroup& group;
};

/// What the drift model's channels say. Views.
struct Relations {
  std::span<const DriftChannel> channels;
  std::span<const Clue> clues;         ///< by channel: what relations show
  std::span<const char> follows_lots;  ///< by channel: it speaks of the material, so it accuses no instrument
  std::optional<FoundError> found;     ///< by the gross-error test over all of them
};

/// Sensor or process? A gross-error test on relations between tags (Narasimhan and Jordache 2000, ch. 7, in words of limits): instruments
/// that measure the same thing in two ways disagree when one of them errs, and agree when the process has changed.
Judgement judge_group(const Case& what, std::span<const Suspect> suspects, bool comms, const Relations& relations);

}  // namespace steadyline
