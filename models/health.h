#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/bundle.h"

namespace steadyline {

/// Running state of the health score of one line. A plain value.
struct HealthState {
  double smoothed = 0;
  bool warm = false;  ///< false: the next step begins anew
  std::vector<double> means;  ///< EWMA of the residuals, [spans][tags]
  double frames = 0;          ///< stepped since it began anew: a young EWMA is a plain mean
  friend bool operator==(const HealthState&, const HealthState&) = default;
};

struct Health {
  double score = 100;        ///< 0..100, 100 = as trained, 50 = the calibrated limit
  double error = 0;          ///< e of HealthSpec
  bool inside = true;        ///< not unlike anything trained
};

/// Runs a bundle's autoencoder on one line's features and condenses the errors into one score.
///
/// Shape    features: [FeatureSpec::size()]; contributions: [tag_count], shares of the error that sum to 1 (or all 0).
/// Threads  constant after construction. Bits: as Forecaster. Errors: none after construction.
class HealthModel {
 public:
  explicit HealthModel(const Bundle& bundle);
  ~HealthModel();
  HealthModel(HealthModel&&) noexcept;
  HealthModel& operator=(HealthModel&&) noexcept;

  Health step(std::span<const float> features, HealthState& state, std::span<float> contributions) const;
  /// T²_k of each span, [spans], of the state after a step. In the order of HealthSpec::spans.
  void statistics(const HealthState& state, std::span<double> out) const;
  /// The autoencoder's residuals r_i alone, [2 * tag_count] (training calibrates on them); usable tags only, others 0.
  void residuals(std::span<const float> features, std::span<float> out) const;

 private:
  struct Weights;
  std::unique_ptr<const Weights> weights_;
};

}  // namespace steadyline
