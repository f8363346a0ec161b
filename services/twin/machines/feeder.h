#pragma once

#include <cstddef>
#include <cstdint>

#include "core/philox.h"
#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/machines/flow_estimator.h"
#include "twin/machines/orders.h"
#include "twin/parameters.h"
#include "twin/machines/powder.h"
#include "twin/machines/refill_station.h"

namespace steadyline {

/// A twin-screw loss-in-weight feeder with vacuum refill (LINE §3.1).
///
/// Modes    gravimetric: the screw follows the flow estimated from the weight. Below `refill_below_kg` the hopper is refilled; then, and
/// for
///          the settling time, the feeder is blind: the screw follows the learned feed-factor curve ("refill array") and massflow_pv is
///          what that curve says. The return is bumpless.
/// Powder   the hopper mixes ideally: a new lot comes out with a tail of weight / flow.
/// Signals  fdN/..., 12 of them. The loop sees netweight_pv and screw_speed_pv as their instruments read them, faults included.
/// Values   copyable: the copy goes on by itself.
/// Threads  one at a time.
class Feeder {
 public:
  enum class Mode { off = 0, gravimetric = 1, volumetric = 2, refill = 3 };

  /// `setpoint_kg_h` > 0: already running in gravimetric mode; 0: off. `open_loop`: Scenario's test mode, the set-point comes out exactly,
  /// times the effects, with the weight kept and the present lot in all of the hopper.
  Feeder(const FeederParameters& feeder, const FeedingParameters& feeding, std::size_t index, double setpoint_kg_h, Board& board,
         bool open_loop = false);

  /// One second. Returns the powder that left the outlet; its age begins at 0.
  Powder step(double setpoint_kg_h, const FeederEffects& effects, const Surroundings& surroundings, RefillStation& station,
              bool refill_allowed, Board& board);

  Mode mode() const { return mode_; }
  bool refill_began() const { return refill_began_; }  ///< in this second
  double weight_kg() const { return weight_kg_; }      ///< in the hopper, whatever the scale says
  double flow_g_s() const { return flow_g_s_; }        ///< out of the screw; the outlet chute may hold it back
  Powder contents() const;                             ///< of the hopper

 private:
  struct Signals {
    SignalId massflow_sp, massflow_pv, massflow_err_int, netweight_pv, screw_speed_pv, screw_speed_out, feed_factor, drive_torque,
        agitator_rpm, mode, refill_count, hopper_dp;
  };

  double curve(double weight_kg) const;  ///< nominal feed factor, g/rev
  double nominal_speed(double setpoint_g_s) const { return setpoint_g_s / feed_factor_nominal_ * 60; }
  void start_running(double setpoint_g_s);
  void choose_mode(double setpoint_g_s, bool stopped, bool refill_allowed);
  void begin_blind(Mode mode, double setpoint_g_s, double speed);
  double wanted_speed(double setpoint_g_s);
  void move_screw(double wanted);
  void discharge(const FeederEffects& effects, const Surroundings& surroundings, const Board& board);
  void refill(const FeederEffects& effects, RefillStation& station);
  void weigh(double change_g, const FeederEffects& effects);
  void read_weight(Board& board);
  void read(double setpoint_g_s, Board& board);
  void deliver_exactly(double setpoint_g_s, const FeederEffects& effects, Board& board);

  FeederParameters own_;
  FeedingParameters common_;
  std::size_t index_;
  bool open_loop_;
  Signals signals_;
  NoiseId pulse_, wander_;
  double feed_factor_nominal_, speed_approach_, fresh_decay_;
  RandomStream vibration_;
  std::uint64_t knocks_ = 0;
  double next_knock_s_;

  Mode mode_ = Mode::off;
  bool refill_began_ = false;
  bool tops_up_ = false;  // off, and the refill station fills the hopper
  int blind_left_s_ = 0;  // of refill or settling
  double hold_speed_ = 0, hold_curve_ = 1, hold_setpoint_ = 1, hold_flow_ = 0;
  double learned_ratio_ = 1;  // curve at the start of the blind time / curve now; 1 with the array off
  double integral_ = 0;
  double fresh_powder_ = 0;  // density gain of a refill, decaying
  double refills_ = 0;

  bool loaded_ = false;
  Powder gram_{};      // of the hopper's mixture
  double weight_kg_;   // true
  double weighed_kg_;  // what the scale makes of it (F04)
  double measured_kg_;
  double wanted_rpm_ = 0, speed_rpm_ = 0;
  double flow_g_s_ = 0;
  double feed_factor_;           // true, g/rev
  double feed_factor_read_ = 0;  // as the controller tells it
  double owed_g_ = 0;            // massflow_err_int
  FlowEstimator estimator_;
};

}  // namespace steadyline
