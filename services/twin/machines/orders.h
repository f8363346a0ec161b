#pragma once

#include <array>

#include "twin/machines/powder.h"

namespace steadyline {

/// PackML states (OPC 30050 numbering).
enum class UnitState {
  clearing = 1, stopped, starting, idle, suspended, execute, stopping, aborting, aborted, holding, held, unholding, suspending, unsuspending, resetting, completing, complete
};

/// What the procedure (operator, recipe and interlocks) wants of the machines in one second. Set-points are the operator's last word, after rate limits.
struct Orders {
  std::array<double, feeder_count> feed_kg_h{};  ///< set-points; 0: off
  std::array<double, 2> blender_rpm{};
  double paddle_rpm = 0;
  bool press_runs = false;      ///< the turret may turn
  bool paddles_run = false;     ///< the feed frame may go on turning while the press stands
  double turret_rpm = 0;        ///< nominal for the throughput; the level loop moves it around this
  double force_kn = 10;         ///< set-point of the force loop
  double fill_trim_mm = 0;      ///< operator's move of fill_sp: added once, when it changes
  double gap_main_mm = 2.906, gap_pre_mm = 4.30;
  bool divert = false;          ///< V1 before the press
  bool refill_allowed = true;
  double throughput_kg_h = 25;  ///< recipe
  double api_share = 0.20;      ///< recipe: API w/w
  bool coat = false;            ///< the coater may take its next sub-lot
  double spray_g_min = 300, inlet_c = 60, inlet_m3_h = 2400, pan_rpm = 8;
  std::array<bool, feeder_count> next_lot{};  ///< the refill station of this feeder takes its next lot now
  double f_sp_trim = 0;         ///< IPC weight trim, off by default
};

/// The room and its supplies: what the surroundings do to the machines in one second.
struct Surroundings {
  double room_c = 21, room_rh_pct = 40;
  double inlet_humidity = 0.008;  ///< kg water per kg dry air at the coater's inlet
};

}  // namespace steadyline
