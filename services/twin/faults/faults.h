#pragma once

#include <cstddef>
#include <vector>

#include "core/philox.h"
#include "line/line.h"
#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/faults/onset.h"
#include "twin/options.h"
#include "twin/parameters.h"

namespace steadyline {

/// All faults of a scenario as they act on machines and instruments, second by second. Equations: docs/twin.md, LINE §5.
///
/// Bits     before its onset, and once switched off, a fault does nothing at all: a run with it and one without it are the same. Its random
/// numbers
///          are named by its index in the scenario, so switching one off changes no other.
/// Values   copyable. Comms faults (F23, F24) are not in here: see comms.h.
/// Needs    a board that already has all signals, and a scenario in which `unsimulated` finds nothing.
class Faults {
 public:
  Faults(const Line& line, const TwinParameters& parameters, const Scenario& scenario, const Board& board);

  /// `t_s`: end of the second concerned, after the start; a fault acts in (on, end]. Adds to `effects`, which come fresh each second, and
  /// to the sensors of `board`: after Board::begin_second, before any unit measures.
  void act(double t_s, Effects& effects, Board& board);
  /// The fault never acts from now on.
  void switch_off(std::size_t fault) { acting_[fault].off = true; }
  /// The fault acts in the second that ends at `t_s` (or its collapse surges).
  bool active(std::size_t fault, double t_s) const;

 private:
  struct Acting {
    FaultSpec spec;
    const FaultKind* kind;
    int number;                     // 7 of "F07"
    std::size_t place;              // feeder, blender, probe, station or nozzle, from 0
    std::vector<SignalId> sensors;  // of sensor faults
    Growth growth;
    RandomStream draws;
    double end_s;
    double nominal_g_s = 0;  // of the feeder
    bool off = false;
  };
  static void act_on_feeder(const Acting& fault, double u, double hours, FeederEffects& feeder);
  static void act_on_press(const Acting& fault, double u, double t_s, Effects& effects);
  static void act_on_path(const Acting& fault, double u, Effects& effects);
  static void act_on_coater(const Acting& fault, double u, CoaterEffects& coater);
  static void act_on_sensors(const Acting& fault, double u, double hours, double t_s, Board& board);

  std::vector<Acting> acting_;
};

}  // namespace steadyline
