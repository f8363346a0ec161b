#pragma once

#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "twin/options.h"
#include "twin/parameters.h"

namespace steadyline {

/// What in this scenario the twin cannot do on this line: unknown faults and variants, targets that do not exist or that the fault does not
/// take, severities and shapes outside what is physical, faults of one mechanism that overlap on one target, set-points, recipes, lots and
/// stops that are no such thing. All of them at once, in the order of the scenario, each with file and line where the scenario came from a
/// file.
std::vector<Error> check_scenario(const Line& line, const TwinParameters& parameters, const Scenario& scenario);

}  // namespace steadyline
