#pragma once

#include <span>

#include "line/line.h"
#include "training/production.h"
#include "training/recordings.h"

namespace steadyline {

/// Recorded campaigns as production: their frames in order, each cold one beginning a run, with the context that the live line would see.
Production recorded_production(const Line& line, std::span<const Recording> recordings);

}  // namespace steadyline
