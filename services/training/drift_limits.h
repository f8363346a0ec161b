#pragma once

#include <vector>

#include "line/line.h"
#include "models/drift.h"
#include "training/production.h"

namespace steadyline {

/// Sets `low` and `high` of every signal from the tails of its statistics on `train` (peaks over threshold, exponential tail), then all by
/// one factor so that the bank as a whole leaves them `alarms_per_24h` times on `calibrate`, which it has not met.
void set_drift_limits(DriftSpec& spec, const Line& line, const Production& train, const Production& calibrate, double alarms_per_24h);

/// The value that peaks, one of each block of what was lived through, pass `expected` times in all. Sorts them.
double tail_limit(std::vector<float>& peaks, double expected);

/// A learned number, to six significant digits: more would be noise.
double rounded(double value);

}  // namespace steadyline
