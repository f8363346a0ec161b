#include "twin/machines/feeder.h"

#include <algorithm>
#include <string>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double grams_per_kg = 1000;
constexpr double feed_factor_filter_s = 20;
constexpr double torque_idle_share = 0.27;           // of the nominal torque: seals and gear
constexpr double balance_s = 600;                    // massflow_err_int looks back about so long
constexpr double hopper_full = 1.25;                 // a refill ends at 80 % of the hopper; more does not go in
constexpr double refill_dp_mbar = 0.3;               // the dropping powder pushes air out of the hopper
constexpr double knock_middle = 17.5, knock_sd = 4;  // of a vibration, in sd of the load cell: 5 to 30

double g_s(double kg_h) { return kg_h / 3.6; }
double kg_h(double flow_g_s) { return flow_g_s * 3.6; }

}  // namespace

Feeder::Feeder(const FeederParameters& feeder, const FeedingParameters& feeding, std::size_t index, double setpoint_kg_h, Board& board,
               bool open_loop)
    : own_{feeder}, common_{feeding}, index_{index}, open_loop_{open_loop}, vibration_{board.seed(), 0} {
  const std::string unit = "fd" + std::to_string(index + 1);
  const auto add = [&](std::string_view tag) { return board.add(unit, tag); };
  signals_ = {add("massflow_sp"),     add("massflow_pv"), add("massflow_err_int"), add("netweight_pv"), add("screw_speed_pv"),
              add("screw_speed_out"), add("feed_factor"), add("drive_torque"),     add("agitator_rpm"), add("mode"),
              add("refill_count"),    add("hopper_dp")};
  pulse_ = board.add_noise(unit, "flow", feeder.flow_tau_s);
  wander_ = board.add_noise(unit, "density", feeding.feed_factor_wander_tau_s);
  vibration_ = RandomStream{board.seed(), stream_of(unit, "vibration")};
  next_knock_s_ = 0;
  speed_approach_ = 1 - numeric::exp(-1 / feeding.speed_tau_s);
  fresh_decay_ = numeric::exp(-1 / feeding.fresh_powder_tau_s);
  feed_factor_nominal_ = curve((feeder.refill_below_kg + feeder.refill_to_kg) / 2);
  feed_factor_ = feed_factor_nominal_;
  const RandomStream level{board.seed(), stream_of(unit, "first level")};
  weight_kg_ = feeder.refill_below_kg + level.uniform(0) * (feeder.refill_to_kg - feeder.refill_below_kg);
  weighed_kg_ = measured_kg_ = weight_kg_;
  if (setpoint_kg_h > 0) start_running(g_s(setpoint_kg_h));
}

void Feeder::start_running(double setpoint) {
  mode_ = Mode::gravimetric;
  feed_factor_read_ = curve(weight_kg_);
  speed_rpm_ = wanted_rpm_ = setpoint / feed_factor_read_ * 60;
  integral_ = speed_rpm_ / nominal_speed(setpoint) - 1;
  estimator_.restart(setpoint);
  for (std::size_t k = FlowEstimator::window; k > 0; --k) estimator_.add(weight_kg_ * grams_per_kg + setpoint * static_cast<double>(k - 1));
}

double Feeder::curve(double weight) const {
  return own_.feed_factor_full - (own_.feed_factor_full - own_.feed_factor_empty) * numeric::exp(-weight / own_.curve_kg);
}

Powder Feeder::contents() const {
  Powder all;
  for (std::size_t k = 0; k < powder_parts; ++k) all[k] = weight_kg_ * grams_per_kg * gram_[k];
  return all;
}

Powder Feeder::step(double setpoint_kg_h, const FeederEffects& effects, const Surroundings& surroundings, RefillStation& station,
                    bool refill_allowed, Board& board) {
  if (!loaded_ || open_loop_) gram_ = gram_of(station.lot(), index_, own_.share);
  loaded_ = true;
  const double setpoint = g_s(setpoint_kg_h);
  refill_began_ = false;
  if (open_loop_) {
    deliver_exactly(setpoint, effects, board);
  } else {
    choose_mode(setpoint, effects.stopped, refill_allowed);
    if (mode_ == Mode::volumetric || mode_ == Mode::refill)
      learned_ratio_ = common_.refill_array && !effects.refill_array_off ? hold_curve_ / curve(measured_kg_) : 1;
    move_screw(wanted_speed(setpoint));
    discharge(effects, surroundings, board);
    refill(effects, station);
    read_weight(board);
  }
  read(setpoint, board);
  Powder left;
  for (std::size_t k = 0; k < powder_parts; ++k) left[k] = flow_g_s_ * effects.outlet * gram_[k];
  return left;
}

