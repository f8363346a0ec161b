#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "training/sequences.h"

namespace steadyline {

/// The forecast tags' own values through running production, in their units, with their futures: what every forecaster is judged on.
struct TargetSeries {
  std::size_t targets = 0;
  std::vector<std::size_t> ahead;  ///< horizons in frames
  Sequence rows;                   ///< features: last usable value of each target first; futures in the tags' units
  std::size_t fans() const { return targets * ahead.size(); }
  std::span<const float> now(std::size_t frame) const { return rows.row(frame).first(targets); }
  std::span<const unsigned char> eventful(std::size_t frame) const { return std::span{rows.eventful}.subspan(frame * targets, targets); }
  float future(std::size_t frame, std::size_t fan) const { return rows.futures[frame * fans() + fan]; }
};
TargetSeries to_targets(const Line& line, std::span<const TagIndex> tags, std::span<const double> horizons_s,
                        std::span<const Recording> recordings);

/// A simple forecaster that any plant could run instead of ours. Fitted on the training groups only, then stepped frame by frame.
class Baseline {
 public:
  virtual ~Baseline() = default;
  virtual std::string name() const = 0;
  /// A new run begins: forget the past.
  virtual void begin() = 0;
  /// Takes the present values, and of each target whether its context is eventful, and gives a forecast for each fan, target by target,
  /// horizon by horizon. Every baseline is fitted to steady and eventful frames by themselves.
  virtual void step(std::span<const float> now, std::span<const unsigned char> eventful, std::span<double> forecasts) = 0;
};

/// Persistence, EWMA and Holt's linear trend (spans chosen for each target, horizon and group of contexts), ridge regression on the
/// target's own lags and the present of the others (Holt 1957, reprinted in Int. J. Forecasting 20, 2004).
std::vector<std::unique_ptr<Baseline>> fit_baselines(const TargetSeries& train);

/// Least squares with a ridge penalty by Householder QR of the augmented matrix. `x` is [rows][columns], row-major and used up.
std::vector<double> ridge_regression(std::vector<double> x, std::vector<double> y, std::size_t columns, std::span<const double> penalty);

}  // namespace steadyline
