#include "twin/machines/coater.h"

#include <algorithm>
#include <string>

#include "core/numeric.h"
#include "twin/machines/air.h"

namespace steadyline {
namespace {

constexpr double tablet_cp = 1.4;  // kJ/kgK
constexpr double heater_tau_s = 20, fan_tau_s = 5, pump_tau_s = 2;
constexpr double standby_air = 0.1, gentle_pan = 0.5;  // shares while no coating goes on
constexpr double bed_below_exhaust_k = 1.5;            // at nominal spray
constexpr double empty_drum = 0.3;                     // share of the torque
constexpr double driest_air = 0.9;                     // the exhaust gets no nearer to saturation
constexpr double least_air_kg_s = 1e-3;
constexpr double clogged_rise = 1;  // of a nozzle's pressure when it is shut: doubled

double approach(double tau_s) { return 1 - numeric::exp(-1 / tau_s); }

}  // namespace

Coater::Coater(const TwinParameters& p, double waiting_kg, Board& board)
    : own_{p.coater},
      room_c_{p.room.temp_c},
      waiting_kg_{waiting_kg},
      temp_c_{p.room.temp_c},
      moisture_pct_{p.coater.moisture_pct},
      inlet_c_{p.room.temp_c},
      exhaust_humidity_{p.coater.inlet_humidity},
      heating_{approach(heater_tau_s)},
      blowing_{approach(fan_tau_s)},
      pumping_{approach(pump_tau_s)} {
  const auto add = [&](std::string_view tag) { return board.add("ct1", tag); };
  Signals& s = signals_;
  s.inlet_temp_sp = add("inlet_temp_sp"), s.inlet_temp_pv = add("inlet_temp_pv");
  s.inlet_flow_sp = add("inlet_flow_sp"), s.inlet_flow_pv = add("inlet_flow_pv"), s.inlet_dew = add("inlet_dew");
  s.exhaust_temp = add("exhaust_temp"), s.exhaust_rh = add("exhaust_rh"), s.bed_temp = add("bed_temp");
  s.spray_sp = add("spray_sp"), s.spray_pv = add("spray_pv"), s.spray_total = add("spray_total");
  for (std::size_t k = 0; k < nozzle_count; ++k) {
    s.noz_press[k] = add("noz" + std::to_string(k + 1) + "_press");
    s.noz_spray[k] = add("noz" + std::to_string(k + 1) + "_spray");
  }
  s.atom_air = add("atom_air"), s.pattern_air = add("pattern_air");
  s.pan_rpm_sp = add("pan_rpm_sp"), s.pan_rpm_pv = add("pan_rpm_pv"), s.pan_dp = add("pan_dp"), s.filter_dp = add("filter_dp");
  s.bed_moisture = add("bed_moisture"), s.weight_gain_est = add("weight_gain_est");
  s.drum_load = add("drum_load"), s.drum_torque = add("drum_torque"), s.pump_rpm = add("pump_rpm"), s.pump_press = add("pump_press");
  s.phase = add("phase"), s.phase_time = add("phase_time");
}

void Coater::step(const Orders& orders, const CoaterEffects& effects, const Surroundings& surroundings, Board& board) {
  move_on(orders);
  load_and_empty(surroundings);
  const Air air = blow(orders, effects, surroundings);
  pan_rpm_ = pan_rpm(orders);
  spray(orders, effects);
  balance(air);
  show(orders, effects, air, board);
}

void Coater::enter(Phase phase) {
  phase_ = phase;
  phase_time_s_ = 0;
}

void Coater::move_on(const Orders& orders) {
  phase_time_s_ += 1;
  const auto after = [&](double seconds, Phase next) {
    if (phase_time_s_ > seconds) enter(next);
  };
  switch (phase_) {
    case Phase::idle:
      if (!orders.coat || waiting_kg_ < own_.load_kg) break;
      waiting_kg_ -= own_.load_kg;
      ++sublots_;
      film_pct_ = spray_total_g_ = spray_min_ = 0;
      moisture_pct_ = own_.moisture_pct;
      enter(Phase::charge);
      break;
    case Phase::charge:
      after(own_.charge_s, Phase::preheat);
      break;
    case Phase::preheat:
      after(own_.preheat_s, Phase::spray);
      break;
    case Phase::spray:
      if (film_pct_ >= own_.gain_pct) enter(Phase::dry);
      break;
    case Phase::dry:
      after(own_.dry_s, Phase::cool);
      break;
    case Phase::cool:
      after(own_.cool_s, Phase::discharge);
      break;
    case Phase::discharge:
      after(own_.discharge_s, Phase::idle);
      break;
  }
}

double Coater::heat_capacity() const { return own_.heat_capacity_kj_k - tablet_cp * (own_.load_kg - bed_kg_); }

void Coater::load_and_empty(const Surroundings& surroundings) {
  double wanted_kg = own_.load_kg;
  if (phase_ == Phase::idle) wanted_kg = 0;
  if (phase_ == Phase::charge) wanted_kg *= std::min(1.0, (phase_time_s_ + 1) / own_.charge_s);
  if (phase_ == Phase::discharge) wanted_kg *= std::max(0.0, 1 - (phase_time_s_ + 1) / own_.discharge_s);
  const double cores_kg = std::max(0.0, wanted_kg - bed_kg_), before = heat_capacity();
  bed_kg_ = wanted_kg;
  if (cores_kg > 0) temp_c_ += (surroundings.room_c - temp_c_) * tablet_cp * cores_kg / (before + tablet_cp * cores_kg);
}

double Coater::pan_rpm(const Orders& orders) const {
  if (phase_ == Phase::idle) return 0;
  return phase_ == Phase::spray || phase_ == Phase::dry ? orders.pan_rpm : gentle_pan * orders.pan_rpm;
}

Coater::Air Coater::blow(const Orders& orders, const CoaterEffects& effects, const Surroundings& surroundings) {
  const bool warm = phase_ == Phase::preheat || phase_ == Phase::spray || phase_ == Phase::dry;
  inlet_c_ += heating_ * ((warm ? orders.inlet_c - effects.inlet_loss_k : surroundings.room_c) - inlet_c_);
  inlet_m3_h_ += blowing_ * ((warm || phase_ == Phase::cool ? orders.inlet_m3_h : standby_air * orders.inlet_m3_h) - inlet_m3_h_);
  return {inlet_c_, std::max(least_air_kg_s, inlet_m3_h_ * effects.inlet_flow * own_.air_kg_s / own_.air_m3_h),
          surroundings.inlet_humidity};
}

void Coater::spray(const Orders& orders, const CoaterEffects& effects) {
  nozzles_open_ = 0;
  for (const double open : effects.nozzle) nozzles_open_ += open;
  wanted_spray_g_min_ = phase_ == Phase::spray ? orders.spray_g_min : 0;
  const double taken = effects.rebalanced && nozzles_open_ > 0 ? 1 : nozzles_open_ / nozzle_count;
  spray_g_min_ += pumping_ * (wanted_spray_g_min_ * taken - spray_g_min_);
  if (phase_ != Phase::spray) {
    spray_g_min_ = 0;  // the valves of the nozzles close at once
    return;
  }
  const double sprayed_g = spray_g_min_ / 60;
  spray_total_g_ += sprayed_g;
  spray_min_ += 1.0 / 60;
  film_pct_ += 100 * own_.coating_efficiency * own_.solids_share * sprayed_g / (1000 * bed_kg_);
}

// Drying dries towards a moisture that depends on the exhaust's humidity, which depends on the drying: the two lines cross at
// `drying_kg_s_`.
void Coater::balance(const Air& air) {
  const double water_kg_s = spray_g_min_ / 60 * (1 - own_.solids_share) / 1000;
  const double saturation = air::saturation_pa(temp_c_);
  const double rh_per_humidity = 100 * air::vapour_pa(exhaust_humidity_) / (exhaust_humidity_ * saturation);
  const double per_pct = own_.drying_rate * bed_kg_ / 100;  // kg/s for each % of moisture above equilibrium
  const double dry_air_moisture = own_.moisture_pct - own_.moisture_per_rh * (own_.moisture_rh - rh_per_humidity * air.humidity);
  const double feedback = per_pct * own_.moisture_per_rh * rh_per_humidity / air.flow_kg_s;
  drying_kg_s_ = (water_kg_s + per_pct * (moisture_pct_ - dry_air_moisture)) / (1 + feedback);
  drying_kg_s_ = std::min(drying_kg_s_, driest_air * air.flow_kg_s * (air::humidity(saturation) - air.humidity));
  if (bed_kg_ > 0) moisture_pct_ = std::max(0.0, moisture_pct_ + 100 * (water_kg_s - drying_kg_s_) / bed_kg_);

  const double heat_kw = air.flow_kg_s * own_.air_cp * (air.inlet_c - temp_c_) - drying_kg_s_ * own_.evaporation_kj_kg -
                         own_.heat_loss_kw_k * (temp_c_ - (phase_ == Phase::idle ? room_c_ : own_.cabinet_c));
  temp_c_ += heat_kw / heat_capacity();
  exhaust_humidity_ = std::max(1e-4, air.humidity + drying_kg_s_ / air.flow_kg_s);
  exhaust_rh_pct_ = std::min(100.0, 100 * air::vapour_pa(exhaust_humidity_) / air::saturation_pa(temp_c_));
}

double Coater::film_cv_pct() const {
  if (spray_min_ <= 0 || pan_rpm_ <= 0 || nozzles_open_ <= 0) return 0;
  return own_.film_cv * numeric::sqrt(own_.pan_rpm / pan_rpm_ * own_.nozzles / nozzles_open_ / spray_min_);
}

void Coater::show(const Orders& orders, const CoaterEffects& effects, const Air& air, Board& board) const {
  const Signals& s = signals_;
  const bool sprays = phase_ == Phase::spray;
  const double air_share = air.flow_kg_s / own_.air_kg_s, spray_share = spray_g_min_ / own_.spray_g_min;
  board.set(s.inlet_temp_sp, orders.inlet_c);
  board.set(s.inlet_temp_pv, air.inlet_c);
  board.set(s.inlet_flow_sp, orders.inlet_m3_h);
  board.set(s.inlet_flow_pv, air_share * own_.air_m3_h);
  board.set(s.inlet_dew, air::dew_point_c(air::vapour_pa(air.humidity)));
  board.set(s.exhaust_temp, temp_c_);
  board.set(s.exhaust_rh, exhaust_rh_pct_);
  board.set(s.bed_temp, temp_c_ - bed_below_exhaust_k * spray_share);
  board.set(s.spray_sp, orders.spray_g_min);
  board.set(s.spray_pv, spray_g_min_);
  board.set(s.spray_total, spray_total_g_);
  double clogged = 0;
  for (std::size_t k = 0; k < nozzle_count; ++k) {
    const double shut = 1 - effects.nozzle[k], rise = clogged_rise * shut * numeric::sqrt(shut);
    clogged += rise / nozzle_count;
    const double through = effects.rebalanced && nozzles_open_ > 0 ? effects.nozzle[k] / nozzles_open_ : effects.nozzle[k] / nozzle_count;
    board.set(s.noz_spray[k], sprays ? through * wanted_spray_g_min_ : 0);
    board.set(s.noz_press[k], sprays ? own_.nozzle_bar * wanted_spray_g_min_ / own_.spray_g_min * (1 + rise) : 0);
  }
  board.set(s.atom_air, sprays ? own_.atom_bar : 0);
  board.set(s.pattern_air, sprays ? own_.pattern_bar : 0);
  board.set(s.pan_rpm_sp, orders.pan_rpm);
  board.set(s.pan_rpm_pv, pan_rpm_);
  board.set(s.pan_dp, own_.pan_pa * std::min(1.0, air_share));
  board.set(s.filter_dp, (own_.filter_pa + own_.filter_pa_min * spray_min_) * air_share * air_share);
  board.set(s.bed_moisture, moisture_pct_);
  board.set(s.weight_gain_est, film_pct_);
  board.set(s.drum_load, bed_kg_ * (1 + film_pct_ / 100));
  board.set(s.drum_torque, pan_rpm_ > 0 ? own_.drum_torque_pct * (empty_drum + (1 - empty_drum) * bed_kg_ / own_.load_kg) : 0);
  board.set(s.pump_rpm, sprays ? own_.pump_rpm * wanted_spray_g_min_ / own_.spray_g_min : 0);
  board.set(s.pump_press, sprays ? own_.pump_bar * wanted_spray_g_min_ / own_.spray_g_min * (1 + clogged) : 0);
  board.set(s.phase, static_cast<double>(phase_));
  board.set(s.phase_time, phase_time_s_);
}

}  // namespace steadyline