void Feeder::choose_mode(double setpoint, bool stopped, bool refill_allowed) {
  const bool filled = tops_up_ || mode_ == Mode::refill;
  tops_up_ = false;
  if (stopped || setpoint <= 0) {
    tops_up_ = refill_allowed &&
               measured_kg_ < (filled ? own_.refill_to_kg : own_.refill_below_kg);  // an empty hopper would stop its feeder for ever
    if (filled || tops_up_) estimator_.restart(0);  // the weights of a refill would read as a torrent backwards
    mode_ = Mode::off;
    return;
  }
  switch (mode_) {
    case Mode::off:
      begin_blind(Mode::volumetric, setpoint, nominal_speed(setpoint));
      return;
    case Mode::gravimetric:
      if (refill_allowed && measured_kg_ < own_.refill_below_kg) begin_blind(Mode::refill, setpoint, speed_rpm_);
      return;
    case Mode::refill:
      if (--blind_left_s_ > 0) return;
      mode_ = Mode::volumetric;
      blind_left_s_ = static_cast<int>(common_.settle_s);
      estimator_.restart(hold_flow_ * setpoint / hold_setpoint_);
      return;
    case Mode::volumetric:
      if (--blind_left_s_ > 0) return;
      mode_ = Mode::gravimetric;  // bumpless: the integral takes the value that keeps the present speed
      integral_ = speed_rpm_ / nominal_speed(setpoint) - 1 - common_.gain * (setpoint - estimator_.flow_g_s()) / setpoint;
  }
}

void Feeder::begin_blind(Mode mode, double setpoint, double speed) {
  const bool starting = mode_ == Mode::off;
  mode_ = mode;
  refill_began_ = mode == Mode::refill;
  refills_ += refill_began_ ? 1 : 0;
  blind_left_s_ = static_cast<int>(refill_began_ ? own_.refill_s : common_.settle_s);
  hold_speed_ = speed;
  hold_curve_ = curve(measured_kg_);
  hold_setpoint_ = setpoint;
  hold_flow_ = starting ? setpoint : estimator_.flow_g_s();
  if (starting) estimator_.restart(setpoint);
}

double Feeder::wanted_speed(double setpoint) {
  if (mode_ == Mode::off) return 0;
  if (mode_ != Mode::gravimetric) return hold_speed_ * setpoint / hold_setpoint_ * learned_ratio_;
  const double error = (setpoint - estimator_.flow_g_s()) / setpoint;
  integral_ = std::clamp(integral_ + error / common_.reset_s, common_.integral_low, common_.integral_high);
  return nominal_speed(setpoint) * (1 + common_.gain * error + integral_);
}

void Feeder::move_screw(double wanted) {
  if (mode_ == Mode::off) {
    wanted_rpm_ = speed_rpm_ = 0;
    return;
  }
  wanted_rpm_ = std::clamp(wanted, common_.speed_low_rpm, common_.speed_high_rpm);
  speed_rpm_ += std::clamp(speed_approach_ * (wanted_rpm_ - speed_rpm_), -common_.speed_rate_rpm_s, common_.speed_rate_rpm_s);
}

void Feeder::discharge(const FeederEffects& effects, const Surroundings& surroundings, const Board& board) {
  const double damp = index_ == part_api ? common_.humidity_per_pct * std::max(0.0, surroundings.room_rh_pct - 50) : 0;
  feed_factor_ = curve(weight_kg_) * (1 + common_.feed_factor_wander * board.noise(wander_)) * (1 + fresh_powder_) *
                 (1 + common_.lot_density_effect * gram_[part_density]) * (1 + damp) * effects.feed_factor;
  const double wanted_g = feed_factor_ * speed_rpm_ / 60 * (1 + own_.flow_rsd * board.noise(pulse_));
  flow_g_s_ = std::clamp(wanted_g, 0.0, weight_kg_ * grams_per_kg);
  weigh(-flow_g_s_, effects);
  weighed_kg_ -= effects.weighed_zero_g_s / grams_per_kg;
}

// F04: the scale sees (1 + span) of each change; a drifting zero looks like powder that leaves.
void Feeder::weigh(double change_g, const FeederEffects& effects) {
  weight_kg_ = std::max(0.0, weight_kg_ + change_g / grams_per_kg);
  weighed_kg_ += (1 + effects.weighed_span) * change_g / grams_per_kg;
}

