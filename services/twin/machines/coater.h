#pragma once

#include <array>

#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/machines/orders.h"
#include "twin/parameters.h"

namespace steadyline {

/// The perforated pan coater CT1, sub-lot by sub-lot (LINE §3.6): balances of heat, water and film over the bed.
///
/// Cycle     waits until the line has offered a load and may coat; then charge, preheat, spray until the film is on, dry, cool, discharge.
/// Signals   ct1/..., 29 of them; `phase` holds the numbers of Phase.
/// Accuracy  one step a second: explicit for temperature and moisture (time constants 250 s), implicit between drying and humidity of the
/// exhaust. Source    am Ende & Berchielli 2005 (heat and mass balance of a pan coater with a heat-loss factor). Threads   one at a time.
class Coater {
 public:
  enum class Phase { idle, charge, preheat, spray, dry, cool, discharge };
  static constexpr int nozzle_count = 4;

  /// `waiting_kg` of cores lie in the buffer.
  Coater(const TwinParameters& parameters, double waiting_kg, Board& board);

  void offer(double kg) { waiting_kg_ += kg; }  ///< cores from the press
  void step(const Orders& orders, const CoaterEffects& effects, const Surroundings& surroundings, Board& board);

  Phase phase() const { return phase_; }
  double waiting_kg() const { return waiting_kg_; }
  double bed_kg() const { return bed_kg_; }
  double film_pct() const { return film_pct_; }  ///< weight gain of the sub-lot
  double film_cv_pct() const;                    ///< between tablets
  double moisture_pct() const { return moisture_pct_; }
  int sublots() const { return sublots_; }  ///< begun so far

 private:
  struct Air {
    double inlet_c, flow_kg_s, humidity;
  };
  struct Signals {
    SignalId inlet_temp_sp, inlet_temp_pv, inlet_flow_sp, inlet_flow_pv, inlet_dew, exhaust_temp, exhaust_rh, bed_temp, spray_sp, spray_pv,
        spray_total;
    std::array<SignalId, nozzle_count> noz_press, noz_spray;  // noz_spray: for auxiliary signals alone
    SignalId atom_air, pattern_air, pan_rpm_sp, pan_rpm_pv, pan_dp, filter_dp, bed_moisture, weight_gain_est, drum_load, drum_torque,
        pump_rpm, pump_press, phase, phase_time;
  };

  void enter(Phase phase);
  void move_on(const Orders& orders);
  void load_and_empty(const Surroundings& surroundings);
  Air blow(const Orders& orders, const CoaterEffects& effects, const Surroundings& surroundings);
  void spray(const Orders& orders, const CoaterEffects& effects);
  void balance(const Air& air);
  void show(const Orders& orders, const CoaterEffects& effects, const Air& air, Board& board) const;
  double pan_rpm(const Orders& orders) const;
  double heat_capacity() const;  ///< kJ/K, of pan and bed

  CoaterParameters own_;
  double room_c_;
  Signals signals_;
  Phase phase_ = Phase::idle;
  double phase_time_s_ = 0, waiting_kg_;
  int sublots_ = 0;
  double bed_kg_ = 0, temp_c_, moisture_pct_, film_pct_ = 0;
  double inlet_c_, inlet_m3_h_ = 0, spray_g_min_ = 0, wanted_spray_g_min_ = 0;
  double spray_total_g_ = 0, spray_min_ = 0;
  double nozzles_open_ = nozzle_count, pan_rpm_ = 0;
  double drying_kg_s_ = 0, exhaust_humidity_, exhaust_rh_pct_ = 0;
  double heating_, blowing_, pumping_;  // approach in a second
};

}  // namespace steadyline
