#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "evaluation/press_statistics.h"
#include "evaluation/realism.h"
#include "evaluation/realism_twin.h"

namespace steadyline {

/// What the reference twin's own press does, to be held against recorded presses.
struct TwinFigures {
  double elasticity;    ///< slope of ln force on ln weight at a fixed gap, weights within +-5 %
  double srel_ratio;    ///< mean SREL over mean weight RSD of single tablets
  LoopStatistics loop;  ///< of undisturbed running
  PressStops stops;     ///< under the stop statistics `zagar`
};
/// `hours` of undisturbed running, `stop_hours` with stops.
TwinFigures twin_figures(TwinDescription twin, double hours, double stop_hours, std::uint64_t seed);

/// Medians over the batches of one product that ran an hour or more.
struct ProductFigures {
  std::string product;
  std::size_t batches = 0;
  double force_kn, force_noise, allan_6, allan_30, allan_180, moves_per_h, move_mm;
  PressStops stops;
  std::size_t rows = 0, settling = 0, stale = 0, incomplete = 0;  ///< running rows, and of these set aside
};
ProductFigures product_figures(const std::string& product, std::span<const PressBatch> batches);

/// The realism score and its two controls for one set of features.
struct ScoreTriple {
  RealismScore twin;      ///< recorded batches against the twin fitted on other batches of the product
  RealismScore gaussian;  ///< against independent normal numbers with each batch's own means and standard deviations
  RealismScore recorded;  ///< against those other batches themselves
  /// Nearer to real-against-real than to Gaussian noise.
  bool credible() const;
};

struct StudyOptions {
  double hours = 4;  ///< of the twin for each judged batch
  std::uint64_t seed = 1;
  std::size_t resamples = 1000;
};
/// Every second batch of a product is fitted, the others are judged, and the other way round. `products`: batches by product, each in order
/// of time; those with fewer than two batches to judge on either side are left out. Results by FeatureSet; empty when no product is left.
struct Study {
  std::vector<ScoreTriple> by_features;       ///< indexed by FeatureSet
  std::vector<std::string> judged, left_out;  ///< products
  std::vector<PressFit> fits;
};
Study study_realism(const TwinDescription& twin, std::span<const std::vector<PressBatch>> products, const StudyOptions& options = {});

}  // namespace steadyline
