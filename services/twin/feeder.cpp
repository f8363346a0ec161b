#include "twin/feeder.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double grams_per_kg = 1000;
constexpr double seconds_per_hour = 3600;
constexpr double speed_low_rpm = 5, speed_high_rpm = 300, speed_rate_rpm_s = 20, speed_tau_s = 0.5;
constexpr double gain = 0.25, reset_s = 40, integral_low = -0.5, integral_high = 2.0;
constexpr int settle_s = 20;
constexpr double fresh_powder_tau_s = 60;
constexpr double feed_factor_filter_s = 20;
constexpr double torque_idle_pct = 6, torque_load_pct = 16;
constexpr double vibrations_per_s = 1.0 / 3600;

double g_s(double kg_h) { return kg_h * grams_per_kg / seconds_per_hour; }
double kg_h(double flow_g_s) { return flow_g_s * seconds_per_hour / grams_per_kg; }

}  // namespace

void FlowEstimator::restart(double flow_g_s) {
  count_ = 0;
  average_ = flow_g_s;
}

void FlowEstimator::add(double weight_g) {
  weights_[count_++ % window] = weight_g;
  if (count_ < window) return;
  constexpr double middle = (window - 1) / 2.0;
  constexpr double spread = 110;  // sum of (k - middle)^2, k = 0..10
  double slope = 0;
  for (std::size_t k = 0; k < window; ++k) slope += (static_cast<double>(k) - middle) * weights_[(count_ + k) % window];
  average_ += 0.2 * (-slope / spread - average_);
}

Feeder::Feeder(const FeederParameters& feeder, const TwinParameters& twin, std::uint64_t seed, std::string_view id, bool running)
    : own_{feeder},
      feed_factor_nominal_{0},
      flow_noise_{seed, id, "flow", feeder.flow_rsd, feeder.flow_tau_s},
      density_wander_{seed, id, "density", twin.feed_factor_wander, twin.feed_factor_wander_tau_s},
      weight_noise_{seed, id, "weight", feeder.weight_noise_kg},
      vibration_noise_{seed, id, "vibration size", 1},
      speed_noise_{seed, id, "speed", 1},
      torque_noise_{seed, id, "torque", 1, 5},
      vibration_{seed, stream_of(id, "vibration")} {
  feed_factor_nominal_ = curve((feeder.refill_below_kg + feeder.refill_to_kg) / 2);
  feed_factor_ = feed_factor_nominal_;
  const RandomStream level{seed, stream_of(id, "first level")};
  weight_kg_ = feeder.refill_below_kg + level.uniform(0) * (feeder.refill_to_kg - feeder.refill_below_kg);
  measured_kg_ = weight_kg_;
  if (!running) return;
  const double setpoint = g_s(feeder.setpoint_kg_h);
  mode_ = Mode::gravimetric;
  speed_rpm_ = setpoint / curve(weight_kg_) * 60;
  integral_ = speed_rpm_ / nominal_speed(setpoint) - 1;
  estimator_.restart(setpoint);
  for (std::size_t k = FlowEstimator::window; k > 0; --k) estimator_.add(weight_kg_ * grams_per_kg + setpoint * static_cast<double>(k - 1));
  readings_.feed_factor = curve(weight_kg_);
}

double Feeder::curve(double weight) const {
  return own_.feed_factor_full - (own_.feed_factor_full - own_.feed_factor_empty) * numeric::exp(-weight / own_.curve_kg);
}

double Feeder::step(double setpoint_kg_h, const FeederDisturbance& disturbance) {
  const double setpoint = g_s(setpoint_kg_h);
  choose_mode(setpoint, disturbance.stopped);
  move_screw(wanted_speed(setpoint), disturbance.stopped || mode_ == Mode::off);
  const double left_g = discharge(disturbance.feed_factor);
  refill();
  read(setpoint);
  ++second_;
  return left_g;
}

void Feeder::choose_mode(double setpoint, bool stopped) {
  if (stopped || setpoint <= 0) {
    mode_ = Mode::off;
    return;
  }
  switch (mode_) {
    case Mode::off: begin_blind(Mode::volumetric, setpoint, nominal_speed(setpoint)); return;
    case Mode::gravimetric:
      if (measured_kg_ < own_.refill_below_kg) begin_blind(Mode::refill, setpoint, speed_rpm_);
      return;
    case Mode::refill:
      if (--blind_left_s_ > 0) return;
      mode_ = Mode::volumetric;
      blind_left_s_ = settle_s;
      estimator_.restart(hold_flow_ * setpoint / hold_setpoint_);
      return;
    case Mode::volumetric:
      if (--blind_left_s_ > 0) return;
      mode_ = Mode::gravimetric;  // bumpless: the integral takes the value that keeps the present speed
      integral_ = speed_rpm_ / nominal_speed(setpoint) - 1 - gain * (setpoint - estimator_.flow_g_s()) / setpoint;
  }
}

