#include "evaluation/realism_study.h"

#include <algorithm>
#include <cmath>

#include "twin/machines/compression.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

constexpr double least_hours = 1;
constexpr std::array feature_sets{FeatureSet::tags, FeatureSet::shape, FeatureSet::all};

double elasticity_of(const PressParameters& press) {
  std::vector<double> weight, force;
  for (int i = -10; i <= 10; ++i) {
    const double mg = press.tablet_mg * (1 + 0.005 * i);
    weight.push_back(std::log(mg));
    force.push_back(std::log(compress(press, mg, press.gap_main_mm, yield_pressure_mpa(press, 0, 0)).force_kn));
  }
  return slope(weight, force);
}

// Batches that can be judged: an hour of running and a whole window.
std::vector<PressBatch> long_enough(std::span<const PressBatch> batches) {
  std::vector<PressBatch> kept;
  for (const PressBatch& batch : batches)
    if (static_cast<double>(loop_statistics(running(batch)).rows) >= least_hours * 360 && !windows_of(batch).empty()) kept.push_back(batch);
  return kept;
}

struct Direction {
  std::vector<PressBatch> judged, others, simulated, gaussian;
};

Direction direction_of(const TwinDescription& twin, std::vector<PressBatch> judged, std::vector<PressBatch> others,
                       const StudyOptions& options, std::uint64_t number, std::vector<PressFit>& all_fits) {
  Direction d{std::move(judged), std::move(others), {}, {}};
  const auto fits = fit_press(d.others);
  for (std::size_t i = 0; i < d.judged.size(); ++i) {
    const std::uint64_t seed = options.seed * 10'000 + number * 100 + i;
    d.simulated.push_back(twin_batch(twin, fits[i % fits.size()], options.hours, seed));
    d.gaussian.push_back(gaussian_copy(d.judged[i], seed));
  }
  all_fits.insert(all_fits.end(), fits.begin(), fits.end());
  return d;
}

ScoreTriple scores_of(std::span<const Direction> directions, FeatureSet set, const StudyOptions& options) {
  std::vector<RealismScore> twin, gaussian, recorded;
  const ScoreOptions score{.features = set, .resamples = options.resamples, .seed = options.seed};
  for (const Direction& d : directions) {
    twin.push_back(tell_apart(d.judged, d.simulated, score));
    gaussian.push_back(tell_apart(d.judged, d.gaussian, score));
    recorded.push_back(tell_apart(d.judged, d.others, score));
  }
  return {pooled(twin), pooled(gaussian), pooled(recorded)};
}

}  // namespace

TwinFigures twin_figures(TwinDescription twin, double hours, double stop_hours, std::uint64_t seed) {
  leave_out_auxiliary(twin);
  TwinFigures figures{};
  figures.elasticity = elasticity_of(twin.parameters.press);
  Scenario scenario;
  scenario.seed = seed;
  scenario.duration_s = hours * 3600;
  double rsd = 0;
  PressBatch calm{"twin", "", "",
                  log_press(twin, scenario, 1, [&](const Simulation& s) { rsd += s.truth().weight_sd_mg / s.truth().weight_mg * 100; })};
  figures.srel_ratio = 0;
  for (const PressReading& r : calm.readings) figures.srel_ratio += r.srel_pct / rsd;
  for (PressReading& r : calm.readings) r = as_logged(r);
  figures.loop = loop_statistics(running(calm));
  scenario.duration_s = stop_hours * 3600;
  scenario.stops = StopStatistics::zagar;
  const PressBatch stopped{"twin", "", "", log_press(twin, scenario)};
  figures.stops = press_stops(std::span{&stopped, 1});
  return figures;
}

ProductFigures product_figures(const std::string& product, std::span<const PressBatch> batches) {
  ProductFigures figures{};
  figures.product = product;
  std::vector<LoopStatistics> all;
  for (const PressBatch& batch : batches) {
    const Running kept = running(batch);
    figures.rows += kept.rows;
    figures.settling += kept.settling;
    figures.stale += kept.stale;
    figures.incomplete += kept.incomplete;
    if (const LoopStatistics s = loop_statistics(kept); static_cast<double>(s.rows) >= least_hours * 360) all.push_back(s);
  }
  const auto median = [&](auto&& of) {
    std::vector<double> values;
    for (const LoopStatistics& s : all) values.push_back(of(s));
    return median_of(values);
  };
  figures.batches = all.size();
  figures.force_kn = median([](const LoopStatistics& s) { return s.mean[0]; });
  figures.force_noise = median([](const LoopStatistics& s) { return s.white[0] / s.mean[0]; });
  figures.allan_6 = median([](const LoopStatistics& s) { return s.allan_6; });
  figures.allan_30 = median([](const LoopStatistics& s) { return s.allan_30; });
  figures.allan_180 = median([](const LoopStatistics& s) { return s.allan_180; });
  figures.moves_per_h = median([](const LoopStatistics& s) { return s.moves_per_h; });
  figures.move_mm = median([](const LoopStatistics& s) { return s.move_mm; });
  figures.stops = press_stops(batches);
  return figures;
}

bool ScoreTriple::credible() const { return std::fabs(twin.auc - recorded.auc) < std::fabs(gaussian.auc - twin.auc); }

Study study_realism(const TwinDescription& twin, std::span<const std::vector<PressBatch>> products, const StudyOptions& options) {
  Study study;
  std::vector<Direction> directions;
  for (const auto& product : products) {
    const auto batches = long_enough(product);
    const std::string name = product.empty() ? "" : product.front().product;
    if (batches.size() < 4) {
      study.left_out.push_back(name);
      continue;
    }
    study.judged.push_back(name);
    std::array<std::vector<PressBatch>, 2> half;
    for (std::size_t i = 0; i < batches.size(); ++i) half[i % 2].push_back(batches[i]);
    for (std::size_t side : {0U, 1U})
      directions.push_back(direction_of(twin, half[side], half[1 - side], options, directions.size(), study.fits));
  }
  if (!directions.empty())
    for (const FeatureSet set : feature_sets) study.by_features.push_back(scores_of(directions, set, options));
  return study;
}

}  // namespace steadyline
