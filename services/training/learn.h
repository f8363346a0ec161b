#pragma once

#include "models/bundle.h"
#include "training/options.h"
#include "training/production.h"

namespace steadyline {

/// Golden profile: bands, tubes and end points of each context. training/learn_golden.cpp
GoldenProfile learn_golden(const Line& line, const Production& production, const TrainOptions& options);
/// Drift detectors: residuals, their scales and, on `calibrate`, their limits by the alarm budget. training/learn_drift.cpp
DriftSpec learn_drift(const Line& line, const Production& train, const Production& calibrate, const TrainOptions& options);
/// Soft sensors of the quality attributes. training/learn_soft_sensors.cpp
SoftSensorSpec learn_soft_sensors(const Line& line, const Production& train, const Production& calibrate, const TrainOptions& options);

}  // namespace steadyline
