#include "training/health_spans.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/matrix.h"
#include "core/numeric.h"
#include "models/health.h"

namespace steadyline {
namespace {

constexpr std::array<double, 4> spans_at_most{1, 10, 60, 600};
constexpr double rows_per_span = 40;
constexpr double shrinkage = 0.01;
constexpr std::size_t blocks = 20;
constexpr double wander_share = 0.5;
constexpr double z_999 = 3.0902323061678132, z_median = 0;
constexpr double variance_floor = 1e-3;  // of a white residual's mean: a tag at rest does not cry at its first step

/// The residuals and their EWMAs of the settled frames, as the live line would have them.
struct Means {
  Matrix residuals;             ///< [frames][tags]
  std::vector<Matrix> moments;  ///< of each span's mean, [tags][tags]
};

void add_outer(std::span<const double> x, Matrix& total) {
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) total(i, j) += x[i] * x[j];
}

void finish(Matrix& total, double count, double span) {
  for (std::size_t i = 0; i < total.rows; ++i) {
    for (std::size_t j = 0; j <= i; ++j) total(i, j) = total(j, i) = total(i, j) / count;
    total(i, i) += variance_floor / (2 * span - 1);
  }
}

Means run(const Sequence& train, std::int64_t settle_frames, const Bundle& bundle) {
  const HealthModel model{bundle};
  const std::size_t tags = bundle.features.tag_count();
  const std::size_t spans = bundle.health.spans.size();
  Means means{Matrix{0, tags}, std::vector<Matrix>(spans, Matrix{tags, tags})};
  std::vector<float> shares(tags), residuals(2 * tags);
  HealthState state;
  double count = 0;
  for (std::size_t i = 0; i < train.frames(); ++i) {
    if (train.begins(i)) state = {};
    model.step(train.row(i), state, shares);
    if (train.since[i] < settle_frames || state.means.empty()) continue;
    count += 1;
    model.residuals(train.row(i), residuals);
    for (std::size_t tag = 0; tag < tags; ++tag) means.residuals.values.push_back(static_cast<double>(residuals[tag]));
    for (std::size_t k = 0; k < spans; ++k) add_outer(std::span{state.means}.subspan(k * tags, tags), means.moments[k]);
  }
  means.residuals.rows = static_cast<std::size_t>(count);
  for (std::size_t k = 0; k < spans; ++k) finish(means.moments[k], std::max(1.0, count), bundle.health.spans[k]);
  return means;
}

/// Means of equal consecutive blocks: [blocks][tags].
Matrix block_means(const Matrix& rows) {
  const std::size_t length = rows.rows / blocks;
  Matrix means{blocks, rows.columns};
  for (std::size_t b = 0; b < blocks; ++b)
    for (std::size_t i = b * length; i < (b + 1) * length; ++i)
      for (std::size_t j = 0; j < rows.columns; ++j) means(b, j) += rows(i, j) / static_cast<double>(length);
  return means;
}

/// Second moments of the steps from one block's mean to that `lag` blocks on.
Matrix steps(const Matrix& means, std::size_t lag) {
  Matrix differences{means.rows - lag, means.columns};
  for (std::size_t b = 0; b + lag < means.rows; ++b)
    for (std::size_t j = 0; j < means.columns; ++j) differences(b, j) = means(b + lag, j) - means(b, j);
  return moments(differences);
}

double variance(const Matrix& rows, std::size_t column) {
  double mean = 0, total = 0;
  for (std::size_t i = 0; i < rows.rows; ++i) mean += rows(i, column) / static_cast<double>(rows.rows);
  for (std::size_t i = 0; i < rows.rows; ++i) total += (rows(i, column) - mean) * (rows(i, column) - mean);
  return total / static_cast<double>(rows.rows);
}

/// Covariance that the wandering tags' levels gather over one training length; 0 where the level stays.
Matrix wander(const Matrix& rows) {
  const std::size_t tags = rows.columns;
  Matrix gathered{tags, tags};
  if (rows.rows < blocks * 2) return gathered;
  const Matrix means = block_means(rows);
  const Matrix near = steps(means, 1), far = steps(means, 3);
  std::vector<char> wanders(tags);
  for (std::size_t i = 0; i < tags; ++i) wanders[i] = variance(means, i) > wander_share * variance(rows, i) ? 1 : 0;
  for (std::size_t i = 0; i < tags; ++i)
    for (std::size_t j = 0; j < tags; ++j)
      if (wanders[i] != 0 && wanders[j] != 0) gathered(i, j) = (far(i, j) - near(i, j)) / 2 * blocks;
  const Eigen eigen = symmetric_eigen(gathered);
  Matrix positive{tags, tags};
  for (std::size_t k = 0; k < tags; ++k) {
    if (!(eigen.values[k] > 0)) continue;
    for (std::size_t i = 0; i < tags; ++i)
      for (std::size_t j = 0; j < tags; ++j) positive(i, j) += eigen.values[k] * eigen.vectors(i, k) * eigen.vectors(j, k);
  }
  return positive;
}

Matrix shrunk(const Matrix& covariance, const Matrix& added) {
  Matrix sum = covariance;
  for (std::size_t i = 0; i < sum.rows; ++i)
    for (std::size_t j = 0; j < sum.columns; ++j) sum(i, j) = (i == j ? 1 : 1 - shrinkage) * covariance(i, j) + added(i, j);
  return sum;
}

void set_whitening(const std::vector<Matrix>& all, Bundle& bundle) {
  const auto tags = static_cast<std::int64_t>(bundle.features.tag_count());
  Tensor tensor{{static_cast<std::int64_t>(all.size()), tags, tags}, {}};
  for (const Matrix& one : all)
    for (const double value : one.values) tensor.values.push_back(static_cast<float>(value));
  bundle.tensors["health.whitening"] = std::move(tensor);
}

Matrix unit(std::size_t size) {
  Matrix one{size, size};
  for (std::size_t i = 0; i < size; ++i) one(i, i) = 1;
  return one;
}

std::int64_t settled(const Sequence& rows, std::int64_t settle_frames) {
  return std::count_if(rows.since.begin(), rows.since.end(), [&](std::int64_t since) { return since >= settle_frames; });
}

}  // namespace

