#pragma once

#include <optional>

#include "line/line.h"

namespace steadyline {

/// For how many seconds a tag's readings may be the same before they are frozen: `stuck_after_s` of the line description or, where it has
/// none, what the instrument's noise and the step of its readings make of chance (less than once in 10^10 readings at about `value`, and
/// at least 30 periods). Empty: no telling (on_change tags, codes, derived values, set-points; no noise; steps so coarse that it takes more
/// than 10 min).
std::optional<double> frozen_after_s(const Tag& tag, double value, Milliseconds period);

}  // namespace steadyline
