#pragma once

#include <span>
#include <vector>

#include "training/sequences.h"

namespace steadyline {

/// One frame of one sequence. A view.
struct Example {
  const Sequence* of;
  std::size_t frame;
  std::span<const float> inputs() const { return of->row(frame); }
  double future(std::size_t fan) const { return static_cast<double>(of->futures[frame * of->fans + fan]); }
};
using Examples = std::vector<Example>;

/// What a group of forecasts learns from, or is elected on; sequences of one shape. Views.
struct Lessons {
  std::vector<const Sequence*> sequences;
  bool faultless = false;  ///< only recordings without a fault
  const Sequence& shape() const { return *sequences.front(); }
};

/// All of production without a fault; `lively` may be `calm` itself.
Lessons without_faults(const Sequence& calm, const Sequence& lively);

/// Frames whose future of `fan` is known: at most 32 000 of the group, evenly over all there are; of all events where it is rare; of
/// everything where those are.
Examples teaching_examples(const Lessons& lessons, std::size_t fan, unsigned char group);
/// Likewise at most 8 000 of the group; of everything where it is rare.
Examples judging_examples(const Lessons& lessons, std::size_t fan, unsigned char group);

}  // namespace steadyline
