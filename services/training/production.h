#pragma once

#include <functional>

#include "frames/context.h"
#include "frames/frame.h"

namespace steadyline {

/// Is called for each checked frame of a run, in order; `run` counts the runs from 0, and a run's first frame is cold.
using FrameVisitor = std::function<void(std::size_t run, const Frame& frame, const Context& context)>;

/// Accepted production to learn from: lives through the same frames each time it is called, too many to be kept in memory. Recorded frames,
/// or the twin lived through anew.
using Production = std::function<void(const FrameVisitor&)>;

}  // namespace steadyline