void Feeder::refill(const FeederEffects& effects, RefillStation& station) {
  if (mode_ != Mode::refill && !tops_up_) {
    fresh_powder_ *= fresh_decay_;
    return;
  }
  const double room_g = grams_per_kg * std::max(0.0, hopper_full * own_.refill_to_kg - weight_kg_);
  const double rate_g = grams_per_kg * (own_.refill_to_kg * effects.refill_to - own_.refill_below_kg) / own_.refill_s;
  const double dose_g = std::min(rate_g, room_g);
  const double gain = effects.refill_gain > 0 ? effects.refill_gain : own_.refill_density_gain;
  fresh_powder_ = std::min(std::max(gain, fresh_powder_), fresh_powder_ + gain / own_.refill_s);
  const Powder dose = station.draw(dose_g, effects);
  const double old_g = weight_kg_ * grams_per_kg;
  if (old_g + dose_g > 0)
    for (std::size_t k = 0; k < powder_parts; ++k) gram_[k] = (old_g * gram_[k] + dose[k]) / (old_g + dose_g);
  gram_[index_] = 1;  // not 1 - 1e-16: the masses must add up
  weigh(dose_g, effects);
}

// The weighing filter keeps the 0.3 s knocks from the controller; the transmitted weight shows them.
void Feeder::read_weight(Board& board) {
  double knock_kg = 0;
  if (common_.vibration_per_h > 0 && (next_knock_s_ -= 1) < 0) {
    if (knocks_ > 0)
      knock_kg = (knock_middle + knock_sd * std::clamp(vibration_.normal(2 * knocks_), -3.0, 3.0)) * board.spread(signals_.netweight_pv);
    next_knock_s_ = -numeric::log(vibration_.uniform(2 * knocks_ + 1)) * 3600 / common_.vibration_per_h;
    ++knocks_;
  }
  const double before = board.reading(signals_.netweight_pv);
  const double reading = board.measure(signals_.netweight_pv, weighed_kg_ + knock_kg);
  measured_kg_ = reading == before ? reading : reading - knock_kg;
  if (mode_ != Mode::refill && !tops_up_) estimator_.add(measured_kg_ * grams_per_kg);
}

void Feeder::read(double setpoint, Board& board) {
  const double speed = board.measure(signals_.screw_speed_pv, speed_rpm_);
  const bool turning = speed_rpm_ > 0, blind = mode_ == Mode::volumetric || mode_ == Mode::refill;
  const double believed = hold_flow_ / std::max(hold_speed_, common_.speed_low_rpm) / learned_ratio_;  // g per rpm and s
  const double flow = blind ? believed * speed : estimator_.flow_g_s();
  if (speed_rpm_ >= common_.speed_low_rpm && speed > 0) feed_factor_read_ += (flow * 60 / speed - feed_factor_read_) / feed_factor_filter_s;
  owed_g_ += flow - setpoint - owed_g_ / balance_s;
  const double load = torque_idle_share + (1 - torque_idle_share) * feed_factor_ / feed_factor_nominal_;
  board.set(signals_.massflow_sp, kg_h(setpoint));
  board.set(signals_.massflow_pv, kg_h(flow));
  board.set(signals_.massflow_err_int, owed_g_);
  board.set(signals_.screw_speed_out, wanted_rpm_);
  board.set(signals_.feed_factor, feed_factor_read_);
  board.set(signals_.drive_torque, turning ? common_.torque_nominal_pct * load : 0);
  board.set(signals_.agitator_rpm, mode_ == Mode::off ? 0 : common_.agitator_rpm);
  board.set(signals_.mode, static_cast<double>(mode_));
  board.set(signals_.refill_count, refills_);
  board.set(signals_.hopper_dp, mode_ == Mode::refill ? refill_dp_mbar : 0);
}

// The true flow is the set-point times what the effects do to it; the weight stands still, so no refill disturbs.
void Feeder::deliver_exactly(double setpoint, const FeederEffects& effects, Board& board) {
  const bool off = effects.stopped || setpoint <= 0;
  mode_ = off ? Mode::off : Mode::gravimetric;
  flow_g_s_ =
      off ? 0 : std::max(0.0, (setpoint * effects.feed_factor - effects.weighed_zero_g_s) / std::max(0.01, 1 + effects.weighed_span));
  speed_rpm_ = wanted_rpm_ = off ? 0 : nominal_speed(setpoint);
  feed_factor_ = feed_factor_nominal_ * effects.feed_factor;
  estimator_.restart((1 + effects.weighed_span) * flow_g_s_ + effects.weighed_zero_g_s * (off ? 0 : 1));
  gram_[part_active] *= effects.lot_potency;
  gram_[part_density] += effects.lot_density;
  board.measure(signals_.netweight_pv, weighed_kg_);
}

}  // namespace steadyline
