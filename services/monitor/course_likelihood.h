#pragma once

#include <cstddef>
#include <vector>

#include "core/matrix.h"

namespace steadyline {

/// By series one value for each time, at even steps; empty: the series is not touched.
using Courses = std::vector<std::vector<double>>;

/// How likely several series are, if they are made of noise and of effects whose course is known and whose size is not: a linear model with
/// normal priors, the sizes integrated out (marginal likelihood; Kay 1993, ch. 12; for steps at unknown times Willsky and Jones 1976).
/// Each series' noise is learned from itself: white from neighbouring values, slow (20 min) from those ten minutes apart, by medians, which
/// a step does not move; its level is unknown.
///
/// Threads  constant between calls of `add`. Errors: none; a series that never moves is left out.
class CourseLikelihood {
 public:
  /// At least 10 values each.
  CourseLikelihood(const Courses& series, double step_s);
  /// One effect more that may always be there. `usual`: standard deviation of its size.
  void add(const Courses& course, double usual);
  /// Logarithms, all less the same constant: with the effects added,
  double alone() const;
  double with(const Courses& course, double size) const;  ///< with one more that may be so large.

 private:
  std::vector<double> whitened(const Courses& course) const;
  static double evidence(const Matrix& gram, const std::vector<double>& along, const std::vector<double>& sizes);

  std::vector<Matrix> whitening_;             // by series; empty: left out
  std::vector<double> series_;                // whitened
  std::vector<std::vector<double>> courses_;  // of the effects, whitened
  std::vector<double> usual_;
  Matrix gram_;                // of the effects
  std::vector<double> along_;  // effects by the series
};

}  // namespace steadyline
