#pragma once

#include <array>

#include "twin/signals/board.h"
#include "twin/parameters.h"

namespace steadyline {

/// Interlocks of the machines: a hopper run empty stops its feeder; a chute above 90 % holds feeders and blenders, below 5 % the turret,
/// until it has come back. They read the instruments, and act once a reading has stood for three seconds.
class Interlocks {
 public:
  Interlocks(const TwinParameters& parameters, bool filled, const Board& board);

  void step(const Board& board);
  bool blocked() const { return blocked_; }  ///< powder backs up: nothing may come
  bool starved() const { return starved_; }  ///< nothing to press
  bool hopper_empty(std::size_t feeder) const { return hopper_empty_[feeder]; }
  double level_pct() const { return level_pct_; }

 private:
  SignalId level_, bed_;
  std::array<SignalId, feeder_count> weights_;
  std::array<double, feeder_count> empty_kg_{};
  std::array<bool, feeder_count> hopper_empty_{};
  double level_pct_, bed_mm_;
  int high_s_ = 0, low_s_ = 0, bare_s_ = 0;
  bool blocked_ = false, starved_;
};

}  // namespace steadyline
