#include "training/learn.h"

namespace steadyline {

SoftSensorSpec learn_soft_sensors(const Line&, const Production&, const Production&, const TrainOptions&) { return {}; }

}  // namespace steadyline
