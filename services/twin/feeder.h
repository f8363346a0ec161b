#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "twin/disturbance.h"
#include "twin/options.h"
#include "twin/signals.h"

namespace steadyline {

/// Flow out of a hopper from its weight: least-squares slope over the last 11 readings, then a moving average (weight 0.2).
class FlowEstimator {
 public:
  static constexpr std::size_t window = 11;
  /// Forgets all weights; the average goes on from `flow_g_s`.
  void restart(double flow_g_s);
  void add(double weight_g);
  double flow_g_s() const { return average_; }

 private:
  std::array<double, window> weights_{};
  std::uint64_t count_ = 0;
  double average_ = 0;
};

/// What a fault does to a feeder in one second.
struct FeederDisturbance {
  double feed_factor = 1;  ///< factor on the feed factor: inside the loop, which fights it
  bool stopped = false;    ///< drive trip
};

/// A twin-screw loss-in-weight feeder with vacuum refill (LINE §3.1).
///
/// Modes    gravimetric: the screw follows the flow estimated from the weight. Below `refill_below_kg` the hopper is refilled; then, and for
///          20 s of settling, the feeder is blind: the screw follows the learned feed-factor curve ("refill array") and massflow_pv is
///          what that curve says. The return is bumpless.
/// Threads  one at a time.
class Feeder {
 public:
  enum class Mode { off = 0, gravimetric = 1, volumetric = 2, refill = 3 };

  Feeder(const FeederParameters& feeder, const TwinParameters& twin, std::uint64_t seed, std::string_view id, bool running);

  /// One second. Returns the powder that left, g.
  double step(double setpoint_kg_h, const FeederDisturbance& disturbance);

  double weight_kg() const { return weight_kg_; }
  double flow_g_s() const { return flow_g_s_; }  ///< true
  Mode mode() const { return mode_; }

  void name_signals(std::string_view id, SignalTable& table) const;

 private:
  struct Readings {
    double massflow_sp, massflow_pv, netweight_pv, screw_speed_pv, feed_factor, drive_torque, mode;
  };

  double curve(double weight_kg) const;  ///< nominal feed factor, g/rev
  double nominal_speed(double setpoint_g_s) const { return setpoint_g_s / feed_factor_nominal_ * 60; }
  void choose_mode(double setpoint_g_s, bool stopped);
  void begin_blind(Mode mode, double setpoint_g_s, double speed);
  double wanted_speed(double setpoint_g_s);
  void move_screw(double wanted, bool stopped);
  double discharge(double factor);
  void refill();
  void read(double setpoint_g_s);

  FeederParameters own_;
  double feed_factor_nominal_;
  Disturbance flow_noise_, density_wander_, weight_noise_, vibration_noise_, speed_noise_, torque_noise_;
  RandomStream vibration_;
  std::uint64_t second_ = 0;

  Mode mode_ = Mode::off;
  int blind_left_s_ = 0;  // of refill or settling
  double hold_speed_ = 0, hold_weight_kg_ = 0, hold_setpoint_ = 1, hold_flow_ = 0;
  double integral_ = 0;
  double fresh_powder_ = 0;  // density gain of a refill, decaying

  double weight_kg_;
  double measured_kg_;
  double speed_rpm_ = 0;
  double flow_g_s_ = 0;
  double feed_factor_;  // true, g/rev
  FlowEstimator estimator_;
  Readings readings_{};
};

}  // namespace steadyline
