#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "evaluation/forecast_exam.h"
#include "models/bundle.h"
#include "training/recordings.h"

namespace steadyline {

/// Sums of one forecaster for one tag and horizon.
struct LossSum {
  double absolute = 0;  ///< of the median's misses, in the tag's unit
  double pinball = 0;   ///< mean over the quantiles
};

/// How well one tag was forecast one horizon ahead. Sums, so that folds can be pooled; only running, settled frames whose future is
/// usable and of the same run count, the same for everyone.
struct FanScore {
  std::string tag;
  double horizon_s = 0;
  std::size_t count = 0;
  std::size_t covered = 0;  ///< futures inside the outer quantiles of ours
  LossSum ours;
  std::map<std::string, LossSum> baselines;
  /// Pinball sums of one uninterrupted run of production (of the press: a batch or a part of one): ours, then the baselines' in order of
  /// name.
  std::vector<std::vector<double>> blocks;

  double mae() const;
  double pinball() const;
  double coverage() const;
  std::string best_baseline() const;  ///< by MAE
  double skill() const;               ///< 1 - MAE / MAE of the best baseline: above 0 ours is better
  double pinball_skill() const;       ///< the same against the baseline with the least pinball loss
  /// The same with its 95 % interval by a block bootstrap over the runs of production: 1000 resamples, the baseline chosen on all runs.
  Estimate pinball_gain(std::uint64_t seed = 1) const;
};
using ForecastScore = std::vector<FanScore>;  ///< target by target, horizon by horizon

/// Scores a bundle on recordings that it has not seen. Baselines learn from `train`; their quantiles are their residuals' there.
ForecastScore score_forecasts(const Line& line, const Bundle& bundle, std::span<const Recording> train, std::span<const Recording> judged,
                              double settle_s = 120);
/// Adds the sums of another fold; both have the same tags and horizons.
void pool(ForecastScore& sum, const ForecastScore& fold);

/// Skill over all tags for each horizon: 1 - the mean over tags of MAE / best baseline's MAE.
std::map<double, double> skill_by_horizon(const ForecastScore& score);

}  // namespace steadyline
