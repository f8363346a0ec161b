#pragma once

#include <optional>
#include <span>
#include <vector>

#include "twin/parameters.h"

namespace steadyline {

/// How long an error of the API feeder may last: a rectangular error `error` of its mass flow (-1: stop) under a limit of the potency.
struct FunnelCell {
  double error = 0, limit = 0;           ///< shares: -0.5, 0.1
  double deviation = 0;                  ///< of the potency if it lasts: (1 + d) / (1 + w d) - 1, w the API's share of the blend
  std::optional<double> longest_s;       ///< longest pulse inside the limit; none: any
  std::optional<double> first_breach_s;  ///< of an error that lasts; none: never
};

/// The cells error by error, limit by limit (LINE §7.3): from the residence-time distribution of the nominal line.
std::vector<FunnelCell> funnel(const TwinParameters& parameters, std::span<const double> errors, std::span<const double> limits);

/// Largest deviation of the potency at the tablet after a pulse of whole seconds, run through the vessels of the nominal line at constant
/// flow, and the first second at which it is beyond `limit`.
struct PulseResult {
  double peak = 0;
  std::optional<int> first_breach_s;
};
PulseResult run_pulse(const TwinParameters& parameters, double error, int pulse_s, double limit);

}  // namespace steadyline
