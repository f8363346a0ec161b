#pragma once

#include <array>
#include <cstddef>

namespace steadyline {

/// Flow out of a hopper from its weight: least-squares slope over the last 11 readings, then a moving average (weight 0.2).
class FlowEstimator {
 public:
  static constexpr std::size_t window = 11;
  /// Forgets all weights; the average goes on from `flow_g_s`.
  void restart(double flow_g_s);
  void add(double weight_g);
  double flow_g_s() const { return average_; }

 private:
  std::array<double, 2 * window> weights_{};  // each weight twice, a window apart: the last ones always lie in a row
  std::size_t next_ = 0, known_ = 0;
  double average_ = 0;
};

}  // namespace steadyline
