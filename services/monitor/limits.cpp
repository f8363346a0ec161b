#include "monitor/limits.h"

#include <cmath>

#include "core/numeric.h"

namespace steadyline {

double width_of(const Band& band) {
  if (std::isfinite(band.low) && std::isfinite(band.high)) return band.high - band.low;
  return std::fabs(std::isfinite(band.high) ? band.high : band.low);
}

LimitReading read_limit(double value, const Band& band, double deadband) {
  if (std::isnan(value)) return {Sign::unknown, value};
  const double limit = band.high - value < value - band.low ? band.high : band.low;
  if (!band.contains(value)) return {Sign::raise, value > band.high ? band.high : band.low};
  const double margin = deadband * width_of(band);
  return {Band{band.low + margin, band.high - margin}.contains(value) ? Sign::clear : Sign::between, limit};
}

std::optional<double> seconds_to_reach(double limit, bool upward, double now, std::span<const double> horizons_s, const Course& course) {
  double from_s = 0;
  double from = now;
  for (std::size_t h = 0; h < horizons_s.size(); ++h) {
    const double to = course.at(h);
    if (upward ? to >= limit : to <= limit) {
      if (upward ? from >= limit : from <= limit) return from_s;
      return from_s + (horizons_s[h] - from_s) * ((limit - from) / (to - from));
    }
    from_s = horizons_s[h];
    from = to;
  }
  return std::nullopt;
}

double breach_probability(const Band& band, std::span<const double> levels, std::span<const float> values) {
  const auto at = [&](std::size_t i) { return static_cast<double>(values[i]); };
  // The share of an outer level beyond `distance` from its quantile, whose neighbour is `width` away at `step` more probability.
  const auto tail = [](double level, double distance, double width, double step) {
    return width > 0 ? level * numeric::exp(-distance / width * step / level) : 0.0;
  };
  const auto below = [&](double limit) {
    const std::size_t last = values.size() - 1;
    if (last == 0) return at(0) < limit ? 1.0 : 0.0;
    if (limit <= at(0)) return tail(levels[0], at(0) - limit, at(1) - at(0), levels[1] - levels[0]);
    if (limit >= at(last)) return 1 - tail(1 - levels[last], limit - at(last), at(last) - at(last - 1), levels[last] - levels[last - 1]);
    std::size_t i = 0;
    while (at(i + 1) < limit) ++i;
    return levels[i] + (levels[i + 1] - levels[i]) * (limit - at(i)) / (at(i + 1) - at(i));
  };
  double probability = 0;
  if (std::isfinite(band.low)) probability += below(band.low);
  if (std::isfinite(band.high)) probability += 1 - below(band.high);
  return std::fmin(1.0, probability);
}

ForecastReading read_forecast(double now, const Band& band, double deadband, std::span<const double> horizons_s, std::size_t quantiles,
                              std::span<const float> fan, std::size_t target) {
  if (std::isnan(now) || std::isnan(fan[target * horizons_s.size() * quantiles])) return {};
  if (!band.contains(now)) return {Sign::clear, 0, {}};  // no longer a forecast: the hard limit's own alarm speaks
  const auto course = [&](std::size_t quantile) { return Course{fan, target * horizons_s.size() * quantiles + quantile, quantiles}; };
  const std::size_t median = quantiles / 2;
  const double margin = deadband * width_of(band);
  ForecastReading reading{Sign::clear, 0, {}};
  for (const bool upward : {false, true}) {
    const double limit = upward ? band.high : band.low;
    if (!std::isfinite(limit)) continue;
    const auto seconds = seconds_to_reach(limit, upward, now, horizons_s, course(median));
    if (!seconds) {
      const double inner = upward ? limit - margin : limit + margin;
      if (reading.sign == Sign::clear && seconds_to_reach(inner, upward, now, horizons_s, course(median))) reading.sign = Sign::between;
      continue;
    }
    if (reading.time_to_limit && reading.time_to_limit->s <= *seconds) continue;
    const auto early = seconds_to_reach(limit, upward, now, horizons_s, course(upward ? quantiles - 1 : 0));
    const auto late = seconds_to_reach(limit, upward, now, horizons_s, course(upward ? 0 : quantiles - 1));
    reading = {Sign::raise, limit, TimeToLimit{*seconds, early.value_or(*seconds), late}};
  }
  return reading;
}

}  // namespace steadyline
