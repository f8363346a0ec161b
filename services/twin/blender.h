#pragma once

#include <cstdint>
#include <string_view>

#include "twin/disturbance.h"
#include "twin/options.h"
#include "twin/signals.h"
#include "twin/vessel.h"

namespace steadyline {

/// A continuous blender with hold-up: it gives up m0 * (M/M0)^(1/0.6) * (N/N0)^(0.7/0.6) (LINE §3.2), so that in steady flow
/// M = M0 * (flow/m0)^0.6 * (N/N0)^-0.7. Threads: one at a time.
class Blender {
 public:
  struct Nominal {
    double flow_g_s;  ///< m0
    double rpm;       ///< N0
    double torque_nm;
  };
  /// Starts in the steady state of `flow_g_s` of `composition`.
  Blender(const VesselParameters& vessel, Nominal nominal, const Powder& composition, double flow_g_s, std::uint64_t seed, std::string_view id);

  Powder step(const Powder& in, double rpm);

  double holdup_g() const { return vessel_.holdup_g(); }
  Powder contents() const { return vessel_.contents(); }
  void name_signals(std::string_view id, SignalTable& table) const;

 private:
  struct Readings {
    double rpm_pv, holdup, torque;
  };
  double steady_holdup_g(double flow_g_s) const;
  void read(double rpm);

  double nominal_holdup_g_;
  Nominal nominal_;
  Vessel vessel_;
  Disturbance rpm_noise_, holdup_noise_, holdup_drift_, torque_noise_;
  Readings readings_{};
};

}  // namespace steadyline
