#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "line/line.h"
#include "twin/signals/auxiliary.h"
#include "twin/procedure/batches.h"
#include "twin/machines/blender.h"
#include "twin/signals/board.h"
#include "twin/machines/coater.h"
#include "twin/faults/faults.h"
#include "twin/machines/feeder.h"
#include "twin/procedure/line_signals.h"
#include "twin/logbook.h"
#include "twin/machines/potency_sensor.h"
#include "twin/machines/press.h"
#include "twin/machines/press_inlet.h"
#include "twin/procedure/procedure.h"
#include "twin/machines/refill_station.h"
#include "twin/machines/room.h"
#include "twin/machines/tester.h"
#include "twin/truth.h"

namespace steadyline {

/// The whole line in the order of the material: fd1..fd5 → bl1 → bl2 (with fd6) → chute → feed frame → press → buffer → coater, with
/// procedure, room, tester and soft sensor around them, and what is true about it all.
///
/// Mass     what the feeders gave is in a vessel, a tablet, the waste or the dust, each second, to rounding.
/// Values   copyable: the copy goes on by itself with the same random numbers.
/// Threads  one at a time. `line` must outlive it.
class Plant {
 public:
  /// In an exam the line is another than `nominal` says; only its soft sensor still believes it.
  Plant(const Line& line, const TwinParameters& nominal, const Scenario& scenario);

  void step();

  std::int64_t second() const { return second_; }  ///< lived through
  Truth truth() const;                             ///< all but the time
  const Board& board() const { return board_; }
  /// Moves a set-point that `check_set_point` allows, from the next second on.
  void order(std::size_t set_point, double value) { procedure_.order(set_point, value); }
  const Procedure& procedure() const { return procedure_; }
  Made made() const;
  void reseed(std::uint64_t seed) { board_.reseed(seed); }
  void switch_off(std::size_t fault) { faults_.switch_off(fault); }
  bool refill_began(std::size_t feeder) const { return feeders_[feeder].refill_began(); }
  bool lot_changed(std::size_t feeder) const { return stations_[feeder].lot_changed(); }

 private:
  Plant(const Line& line, const TwinParameters& parameters, const TwinParameters& nominal, const Scenario& scenario);
  struct Fed {
    Powder powder, lubricant;
  };
  Fed feed(const Orders& orders, const Effects& effects, const Surroundings& room);
  void press(const Powder& blend, const Orders& orders, const Effects& effects, const Surroundings& room);
  void collect(const Orders& orders, const Effects& effects, const Surroundings& room);
  void throw_away();
  double contents_g() const;

  TwinParameters own_;
  Scenario scenario_;
  const Line* line_;
  std::int64_t second_ = 0;
  double midnight_s_;  // seconds between midnight and the scenario's start

  Board board_;
  std::vector<RefillStation> stations_;
  std::vector<Feeder> feeders_;
  Blender blender1_, blender2_;
  PressInlet inlet_;
  Press press_;
  Tester tester_;
  Coater coater_;
  Room room_;
  PotencySensor potency_sensor_;
  Batches batches_;
  LineSignals signals_;
  Auxiliary auxiliary_;
  Procedure procedure_;
  Faults faults_;

  std::array<SignalId, feeder_count> flows_{};
  SignalId blender1_rpm_, force_;
  std::array<double, feeder_count> fed_now_g_{};
  Powder at_press_{};  // a second's powder at the dies, of which the tablets are made
  double first_contents_g_ = 0;
  double fed_g_ = 0, pressed_g_ = 0, diverted_g_ = 0, dust_g_ = 0;
  double pressed_now_g_ = 0, wasted_now_g_ = 0;
  double potency_pct_ = 0, outside_now_ = 0, tablets_ = 0, tablets_outside_ = 0;
};

}  // namespace steadyline
