#pragma once

#include <limits>
#include <string_view>

#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/parameters.h"
#include "twin/machines/vessel.h"

namespace steadyline {

/// A continuous blender with hold-up: it gives up m0 * (M/M0)^(1/0.6) * (N/N0)^(0.7/0.6) (LINE §3.2), so that in steady flow
/// M = M0 * (flow/m0)^0.6 * (N/N0)^-0.7. Blender 1 says how evenly it mixed what leaves it; blender 2 counts the revolutions that
/// the powder sees as lubrication (LINE §3.3).
///
/// Signals   rpm_sp, rpm_pv, holdup, torque, motor_a, temp.
/// Threads   one at a time.
class Blender {
 public:
  enum class Which { first, second };
  /// Starts in the steady state of `steady_flow` (g of each part a second), or empty when that is nothing.
  Blender(const TwinParameters& parameters, Which which, const Powder& steady_flow, Board& board);

  /// One second at set-point `rpm`; what comes out, at most `outlet_room_g`.
  Powder step(const Powder& in, double rpm, const BlenderEffects& effects, Board& board,
              double outlet_room_g = std::numeric_limits<double>::infinity());

  double holdup_g() const { return vessel_.holdup_g(); }
  Powder contents() const { return vessel_.contents(); }
  const Powder& steady_outflow() const { return steady_outflow_; }
  /// The hold-up in steady flow.
  double steady_holdup_g(double flow_g_s, double rpm) const;

 private:
  double outflow_g(double rpm, double adhesion);
  void mix(Powder& out, double rpm);
  void show(double rpm_sp, double rpm, double holdup_g, Board& board);

  BlenderParameters own_;
  double nominal_flow_g_s_, nominal_holdup_g_;
  double room_c_, temp_c_, warming_;
  bool lubricates_;
  PathParameters path_;
  Vessel vessel_;
  Powder steady_outflow_;
  double known_rpm_ = 0, known_rpm_factor_ = 0;  // pow() of a speed that rarely changes
  double mixed_rpm_ = 0, mixed_variance_ = 0;    // the same of the unevenness
  SignalId rpm_sp_, rpm_pv_, holdup_, torque_, motor_a_, temp_;
};

/// Relative sd of the API content between samples of the size of a tablet, %: what blender 1 gives at a speed (LINE §3.2).
double blend_rsd_pct(const PathParameters& path, double blender1_rpm);
/// The same of some powder, as blender 1 left it; 0 without powder.
double blend_rsd_pct(const Powder& powder);

}  // namespace steadyline
