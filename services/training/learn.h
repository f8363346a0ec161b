#pragma once

#include <span>

#include "models/bundle.h"
#include "training/options.h"
#include "training/production.h"
#include "training/recordings.h"

namespace steadyline {

/// Golden profile: bands, tubes and end points of each context. training/learn_golden.cpp
GoldenProfile learn_golden(const Line& line, const Production& production, const TrainOptions& options);
/// Drift detectors: residuals, their scales and, on `calibrate`, their limits by the alarm budget. training/learn_drift.cpp
DriftSpec learn_drift(const Line& line, const Production& train, const Production& calibrate, const TrainOptions& options);
/// The same from recorded campaigns, some ten hours to some hundred, which differ in level: nothing is held against the level of other
/// campaigns, and a stop begins anew. The budget buys whole stretches between stops that set no limit. training/recorded_drift.cpp
DriftSpec learn_recorded_drift(const Line& line, std::span<const Recording> campaigns, const TrainOptions& options);
/// Soft sensors of the quality attributes. training/learn_soft_sensors.cpp
SoftSensorSpec learn_soft_sensors(const Line& line, const Production& train, const Production& calibrate, const TrainOptions& options);

/// Measured tags with limits: set-points have no drift, counters no level.
bool drifts(const Line& line, const Tag& tag);
DriftSignal plain_drift_signal(const Line& line, const Tag& tag);

}  // namespace steadyline
