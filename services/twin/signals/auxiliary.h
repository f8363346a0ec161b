#pragma once

#include <vector>

#include "twin/signals/board.h"
#include "twin/parameters.h"

namespace steadyline {

/// The signals beside the core ones (drive temperatures, currents, limits, counters): cheap, each by its recipe (AuxiliaryParameters).
/// Follows the value of its core signal, not the reading: a frozen sensor freezes itself alone. Copyable by value. Source: docs/twin.md, auxiliary signals.
class Auxiliary {
 public:
  /// After all core signals are on the board. A recipe whose `of` no signal has is an error of the parameter file (`unsimulated` names it).
  Auxiliary(const std::vector<AuxiliaryParameters>& recipes, Board& board);
  void step(Board& board);

 private:
  struct Follower {
    SignalId signal, source;
    double gain, offset, approach, state;
  };
  struct Counter {
    SignalId signal;
    double per_s, offset;
  };
  struct Stepper {
    SignalId signal;
    double value, centre, step, per_s;  // per_s: chance of a step; stays within three steps of the centre
    std::uint64_t stream;
  };
  std::vector<Follower> followers_;
  std::vector<Counter> counters_;
  std::vector<Stepper> steppers_;
  std::uint64_t second_ = 0;
};

}  // namespace steadyline