void Feeder::begin_blind(Mode mode, double setpoint, double speed) {
  const bool starting = mode_ == Mode::off;
  mode_ = mode;
  blind_left_s_ = mode == Mode::refill ? static_cast<int>(own_.refill_s) : settle_s;
  hold_speed_ = speed;
  hold_weight_kg_ = measured_kg_;
  hold_setpoint_ = setpoint;
  hold_flow_ = starting ? setpoint : estimator_.flow_g_s();
  if (starting) estimator_.restart(setpoint);
}

double Feeder::wanted_speed(double setpoint) {
  if (mode_ == Mode::off) return 0;
  if (mode_ != Mode::gravimetric) return hold_speed_ * setpoint / hold_setpoint_ * curve(hold_weight_kg_) / curve(measured_kg_);
  const double error = (setpoint - estimator_.flow_g_s()) / setpoint;
  integral_ = std::clamp(integral_ + error / reset_s, integral_low, integral_high);
  return nominal_speed(setpoint) * (1 + gain * error + integral_);
}

void Feeder::move_screw(double wanted, bool stopped) {
  if (stopped) {
    speed_rpm_ = 0;
    return;
  }
  static const double approach = 1 - numeric::exp(-1 / speed_tau_s);
  const double target = std::clamp(wanted, speed_low_rpm, speed_high_rpm);
  speed_rpm_ += std::clamp(approach * (target - speed_rpm_), -speed_rate_rpm_s, speed_rate_rpm_s);
}

double Feeder::discharge(double factor) {
  const double wander = density_wander_.next(), pulse = flow_noise_.next();
  feed_factor_ = curve(weight_kg_) * (1 + wander) * (1 + fresh_powder_) * factor;
  const double room_g = weight_kg_ * grams_per_kg;
  flow_g_s_ = std::min(feed_factor_ * speed_rpm_ / 60 * (1 + pulse), room_g);
  weight_kg_ -= flow_g_s_ / grams_per_kg;
  return flow_g_s_;
}

void Feeder::refill() {
  static const double decay = numeric::exp(-1 / fresh_powder_tau_s);
  if (mode_ != Mode::refill) {
    fresh_powder_ *= decay;
    return;
  }
  weight_kg_ += (own_.refill_to_kg - own_.refill_below_kg) / own_.refill_s;
  fresh_powder_ = std::min(own_.refill_density_gain, fresh_powder_ + own_.refill_density_gain / own_.refill_s);
}

void Feeder::read(double setpoint) {
  measured_kg_ = weight_kg_ + weight_noise_.next();
  if (mode_ != Mode::refill) estimator_.add(measured_kg_ * grams_per_kg);
  const double speed_jitter = speed_noise_.next();
  const bool turning = speed_rpm_ > 0;
  readings_.massflow_sp = kg_h(setpoint);
  readings_.mode = static_cast<double>(mode_);
  readings_.screw_speed_pv = speed_rpm_ * (1 + 0.003 * speed_jitter) + 0.05 * speed_jitter;

  // The weighing filter keeps the 0.3 s knocks from the controller; the transmitted weight shows them.
  const double knock = 17.5 + 4 * std::clamp(vibration_noise_.next(), -3.0, 3.0);
  const bool shaken = vibration_.uniform(second_) < vibrations_per_s;
  readings_.netweight_pv = measured_kg_ + (shaken ? knock * own_.weight_noise_kg : 0);

  const bool blind = mode_ == Mode::volumetric || mode_ == Mode::refill;
  const double believed = hold_flow_ / std::max(hold_speed_, speed_low_rpm) * curve(measured_kg_) / curve(hold_weight_kg_);  // g per rpm and s
  const double flow = blind ? believed * readings_.screw_speed_pv : estimator_.flow_g_s();
  readings_.massflow_pv = kg_h(flow);
  if (speed_rpm_ >= speed_low_rpm) readings_.feed_factor += (flow * 60 / readings_.screw_speed_pv - readings_.feed_factor) / feed_factor_filter_s;
  const double load = turning ? torque_idle_pct + torque_load_pct * feed_factor_ / feed_factor_nominal_ : 0;
  readings_.drive_torque = load + (turning ? 1.0 : 0.1) * torque_noise_.next();
}

void Feeder::name_signals(std::string_view id, SignalTable& table) const {
  table.add(id, "massflow_sp", &readings_.massflow_sp);
  table.add(id, "massflow_pv", &readings_.massflow_pv);
  table.add(id, "netweight_pv", &readings_.netweight_pv);
  table.add(id, "screw_speed_pv", &readings_.screw_speed_pv);
  table.add(id, "feed_factor", &readings_.feed_factor);
  table.add(id, "drive_torque", &readings_.drive_torque);
  table.add(id, "mode", &readings_.mode);
}

}  // namespace steadyline
