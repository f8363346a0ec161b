#include "training/conformal.h"

#include <algorithm>
#include <cmath>

#include "training/namesakes.h"

namespace steadyline {
namespace {

double quantile(std::vector<double>& values, double p) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(std::llround(p * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

/// By how much the truth lies beyond the outer quantiles of one fan.
struct Misses {
  std::vector<double> below, above, middle;

  template <class Counts>
  void add(const ConformalData& data, std::size_t fan, std::size_t quantiles, Counts counts) {
    const Sequence& sequence = *data.sequence;
    const std::size_t horizons = sequence.fans / sequence.targets;
    for (std::size_t i = 0; i < sequence.frames(); ++i) {
      const auto truth = static_cast<double>(sequence.futures[i * sequence.fans + fan]);
      if (std::isnan(truth) || !counts(sequence.group[i * sequence.targets + fan / horizons])) continue;
      const float* const forecast = &(*data.forecasts)[(i * sequence.fans + fan) * quantiles];
      below.push_back(static_cast<double>(forecast[0]) - truth);
      above.push_back(truth - static_cast<double>(forecast[quantiles - 1]));
      middle.push_back(truth - static_cast<double>(forecast[quantiles / 2]));
    }
  }
};

}  // namespace

void fit_conformal(const ConformalData& calm, std::span<const ConformalData> disturbed, Bundle& bundle) {
  ForecasterSpec& spec = bundle.forecaster;
  const std::size_t quantiles = spec.quantiles.size(), fans = calm.sequence->fans;
  spec.conformal_low.assign(ForecasterSpec::groups * fans, 0);
  spec.conformal_high.assign(ForecasterSpec::groups * fans, 0);
  spec.conformal_mid.assign(ForecasterSpec::groups * fans, 0);
  const std::vector<std::size_t> kin = namesakes(bundle.tag_paths, spec.targets);
  const std::size_t horizons = spec.horizons_s.size();
  for (std::size_t fan = 0; fan < fans; ++fan) {
    for (std::size_t group = 0; group < ForecasterSpec::groups; ++group) {
      Misses misses;
      const auto take = [&](std::size_t of) {
        const auto of_group = [group](unsigned char g) { return g == group; };
        misses.add(calm, of, quantiles, of_group);
        if (group > 0)
          for (const ConformalData& data : disturbed) misses.add(data, of, quantiles, of_group);
      };
      take(fan);
      if (misses.below.size() < least_futures)
        for (std::size_t other = fan % horizons; other < fans; other += horizons)
          if (other != fan && kin[other / horizons] == kin[fan / horizons]) take(other);
      if (misses.below.size() < least_futures) {
        misses = {};
        misses.add(calm, fan, quantiles, [](unsigned char) { return true; });
      }
      if (misses.below.empty()) continue;
      const double n = static_cast<double>(misses.below.size());
      const auto level = [n](double p) { return std::min(1.0, p * (n + 1) / n); };
      const std::size_t place = group * fans + fan;
      spec.conformal_low[place] = quantile(misses.below, level(1 - spec.quantiles.front()));
      spec.conformal_high[place] = quantile(misses.above, level(spec.quantiles.back()));
      spec.conformal_mid[place] = quantile(misses.middle, 0.5);
    }
  }
}

}  // namespace steadyline
