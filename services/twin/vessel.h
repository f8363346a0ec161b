#pragma once

#include <array>
#include <deque>
#include <vector>

#include "twin/options.h"

namespace steadyline {

/// Powder by material, g: what moved in one second, or what lies in a tank.
using Powder = std::array<double, feeder_count>;

double total(const Powder& powder);
/// `grams` of the composition of `like`; nothing when `like` is empty.
Powder portion(const Powder& like, double grams);
Powder& operator+=(Powder& left, const Powder& right);
Powder& operator-=(Powder& left, const Powder& right);

/// Plug flow kept as a queue of mass: what enters leaves after `mass_g` more has entered, however long that takes.
class PlugFlow {
 public:
  PlugFlow(double mass_g, const Powder& composition);
  Powder step(const Powder& in);
  Powder contents() const;

 private:
  double mass_g_;
  double held_g_;
  std::deque<Powder> queue_;
};

/// A vessel of ideally mixed tanks in series behind a plug of powder (LINE §3.2). The tanks keep their shares of the hold-up,
/// so the flow from tank to tank goes linearly from inflow to outflow. Mass is conserved to rounding.
/// Accuracy  sub-steps of 0.1 s: the mean residence time is exact, its variance 0.1 s * mean too small.
class Vessel {
 public:
  /// Filled with `holdup_g` of `composition`; the plug holds `delay_s` of `nominal_g_s`.
  Vessel(const VesselParameters& vessel, double holdup_g, const Powder& composition, double nominal_g_s);

  /// One second: takes `in`, gives up `out_g` (or what there is).
  Powder step(const Powder& in, double out_g);

  double holdup_g() const;    ///< in the tanks
  Powder outlet() const { return tanks_.back(); }  ///< the last tank: composition at the outlet
  Powder contents() const;    ///< with the plug

 private:
  std::vector<double> share_;
  std::vector<Powder> tanks_;
  PlugFlow plug_;
};

}  // namespace steadyline
