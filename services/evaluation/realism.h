#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "evaluation/press_statistics.h"

namespace steadyline {

/// What a classifier sees of five minutes: of each press reading its mean, standard deviation, lag-1 correlation and Allan deviation at 6
/// samples relative to 1; of the fill depth also the number and mean size of its moves; and how the force goes with fill depth and ejection
/// (correlations).
inline constexpr std::size_t window_rows = 30, window_features = 4 * press_tags + 4;
/// Of one tag in one window; 0 for the shape of a constant.
std::array<double, 4> tag_features(std::span<const double> values);
/// Number and mean size of the moves of a fill depth, mm.
std::array<double, 2> move_features(std::span<const double> fill_mm);
/// 0 when either is constant.
double correlation(std::span<const double> x, std::span<const double> y);

using WindowFeatures = std::array<double, window_features>;
const std::vector<std::string>& window_feature_names();
WindowFeatures window_features_of(std::span<const PressReading> rows);

/// The features of all whole windows of a batch's running, cut one after the other, after rounding as the log does.
std::vector<WindowFeatures> windows_of(const PressBatch& batch, const RunningRules& rules = {});

/// Independent normal numbers with each tag's own mean and standard deviation over the batch's running, in the same stretches, rounded as
/// logged.
PressBatch gaussian_copy(const PressBatch& batch, std::uint64_t seed, const RunningRules& rules = {});

/// Which of the features count. Levels tell one campaign from another, so `shape` leaves the four means out; `tags` is LINE's list, without
/// correlations.
enum class FeatureSet { tags, shape, all };
bool counts(FeatureSet set, std::size_t feature);

struct ScoreOptions {
  FeatureSet features = FeatureSet::tags;
  std::size_t folds = 4;         ///< at most; never more than the batches of the smaller side
  std::size_t resamples = 1000;  ///< of the batches, for the interval
  std::uint64_t seed = 1;
};

/// How well two sets of batches are told apart from single windows, by a forest trained on other batches of both sides.
struct RealismScore {
  double auc = 0;            ///< of the forest; 0.5: cannot be told apart
  double low = 0, high = 0;  ///< 95 % interval over batches (percentiles of the grouped bootstrap)
  double logistic_auc = 0;   ///< of ridge logistic regression on the same folds
  std::size_t first_windows = 0, other_windows = 0, folds = 0;
  std::array<double, window_features> alone{};  ///< AUC of each feature by itself, at least 0.5: what gives the difference away
  std::vector<double> resampled;                ///< the AUC of each resample
};

/// Cross-validated and grouped by batch: batch i of either side belongs to fold i modulo `folds`, so neighbours in the lists are judged
/// together. Needs two batches with windows on each side.
RealismScore tell_apart(std::span<const PressBatch> first, std::span<const PressBatch> other, const ScoreOptions& options = {});

/// Mean of several scores (products, or directions of the split) with the interval of the mean.
RealismScore pooled(std::span<const RealismScore> scores);

}  // namespace steadyline
