#include "twin/procedure/stops.h"

#include <algorithm>
#include <limits>

#include "core/numeric.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

// Stops of the recorded presses, micro-stops included: 1.4 .. 2.6 per running hour, 10 % / 50 % / 90 % of them 20 / 115 .. 200 / 730 ..
// 2,300 s long.
constexpr double zagar_per_h = 2, zagar_median_s = 150, zagar_sigma = 1.5;
constexpr double shortest_s = 5, longest_s = 4 * 3600;
constexpr double seconds_per_h = 3600;

}  // namespace

UnplannedStops::UnplannedStops(StopStatistics statistics, const ProcedureParameters& p, std::uint64_t seed)
    : chance_{seed, stream_of("line", "unplanned_stop")}, length_{seed, stream_of("line", "unplanned_stop_length")} {
  if (statistics == StopStatistics::line) {
    per_s_ = p.stops_per_h / seconds_per_h;
    median_s_ = p.stop_median_s;
    sigma_ = p.stop_sigma;
  } else if (statistics == StopStatistics::zagar) {
    per_s_ = zagar_per_h / seconds_per_h;
    median_s_ = zagar_median_s;
    sigma_ = zagar_sigma;
  }
}

std::optional<double> UnplannedStops::begins(std::int64_t second) const {
  const auto i = static_cast<std::uint64_t>(second);
  if (per_s_ <= 0 || chance_.uniform(i) >= per_s_) return {};
  return std::clamp(median_s_ * numeric::exp(sigma_ * length_.normal(i)), shortest_s, longest_s);
}

std::vector<LineStop> standstills(const Scenario& scenario, const ProcedureParameters& p) {
  std::vector<LineStop> all;
  for (const PlannedStop& stop : scenario.planned_stops) all.push_back({stop.at_s, stop.duration_s, false});
  if (scenario.scheduled_stops) {
    for (double at = p.planned_stop_every_h * seconds_per_h; at < scenario.duration_s; at += p.planned_stop_every_h * seconds_per_h)
      all.push_back({at, p.planned_stop_s, false});
    for (double at = p.cleaning_every_h * seconds_per_h; at < scenario.duration_s; at += p.cleaning_every_h * seconds_per_h)
      all.push_back({at, p.cleaning_s, true});
  }
  // A cleaning that falls on a planned stop comes in its place.
  std::stable_sort(all.begin(), all.end(),
                   [](const LineStop& a, const LineStop& b) { return a.at_s != b.at_s ? a.at_s < b.at_s : a.cleaning && !b.cleaning; });
  all.erase(std::unique(all.begin(), all.end(), [](const LineStop& a, const LineStop& b) { return a.at_s == b.at_s; }), all.end());
  return all;
}

}  // namespace steadyline
