#pragma once

#include <utility>
#include <vector>

#include "line/line.h"
#include "models/drift.h"

namespace steadyline {

/// By how much of itself each reading is wrong, for an error of 1.
using Gains = std::vector<std::pair<TagIndex, double>>;

/// By how much an error of 1 % moves the signal at the nominal readings, in the signal's own unit; NaN where the line lacks one of its tags.
double moved_by(const DriftSignal& signal, const Line& line, const Gains& gains);

/// What a channel made of several tags is computed from; null: it shows a single tag, or `spec` does not have it.
const DriftSignal* signal_of(const DriftSpec& spec, const DriftChannel& channel);

}  // namespace steadyline
