#include "evaluation/health_of_rows.h"

#include <algorithm>
#include <cmath>

#include "training/health_spans.h"

namespace steadyline {

HealthOfRows::HealthOfRows(const Matrix& normal, const Matrix* calibrate)
    : center_(normal.columns, 0.0), scale_(normal.columns, 1.0), shares_(normal.columns) {
  const auto count = static_cast<double>(normal.rows);
  for (std::size_t j = 0; j < normal.columns; ++j) {
    double square = 0;
    for (std::size_t i = 0; i < normal.rows; ++i) center_[j] += normal(i, j) / count;
    for (std::size_t i = 0; i < normal.rows; ++i) square += (normal(i, j) - center_[j]) * (normal(i, j) - center_[j]);
    if (square > 0) scale_[j] = std::sqrt(square / count);
  }
  const auto to_rows = [&](const Matrix& rows) {
    Sequence sequence;
    sequence.inputs = 4 * rows.columns + 2;
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const std::vector<float> one = scaled(std::span{rows.values}.subspan(i * rows.columns, rows.columns));
      sequence.features.insert(sequence.features.end(), one.begin(), one.end());
      sequence.run.push_back(0);
      sequence.since.push_back(static_cast<std::int64_t>(i));
    }
    return sequence;
  };
  Bundle bundle;
  for (std::size_t j = 0; j < normal.columns; ++j) bundle.features.tags.emplace_back(static_cast<std::uint32_t>(j));
  bundle.features.center = center_;
  bundle.features.scale = scale_;
  bundle.health.error_scale.assign(2 * normal.columns, 1.0);
  fit_health_spans(to_rows(normal), 0, bundle);
  if (calibrate != nullptr) fit_span_limits(to_rows(*calibrate), 0, 0.99, bundle);
  model_.emplace_back(bundle);
}

std::vector<float> HealthOfRows::scaled(std::span<const double> row) const {
  std::vector<float> features(4 * row.size() + 2, 0.0F);
  for (std::size_t j = 0; j < row.size(); ++j) {
    const double z = (row[j] - center_[j]) / scale_[j];
    if (std::isfinite(z))
      features[j] = static_cast<float>(z);
    else
      features[3 * row.size() + j] = 1;
  }
  return features;
}

Health HealthOfRows::step(std::span<const double> row) { return model_.front().step(scaled(row), state_, shares_); }

std::vector<double> HealthOfRows::run(const Matrix& rows) {
  begin();
  std::vector<double> errors;
  for (std::size_t i = 0; i < rows.rows; ++i) errors.push_back(step(std::span{rows.values}.subspan(i * rows.columns, rows.columns)).error);
  return errors;
}

}  // namespace steadyline
