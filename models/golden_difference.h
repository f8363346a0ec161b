#pragma once

#include <string>
#include <vector>

#include "models/golden.h"

namespace steadyline {

/// In what two golden profiles differ, in words, one line each: cells that came or went, bands that moved, tubes that changed.
std::vector<std::string> golden_differences(const GoldenProfile& before, const GoldenProfile& after);

}  // namespace steadyline
