#pragma once

#include "line/line.h"
#include "models/drift.h"
#include "training/production.h"

namespace steadyline {

/// The signal of a described relation; the weights of a pair that are to be learned are NaN.
DriftSignal relation_signal(const RelationDescription& relation);

/// Learns the weights that are NaN: least squares between means of five minutes, each run's own mean taken off, since plants differ.
void learn_relations(DriftSpec& spec, const Line& line, const Production& train);

}  // namespace steadyline
