#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/units.h"
#include "twin/options.h"

namespace steadyline {

/// A reading left its hard limits (or the limits' 60 s mean did, as the line description says), or came back.
struct Crossing {
  TagIndex tag;
  EventTime time;
  double value{};     ///< what was held against the limit
  bool outside = true;  ///< left; false: back inside
};

/// What one fault did, for exams.
struct FaultLabel {
  FaultSpec spec;
  EventTime on;
  std::optional<EventTime> off;
  std::optional<EventTime> potency_breach;  ///< first tablets outside 90–110 % LC from its onset until 401 s after its end
  double tablets_outside = 0;               ///< made outside 90–110 % LC in that time
};

/// What really happens in the line at one moment, never shown to the monitor.
struct Truth {
  EventTime time;
  double potency_pct = 100;    ///< API share of the powder in this second's tablets, % of label claim
  double weight_mg = 0;        ///< mean tablet
  double stearate_pct = 0;     ///< % w/w at the tablet
  double chute_level_pct = 0;
  double blender1_kg = 0, blender2_kg = 0;
  std::array<double, feeder_count> flow_kg_h{};  ///< out of the feeders
  double tablets = 0;          ///< made so far
  double fed_kg = 0;           ///< out of the feeders so far
  double lost_kg = 0;          ///< fed - change of hold-ups - tablets - dust: zero but for rounding
};

}  // namespace steadyline
