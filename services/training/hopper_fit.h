#pragma once

#include <span>
#include <vector>

#include "frames/hopper.h"
#include "training/recordings.h"

namespace steadyline {

/// The hoppers of `units` as their weights were seen in `recordings`: at what weight their refills begin and how fast they empty. A hopper with
/// fewer than five refills, or whose weight was not recorded, is left out.
std::vector<Hopper> fit_hoppers(const Line& line, std::span<const UnitIndex> units, std::span<const Recording> recordings);

}  // namespace steadyline
