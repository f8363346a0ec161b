#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "twin/parameters.h"
#include "twin/machines/powder.h"

namespace steadyline {

/// Lets powder grow older by `seconds`: mean and mean square of the age of its API.
void grow_older(Powder& powder, double seconds);

/// Plug flow kept as a queue of mass: what enters leaves after `mass_g` more has entered, however long that takes; it grows older
/// meanwhile. Cost      a ring of fixed size: what enters in portions below a hundredth of the plug is mixed with what entered just before.
class PlugFlow {
 public:
  /// In steady flow of `steady_flow` (g of each part a second), or empty when that is nothing.
  PlugFlow(double mass_g, const Powder& steady_flow);
  Powder step(const Powder& in);
  Powder contents() const;

 private:
  struct Slice {
    Powder powder;
    double grams;
    std::int64_t entered;  // second
  };
  void append(const Powder& in, double grams);
  Powder take(double grams);

  double mass_g_;
  double held_g_ = 0;
  std::int64_t second_ = 0;
  std::vector<Slice> ring_;
  std::size_t first_ = 0, count_ = 0;
};

/// A vessel of ideally mixed tanks in series behind a plug of powder (LINE §3.2). The tanks keep their shares of the hold-up, so the flow
/// from tank to tank goes linearly from inflow to outflow. Mass is conserved to rounding and never negative.
///
/// Accuracy  one trapezoidal step a second: mean and variance of the residence time are those of the differential equation, whatever the
/// tanks' sizes. Age       what stays through a second is a second older; `krev_s` (thousand revolutions a second) is the shear it saw.
/// Cost      allocates nothing after construction.
class Vessel {
 public:
  /// Holds `holdup_g` in the steady state of `steady_flow` (g of each part a second) with its ages and shear; empty when that is nothing.
  /// The plug holds `plug_g` when full.
  Vessel(const VesselParameters& vessel, double holdup_g, double plug_g, const Powder& steady_flow, double krev_s = 0);

  /// One second: takes `in`, gives up `out_g` (or what there is).
  Powder step(const Powder& in, double out_g, double krev_s = 0);

  double holdup_g() const;                                ///< in the tanks
  const Powder& outlet() const { return tanks_.back(); }  ///< the last tank
  const Powder& inlet() const { return tanks_.front(); }  ///< the first tank
  Powder contents() const;                                ///< with the plug
  /// A second's outflow of the steady state that it was built in.
  const Powder& steady_outflow() const { return steady_outflow_; }

 private:
  void live_a_second(double krev_s);

  std::vector<double> share_;
  std::vector<Powder> tanks_;
  PlugFlow plug_;
  Powder steady_outflow_{};
};

}  // namespace steadyline
