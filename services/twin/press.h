#pragma once

#include <cstdint>
#include <string_view>

#include "twin/compression.h"
#include "twin/disturbance.h"
#include "twin/options.h"
#include "twin/signals.h"

namespace steadyline {

/// Rotary press at fixed gap with two loops: the chute level moves the turret speed, the mean force moves the fill depth (LINE §3.4).
///
/// Standstill  force, ejection and the soft sensor freeze at their last reading, as recorded presses do.
/// Threads     one at a time.
class Press {
 public:
  Press(const TwinParameters& twin, std::uint64_t seed, std::string_view id, bool running);

  /// What the press finds in chute and feed frame.
  struct Feed {
    double level_pct;     ///< of the chute
    double bed_share;     ///< of the feed frame's nominal bed
    double stearate_pct;  ///< at the feed frame's outlet
  };
  /// One second. Returns the powder taken, dust included, g. `may_run`: the recipe lets the turret turn.
  double step(const Feed& feed, bool may_run);

  double weight_mg() const { return weight_mg_; }  ///< true mean of this second's tablets
  double tablets() const { return tablets_; }      ///< made in this second
  void name_signals(std::string_view id, SignalTable& table) const;

 private:
  struct Readings {
    double turret_pv, fill_pv, gap_main_pv, force_main_sp, force_main_mean, force_main_srel, force_pre_mean, ejection_max, weight_est,
        motor_torque;
  };
  void hold_level(double level_pct, bool may_run);
  void hold_force(double measured_kn);
  void read(const Compression& tablet, const Feed& feed, double gap_mm);

  TwinParameters own_;
  Disturbance density_wander_, gap_wander_, gap_noise_, level_noise_, turret_noise_, force_noise_, srel_noise_, pre_noise_, ejection_noise_,
      ejection_wander_, estimate_noise_, motor_noise_;
  double turret_rpm_ = 0;
  double level_filtered_ = 50, level_integral_ = 0;
  double fill_mm_ = 8.59;
  double force_sum_ = 0, since_move_s_ = 0;
  int force_count_ = 0;
  double weight_mg_ = 0, tablets_ = 0;
  Readings readings_{};
};

}  // namespace steadyline
