#include "twin/machines/flow_estimator.h"

namespace steadyline {

void FlowEstimator::restart(double flow_g_s) {
  next_ = known_ = 0;
  average_ = flow_g_s;
}

void FlowEstimator::add(double weight_g) {
  weights_[next_] = weights_[next_ + window] = weight_g;
  next_ = next_ + 1 == window ? 0 : next_ + 1;
  if (known_ < window && ++known_ < window) return;
  constexpr double spread = 110;             // sum of (k - 5)^2, k = 0..10
  const double* const w = &weights_[next_];  // oldest first
  const double fall = (w[4] - w[6]) + 2 * (w[3] - w[7]) + 3 * (w[2] - w[8]) + 4 * (w[1] - w[9]) + 5 * (w[0] - w[10]);
  average_ += 0.2 * (fall / spread - average_);
}

}  // namespace steadyline
