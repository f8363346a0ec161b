#pragma once

#include "twin/feeder.h"
#include "twin/options.h"

namespace steadyline {

/// One fault of a scenario as a function of time. Before its onset it has no effect at all: a run with it and one without it are the same.
///
/// F01  bridging: feed factor * (1 - severity * u), u after the onset shape; with `surge`, * (1 + 0.3 * severity) for 20 s after its end
/// F06  feeder stop: the screw stands still, the drive reports mode 0
/// F21  sensor stuck: the published reading stays as it was at the onset (loops keep the true one in this version)
class Fault {
 public:
  explicit Fault(FaultSpec spec) : spec_{std::move(spec)} {}

  /// `t_s` is the end of the second concerned, after the start; the fault acts in (on, on + duration].
  bool active(double t_s) const { return t_s > spec_.on_s && t_s <= end_s(); }
  double end_s() const { return spec_.on_s + spec_.duration_s; }
  double grown(double t_s) const;  ///< 0..1, after the onset shape
  void disturb(double t_s, FeederDisturbance& feeder) const;
  const FaultSpec& spec() const { return spec_; }

  bool acts_on_feeder() const { return spec_.id == "F01" || spec_.id == "F06"; }
  bool freezes_sensor() const { return spec_.id == "F21"; }

 private:
  FaultSpec spec_;
};

}  // namespace steadyline
