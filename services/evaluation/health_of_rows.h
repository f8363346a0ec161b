#pragma once

#include <span>
#include <vector>

#include "core/matrix.h"
#include "models/health.h"

namespace steadyline {

/// The health model of a line that has given `normal` rows [rows][variables] and nothing else: the same HealthModel that runs in the
/// monitor, without a network (a few hundred rows teach none), with spans, whitening and limits by fit_health_spans. Rows count as
/// frames: their period plays no part. With `calibrate` rows the spans' limits are their T²'s 99 % quantiles on these.
class HealthOfRows {
 public:
  explicit HealthOfRows(const Matrix& normal, const Matrix* calibrate = nullptr);

  void begin() { state_ = {}; }
  /// Steps by one row: error above 1 is an alarm by the limits alone; shares() tells what speaks.
  Health step(std::span<const double> row);
  std::span<const float> shares() const { return shares_; }
  /// The error e of every row of a run.
  std::vector<double> run(const Matrix& rows);

 private:
  std::vector<float> scaled(std::span<const double> row) const;

  std::vector<double> center_, scale_;
  std::vector<float> shares_;
  HealthState state_;
  std::vector<HealthModel> model_;  // one; not before it is fitted
};

}  // namespace steadyline
