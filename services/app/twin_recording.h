#pragma once

#include <string>

#include "core/error.h"
#include "line/line.h"
#include "training/recordings.h"
#include "twin/options.h"

namespace steadyline {

/// Lives through a scenario and keeps it as checked frames, one a second, as the live line would have closed them.
Recording record_twin(const Line& line, const TwinParameters& parameters, const Scenario& scenario, std::string group);

}  // namespace steadyline
