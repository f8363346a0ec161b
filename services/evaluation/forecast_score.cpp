#include "evaluation/forecast_score.h"

#include <algorithm>
#include <cmath>

#include "core/philox.h"
#include "evaluation/baselines.h"
#include "evaluation/exam_sums.h"
#include "training/calibration.h"

namespace steadyline {
namespace {

/// A baseline with the quantiles of its residuals on the training frames, by fan.
struct Rival {
  Baseline* baseline;
  std::vector<std::vector<double>> shifts;  // [fan][quantile]
};

template <class Take>
void walk(Baseline& baseline, const TargetSeries& series, Take take) {
  std::vector<double> forecasts(series.fans());
  for (std::size_t i = 0; i < series.rows.frames(); ++i) {
    if (series.rows.begins(i)) baseline.begin();
    baseline.step(series.now(i), series.eventful(i), forecasts);
    take(i, forecasts);
  }
}

Rival make_rival(Baseline& baseline, const TargetSeries& train, const std::vector<double>& quantiles) {
  std::vector<std::vector<double>> residuals(train.fans());
  walk(baseline, train, [&](std::size_t i, const std::vector<double>& forecasts) {
    for (std::size_t fan = 0; fan < forecasts.size(); ++fan)
      if (const auto truth = static_cast<double>(train.future(i, fan)); !std::isnan(truth))
        residuals[fan].push_back(truth - forecasts[fan]);
  });
  Rival rival{&baseline, {}};
  for (auto& sample : residuals) {
    std::sort(sample.begin(), sample.end());
    std::vector<double> shifts;
    for (const double q : quantiles)
      shifts.push_back(sample.empty() ? 0 : sample[static_cast<std::size_t>(q * static_cast<double>(sample.size() - 1))]);
    rival.shifts.push_back(std::move(shifts));
  }
  return rival;
}

}  // namespace

double FanScore::mae() const { return count == 0 ? 0 : ours.absolute / static_cast<double>(count); }
double FanScore::pinball() const { return count == 0 ? 0 : ours.pinball / static_cast<double>(count); }
double FanScore::coverage() const { return count == 0 ? 0 : static_cast<double>(covered) / static_cast<double>(count); }

std::string FanScore::best_baseline() const {
  const auto best = std::min_element(baselines.begin(), baselines.end(),
                                     [](const auto& a, const auto& b) { return a.second.absolute < b.second.absolute; });
  return best == baselines.end() ? std::string{} : best->first;
}

double FanScore::skill() const {
  const auto best = baselines.find(best_baseline());
  return best == baselines.end() || best->second.absolute == 0 ? 0 : 1 - ours.absolute / best->second.absolute;
}

double FanScore::pinball_skill() const {
  double least = 0;
  for (const auto& [name, sum] : baselines) least = least == 0 ? sum.pinball : std::min(least, sum.pinball);
  return least == 0 ? 0 : 1 - ours.pinball / least;
}

Estimate FanScore::pinball_gain(std::uint64_t seed) const {
  constexpr std::size_t resamples = 1000;
  Estimate gain{pinball_skill(), pinball_skill(), pinball_skill()};
  if (blocks.empty() || baselines.empty()) return gain;
  const auto best = std::min_element(baselines.begin(), baselines.end(),
                                     [](const auto& a, const auto& b) { return a.second.pinball < b.second.pinball; });
  const auto rival = 1 + static_cast<std::size_t>(std::distance(baselines.begin(), best));
  std::vector<double> gains;
  for (std::size_t k = 0; k < resamples; ++k) {
    const RandomStream chance{seed, k};
    double own = 0, theirs = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto& block =
          blocks[std::min(blocks.size() - 1, static_cast<std::size_t>(chance.uniform(i) * static_cast<double>(blocks.size())))];
      own += block[0];
      theirs += block[rival];
    }
    if (theirs > 0) gains.push_back(1 - own / theirs);
  }
  if (gains.empty()) return gain;
  std::sort(gains.begin(), gains.end());
  gain.low = gains[gains.size() * 25 / 1000];
  gain.high = gains[std::min(gains.size() - 1, gains.size() * 975 / 1000)];
  return gain;
}

