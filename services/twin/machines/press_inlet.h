#pragma once

#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/machines/nir.h"
#include "twin/machines/orders.h"
#include "twin/parameters.h"
#include "twin/machines/vessel.h"

namespace steadyline {

/// From blender 2 into the dies: chute CH1 with level and NIR1, diverter V1 below it, feed frame FF1 with its paddles and NIR2 (LINE §3.2).
///
/// Flow      the paddles draw what the press takes and refill the bed within seconds. V1 in divert lets go to waste as much as arrives, so
/// that the
///           chute keeps its level; the feed frame gets nothing.
/// Signals   ch1/level (a loop sees its reading), ch1/v1_cmd, v1_pos, ch1/nir1_*, ff1/nir2_*, ff1/paddle_sp, paddle_pv, bed_height: 14.
/// Threads   one at a time.
class PressInlet {
 public:
  /// Starts in the steady state of `steady_flow` (g of each part a second), or empty when that is nothing.
  PressInlet(const TwinParameters& parameters, const Powder& steady_flow, Board& board);

  /// One second; what the press gets: `press_takes_g`, or less when the feed frame has no more.
  Powder step(const Powder& from_blender2, double press_takes_g, const Orders& orders, const Effects& effects, Board& board);

  double level_pct() const;                          ///< true level of the chute
  double bed_share() const;                          ///< filling of the feed frame, 1 nominal
  double paddle_rpm() const { return paddle_rpm_; }  ///< 0: they stand
  double room_g() const;                             ///< what blender 2 can give up in a second: it backs up behind a full chute
  const Powder& outlet() const { return feed_frame_.outlet(); }  ///< composition at the dies
  const Powder& diverted() const { return diverted_; }           ///< in the last second, through V1
  double chute_g() const { return chute_.holdup_g(); }
  double feed_frame_g() const { return feed_frame_.holdup_g(); }
  SignalId level_signal() const { return level_; }
  Powder contents() const;
  const Powder& steady_outflow() const { return feed_frame_.steady_outflow(); }

 private:
  void move_diverter(bool divert);
  double drawn_g(double press_takes_g, const Orders& orders, const Effects& effects) const;

  PathParameters own_;
  double chute_full_g_, bed_full_g_;
  Vessel chute_, feed_frame_;
  Nir nir1_, nir2_;
  double v1_ = 0;  // 0: to the press .. 1: to waste
  double paddle_rpm_ = 0;
  Powder diverted_{};
  SignalId level_, v1_cmd_, v1_pos_, paddle_sp_, paddle_pv_, bed_height_;
};

}  // namespace steadyline
