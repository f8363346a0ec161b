#pragma once

#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/machines/orders.h"
#include "twin/parameters.h"
#include "twin/machines/press_loops.h"
#include "twin/machines/reject_gate.h"
#include "twin/machines/stations.h"
#include "twin/machines/tablet.h"

namespace steadyline {

/// What the press finds in chute and feed frame.
struct PressFeed {
  double level_pct = 50;          ///< of the chute, true
  double level_reading_pct = 50;  ///< as the level loop sees it
  double bed_share = 1;           ///< of the feed frame's nominal bed
  Powder powder{};                ///< at the feed frame's outlet; only its composition counts
  double paddle_rpm = 0;          ///< true
};

/// Rotary press at fixed gap with two loops: the chute's level moves the turret speed, the mean force moves the fill depth (LINE §3.4).
///
/// Standstill  force, ejection, stations and the soft sensor freeze at their last reading, as recorded presses do.
/// Restart     the first turns fill the dies unevenly.
/// Values      copyable.
/// Threads     one at a time.
class Press {
 public:
  /// `running`: in steady production; otherwise at standstill.
  Press(const PressParameters& press, bool running, Board& board);

  /// One second. Returns the powder that it takes, dust included, g. `filling`: factor of a fault on the filling degree of the dies.
  double step(const PressFeed& feed, const Orders& orders, const PressEffects& effects, double filling, const Surroundings& room,
              Board& board);

  double tablets() const { return tablets_; }                ///< made in this second, rejected ones too
  double dust_g() const { return dust_g_; }                  ///< in this second
  int rejected() const { return rejected_; }                 ///< by V2 in this second
  double turret_rpm() const { return turret_rpm_; }          ///< true
  const TabletQuality& quality() const { return quality_; }  ///< of this second's tablets; at standstill of the last ones
  const Blend& blend() const { return blend_; }              ///< that they were made of
  double film() const { return film_; }                      ///< of sticking powder on the punches, 0 clean

 private:
  struct Signals {
    SignalId turret_sp, turret_pv, tbl_rate, fill_sp, fill_pv, gap_main_sp, gap_main_pv, gap_pre_sp, gap_pre_pv;
    SignalId force_main_mean, force_main_sp, force_main_srel, force_pre_mean, ejection_max, takeoff_force, punch_stiffness, weight_est;
    SignalId produced, waste, v2_reject_rate, motor_torque, turret_temp, punch_temp, dust_vac;
    explicit Signals(Board& board);
  };
  /// The die's content and how the machine stands in this second.
  struct Stroke {
    double die_mg, weight_rsd_pct, yield_mpa, gap_mm;
  };

  void stand(Board& board);
  void stick(double rate_per_h, const Surroundings& room);
  Stroke fill(const PressFeed& feed, const Orders& orders, double filling, const Board& board);
  void make(const Stroke& stroke, const Orders& orders, const PressEffects& effects, const Surroundings& room, Board& board);
  void count_short_punches(const Stroke& stroke, const std::array<double, station_count>& punch_short_mm);
  void report_settings(const Orders& orders, Board& board) const;
  void report_body(double motor_pct, const Surroundings& room, Board& board);

  PressParameters own_;
  Signals signals_;
  NoiseId density_wander_, gap_wander_, force_wander_, ejection_wander_;
  Stations stations_;
  LevelLoop level_;
  ForceLoop force_;
  RejectGate gate_;
  double nominal_ejection_n_;
  double turret_rpm_;
  double turns_;          // since the last start
  bool settled_ = false;  // the fill depth fits the first powder seen
  double mixing_gain_;    // so that mixing leaves the sd of the density's wander as it is
  double mixed_wander_ = 0;
  double film_ = 0;       // of sticking powder on the punches, 0 clean
  double turret_c_, punch_c_;
  double tablets_ = 0, dust_g_ = 0;
  int rejected_ = 0;
  Blend blend_;
  TabletCauses causes_;
  TabletQuality quality_;
};

}  // namespace steadyline
