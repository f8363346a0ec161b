#pragma once

#include <optional>
#include <span>

#include "line/line.h"
#include "monitor/alarm.h"

namespace steadyline {

/// How a number stands to a band: `between` within `deadband` (share of the band's width) inside a limit; `limit` is the one
/// exceeded, else the nearer one. A NaN is unknown.
struct LimitReading {
  Sign sign;
  double limit;
};
LimitReading read_limit(double value, const Band& band, double deadband);

/// The band's width; of a one-sided band the magnitude of its limit.
double width_of(const Band& band);

/// One quantile's course over the horizons, within a fan [targets][horizons][quantiles].
struct Course {
  std::span<const float> fan;
  std::size_t first;   ///< place of the first horizon's value
  std::size_t stride;  ///< quantiles
  double at(std::size_t horizon) const { return static_cast<double>(fan[first + horizon * stride]); }
};

/// Seconds until a course that starts at `now` first reaches `limit` from below (`upward`) or above; linear between horizons. Empty: not
/// within the horizons.
std::optional<double> seconds_to_reach(double limit, bool upward, double now, std::span<const double> horizons_s, const Course& course);

/// When a forecast reaches a limit: the median's time and those of the outer quantiles. `s_high` is empty when the slower one never does.
struct TimeToLimit {
  double s;
  double s_low;
  std::optional<double> s_high;
  friend bool operator==(const TimeToLimit&, const TimeToLimit&) = default;
};

/// How probable it is that a value whose quantiles at `levels` are `values` lies outside the band. Between two quantiles the probability is
/// spread evenly; beyond the outer ones it falls off exponentially from the density it has there.
double breach_probability(const Band& band, std::span<const double> levels, std::span<const float> values);

/// What a forecast says about a band: raise when the median crosses a limit while `now` is inside.
struct ForecastReading {
  Sign sign = Sign::unknown;
  double limit = 0;
  std::optional<TimeToLimit> time_to_limit;
};
ForecastReading read_forecast(double now, const Band& band, double deadband, std::span<const double> horizons_s, std::size_t quantiles,
                              std::span<const float> fan, std::size_t target);

}  // namespace steadyline
