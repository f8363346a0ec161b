#pragma once

#include <array>

#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/parameters.h"

namespace steadyline {

/// The press's stations: how far the force of each punch lies from the turret's mean, in units of `station_z_pct`; zeroed on the set of
/// punches. Two signals a station, "st01/force_main_z" and "st01/ejection_z" (LINE §2.3).
class Stations {
 public:
  explicit Stations(Board& board);

  /// What odd punches do to the turret's mean force (share) and to its variance between tablets (share squared).
  struct Spread {
    double mean = 0, variance = 0;
  };
  /// One second of a turning press. `force_per_mm`: relative loss of force per mm of a missing punch; `film`: of sticking powder, 0 clean.
  Spread step(const PressParameters& press, const std::array<double, station_count>& punch_short_mm, double force_per_mm, double film,
              Board& board);
  void freeze(Board& board) const;

 private:
  std::array<SignalId, station_count> force_, ejection_;
  std::array<double, station_count> picks_, sticks_;  // how much the film of each punch differs: force, ejection
};

}  // namespace steadyline
