#include "training/learn.h"

namespace steadyline {

DriftSpec learn_drift(const Line&, const Production&, const Production&, const TrainOptions&) { return {}; }

}  // namespace steadyline
