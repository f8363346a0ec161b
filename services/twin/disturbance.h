#pragma once

#include <cstdint>
#include <string_view>

#include "core/philox.h"

namespace steadyline {

/// Gaussian noise of one named cause, one number a second: white (tau 0) or AR(1) with a correlation time.
/// The numbers depend on (seed, unit and cause, second) alone, so a cause added elsewhere, or a fault, changes no other cause's numbers.
/// Call `next` exactly once a second, also at standstill.
class Disturbance {
 public:
  /// `sd` is the stationary standard deviation; the first number is drawn from the stationary distribution.
  Disturbance(std::uint64_t seed, std::string_view unit, std::string_view cause, double sd, double tau_s = 0);
  double next();

 private:
  RandomStream stream_;
  double sd_;
  double memory_;   // phi = exp(-1 / tau)
  double renewal_;  // sqrt(1 - phi^2)
  double state_ = 0;
  std::uint64_t second_ = 0;
};

/// The stream number of a cause of a unit: FNV-1a, 64 bits, of "unit#cause".
std::uint64_t stream_of(std::string_view unit, std::string_view cause);

}  // namespace steadyline
