#pragma once

#include <vector>

#include "twin/parameters.h"

namespace steadyline {

/// Mean residence times of the tanks that API passes on its way from feeder to tablet, at nominal flow and speeds, s, in order; and the
/// plug delays together.
struct Passage {
  std::vector<double> tanks_s;
  double delay_s = 0;
};
Passage nominal_passage(const TwinParameters& parameters);

/// Residence-time distribution of a passage: F(t), the share of what entered at 0 that has left by t.
///
/// Accuracy  from the step response, trapezoidal steps of `step_s`: within 1e-5.
/// Source    LINE §3.2; tanks in series, Levenspiel 1999.
class Residence {
 public:
  explicit Residence(const Passage& passage);

  double left_by(double t_s) const;             ///< F(t); 0 before 0, 1 at the end
  double quantile_s(double probability) const;  ///< the time by which that share has left
  double mean_s() const { return mean_s_; }
  double sd_s() const { return sd_s_; }
  /// The largest share of a pulse of `pulse_s` seconds that is in the outlet at one moment: max over t of F(t) - F(t - T).
  double largest_share(double pulse_s) const;

  static constexpr double step_s = 0.1;

 private:
  std::vector<double> left_;  // F at multiples of step_s
  double mean_s_, sd_s_;
};

/// One ideally mixed tank for a scalar at constant flow, with the trapezoidal rule: mean and variance exact for any step below twice its
/// residence time.
class MixedScalar {
 public:
  MixedScalar(double tau_s, double step_s, double start) : gone_{step_s / (2 * tau_s)}, held_{start} {}
  double step(double in) {
    const double last = ((1 - gone_) * held_ + 2 * gone_ * in) / (1 + gone_);
    const double out = (held_ + last) / 2;
    held_ = last;
    return out;
  }

 private:
  double gone_, held_;
};

}  // namespace steadyline
