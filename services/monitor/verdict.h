#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "line/line.h"
#include "models/drift.h"
#include "monitor/cause.h"

namespace steadyline {

/// What a group's alarms are put down to, and the instruments accused.
struct Judgement {
  std::string_view verdict;           ///< "process", "sensor", "comms"
  std::vector<TagIndex> accused;      ///< the suspected instrument first; empty unless "sensor" by a relation
};

/// Sensor or process? A gross-error test on relations between tags (Narasimhan and Jordache 2000, ch. 7, in words of limits): instruments
/// that measure the same thing in two ways disagree when one of them errs, and agree when the process has changed.
///
/// channels       those of the drift model, `relations[i]` what channel i of them shows.
/// follows_lots   by channel: it speaks of the material, so it accuses no instrument.
Judgement judge_group(const Line& line, const Clues& clues, std::span<const Suspect> suspects, bool comms, std::span<const DriftChannel> channels,
                      std::span<const Clue> relations, std::span<const char> follows_lots, EventTime opened);

}  // namespace steadyline
