#pragma once

#include "core/units.h"

namespace steadyline {

/// How records become frames (DESIGN §6). All limits are event time.
struct AlignmentOptions {
  double allowed_lateness_s = 2;  ///< how long a frame waits for late samples
  double max_skew_s = 10;         ///< a sample further ahead than this needs agreement before the line follows it
  int silent_after_periods = 3;   ///< a source unheard for so many ticks' periods (plus the lateness) holds nobody up
  double stale_after_s = 5;       ///< a `period` tag without a new value for so long is stale
};

}  // namespace steadyline
