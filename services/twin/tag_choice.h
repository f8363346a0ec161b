#pragma once

#include "line/line.h"
#include "twin/parameters.h"

namespace steadyline {

/// The line without its auxiliary tags (those that follow others by a recipe of the parameter file).
Line core_tags(const Line& line, const TwinParameters& parameters);

}  // namespace steadyline