ForecastScore score_forecasts(const Line& line, const Bundle& bundle, std::span<const Recording> train, std::span<const Recording> judged,
                              double settle_s) {
  const ForecasterSpec& spec = bundle.forecaster;
  const std::size_t horizons = spec.horizons_s.size(), quantiles = spec.quantiles.size();
  std::vector<TagIndex> tags;
  for (const std::size_t target : spec.targets) tags.push_back(bundle.features.tags[target]);
  const TargetSeries learned = to_targets(line, tags, spec.horizons_s, train);
  const TargetSeries series = to_targets(line, tags, spec.horizons_s, judged);
  const auto settle = static_cast<std::int64_t>(std::ceil(settle_s * 1000 / static_cast<double>(line.period.count())));
  const auto counts = [&](std::size_t i, std::size_t fan) { return series.rows.since[i] >= settle && !std::isnan(series.future(i, fan)); };

  const auto baselines = fit_baselines(learned);
  std::map<std::string, std::size_t> place_of;  // within a block, in order of name
  for (const auto& baseline : baselines) place_of[baseline->name()];
  std::size_t next = 1;
  for (auto& [name, place] : place_of) place = next++;
  const std::size_t runs = series.rows.run.empty() ? 0 : static_cast<std::size_t>(series.rows.run.back()) + 1;
  ForecastScore score;
  for (std::size_t fan = 0; fan < series.fans(); ++fan) {
    FanScore empty;
    empty.tag = line.tag(tags[fan / horizons]).path;
    empty.horizon_s = spec.horizons_s[fan % horizons];
    empty.blocks.assign(runs, std::vector<double>(next, 0));
    score.push_back(std::move(empty));
  }
  const Sequence inputs = to_sequence(line, bundle.features, Question{spec.targets, series.ahead}, judged);
  const std::vector<float> ours = run_engine(inputs, bundle);
  for (std::size_t i = 0; i < series.rows.frames(); ++i)
    for (std::size_t fan = 0; fan < series.fans(); ++fan) {
      if (!counts(i, fan)) continue;
      const std::size_t place = spec.targets[fan / horizons];
      const double scale = bundle.features.scale[place];
      const auto truth = (static_cast<double>(series.future(i, fan)) - bundle.features.center[place]) / scale;
      const float* const q = &ours[(i * series.fans() + fan) * quantiles];
      FanScore& s = score[fan];
      ++s.count;
      s.covered += truth >= static_cast<double>(q[0]) - 1e-6 && truth <= static_cast<double>(q[quantiles - 1]) + 1e-6 ? 1 : 0;
      s.ours.absolute += scale * std::fabs(truth - static_cast<double>(q[quantiles / 2]));
      double loss = 0;
      for (std::size_t k = 0; k < quantiles; ++k)
        loss += scale * pinball_loss(truth, static_cast<double>(q[k]), spec.quantiles[k]) / static_cast<double>(quantiles);
      s.ours.pinball += loss;
      s.blocks[static_cast<std::size_t>(series.rows.run[i])][0] += loss;
    }
  for (const auto& baseline : baselines) {
    const std::size_t place = place_of.at(baseline->name());
    const Rival rival = make_rival(*baseline, learned, spec.quantiles);
    walk(*baseline, series, [&](std::size_t i, const std::vector<double>& forecasts) {
      for (std::size_t fan = 0; fan < forecasts.size(); ++fan) {
        if (!counts(i, fan)) continue;
        const auto truth = static_cast<double>(series.future(i, fan));
        LossSum& sum = score[fan].baselines[baseline->name()];
        sum.absolute += std::fabs(truth - forecasts[fan] - rival.shifts[fan][quantiles / 2]);
        double loss = 0;
        for (std::size_t k = 0; k < quantiles; ++k)
          loss += pinball_loss(truth, forecasts[fan] + rival.shifts[fan][k], spec.quantiles[k]) / static_cast<double>(quantiles);
        sum.pinball += loss;
        score[fan].blocks[static_cast<std::size_t>(series.rows.run[i])][place] += loss;
      }
    });
  }
  return score;
}

void pool(ForecastScore& sum, const ForecastScore& fold) {
  if (sum.empty()) {
    sum = fold;
    return;
  }
  for (std::size_t i = 0; i < sum.size() && i < fold.size(); ++i) {
    sum[i].count += fold[i].count;
    sum[i].covered += fold[i].covered;
    sum[i].ours.absolute += fold[i].ours.absolute;
    sum[i].ours.pinball += fold[i].ours.pinball;
    sum[i].blocks.insert(sum[i].blocks.end(), fold[i].blocks.begin(), fold[i].blocks.end());
    for (const auto& [name, loss] : fold[i].baselines) {
      sum[i].baselines[name].absolute += loss.absolute;
      sum[i].baselines[name].pinball += loss.pinball;
    }
  }
}

std::map<double, double> skill_by_horizon(const ForecastScore& score) {
  std::map<double, std::pair<double, double>> sums;
  for (const FanScore& fan : score) {
    sums[fan.horizon_s].first += fan.skill();
    sums[fan.horizon_s].second += 1;
  }
  std::map<double, double> skill;
  for (const auto& [horizon, sum] : sums) skill[horizon] = sum.first / sum.second;
  return skill;
}

}  // namespace steadyline