double chi_squared_quantile(double freedom, double z) {
  const double spread = 2 / (9 * freedom);
  const double root = 1 - spread + z * std::sqrt(spread);
  return freedom * root * root * root;
}

void fit_health_spans(const Sequence& train, std::int64_t settle_frames, Bundle& bundle) {
  HealthSpec& health = bundle.health;
  const std::size_t tags = bundle.features.tag_count();
  health.spans.clear();
  const auto frames = static_cast<double>(settled(train, settle_frames));
  for (const double span : spans_at_most)
    if (span * rows_per_span <= frames) health.spans.push_back(span);
  const double limit = chi_squared_quantile(static_cast<double>(tags), z_999);
  health.span_limits.assign(health.spans.size(), limit);
  health.e_limit = 1;
  health.e_typical = chi_squared_quantile(static_cast<double>(tags), z_median) / limit;
  if (health.spans.empty()) return;
  set_whitening(std::vector<Matrix>(health.spans.size(), unit(tags)), bundle);
  const Means means = run(train, settle_frames, bundle);
  const Matrix added = wander(means.residuals);
  std::vector<Matrix> whitening;
  for (const Matrix& covariance : means.moments) whitening.push_back(whitening_of(shrunk(covariance, added)).value_or(unit(tags)));
  set_whitening(whitening, bundle);
}

void fit_span_limits(const Sequence& calibrate, std::int64_t settle_frames, double share, Bundle& bundle) {
  const HealthModel model{bundle};
  const std::size_t spans = bundle.health.spans.size();
  std::vector<std::vector<double>> seen(spans);
  std::vector<float> shares(bundle.features.tag_count());
  std::vector<double> now(spans);
  HealthState state;
  for (std::size_t i = 0; i < calibrate.frames(); ++i) {
    if (calibrate.begins(i)) state = {};
    model.step(calibrate.row(i), state, shares);
    if (calibrate.since[i] < settle_frames) continue;
    model.statistics(state, now);
    for (std::size_t k = 0; k < spans; ++k) seen[k].push_back(now[k]);
  }
  for (std::size_t k = 0; k < spans; ++k) {
    if (seen[k].empty()) continue;
    const auto place = seen[k].begin() + static_cast<std::ptrdiff_t>(std::llround(share * static_cast<double>(seen[k].size() - 1)));
    std::nth_element(seen[k].begin(), place, seen[k].end());
    bundle.health.span_limits[k] = std::max(1e-9, *place);
  }
}

}  // namespace steadyline
