#pragma once

#include <string>

#include "training/options.h"

namespace steadyline {

/// All numbers of the options in one line, each to the bit: equal texts train alike. The split is left out, it shows in the recordings.
std::string to_text(const TrainOptions& options);

}  // namespace steadyline
