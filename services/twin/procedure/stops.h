#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/philox.h"
#include "twin/options.h"

namespace steadyline {

/// Stops that nobody planned: at a constant rate per running hour, lognormal in length.
///
/// Bits    the draw of a second depends on (seed, second) alone, so a stop more or less moves no later one.
/// Source  LINE §4: the line's default, or the statistics of recorded presses (`zagar`).
class UnplannedStops {
 public:
  UnplannedStops(StopStatistics statistics, const ProcedureParameters& parameters, std::uint64_t seed);
  /// Length of the stop that begins in this second of production, s; usually none.
  std::optional<double> begins(std::int64_t second) const;

 private:
  double per_s_ = 0, median_s_ = 0, sigma_ = 0;
  RandomStream chance_, length_;
};

/// A standstill known beforehand.
struct LineStop {
  double at_s, duration_s;
  bool cleaning;  ///< the line is run empty first and started up again afterwards
};

/// The scenario's planned stops and, with `scheduled_stops`, the procedure's own, in order of time.
std::vector<LineStop> standstills(const Scenario& scenario, const ProcedureParameters& parameters);

}  // namespace steadyline
