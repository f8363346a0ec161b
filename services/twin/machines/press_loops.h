#pragma once

#include "twin/parameters.h"

namespace steadyline {

/// Moves the turret speed so that the chute stays about half full: averaging level control, gentle near the middle, so that the noise of
/// the level does not shake the turret, firm near the ends.
class LevelLoop {
 public:
  LevelLoop(const PressParameters& press, double turret_rpm);
  /// One second. Returns the speed that the drive reaches. `nominal_rpm`: of the throughput; 0: the turret is to stand.
  /// `forced`: factor of a fault on the speed; while it is not 1 the drive does not obey the loop, as with the loop in manual.
  double step(const PressParameters& press, double level_reading_pct, double nominal_rpm, double forced);
  double wanted_rpm() const { return wanted_rpm_; }
  bool at_speed() const;  ///< neither starting nor stopping

 private:
  double turret_rpm_, wanted_rpm_;
  double filtered_pct_;
  double integral_ = 0;  // share of the nominal speed
};

/// Moves the fill depth so that the mean main force stays at its set-point: every few turns, in whole quanta of the fill cam, not inside
/// the deadband, and not while the dies are as good as empty.
class ForceLoop {
 public:
  explicit ForceLoop(const PressParameters& press) : fill_mm_{press.fill_start_mm} {}
  /// One second of a press at speed.
  void step(const PressParameters& press, double force_reading_kn, double wanted_kn, double turret_rpm);
  /// One second of a press that starts, stops or stands: its force says little about the powder, and the loop begins anew.
  void wait();
  /// The operator's move: what the trim has changed by is added once.
  void trim(const PressParameters& press, double trim_mm);
  /// Found in production: the loop has long answered a powder that fills the dies `relative` times as well as the nominal one.
  void settle(const PressParameters& press, double relative);
  double fill_mm() const { return fill_mm_; }

 private:
  double fill_mm_;
  double trim_mm_ = 0;
  double sum_kn_ = 0, turns_ = 0;
  int readings_ = 0;
};

}  // namespace steadyline
