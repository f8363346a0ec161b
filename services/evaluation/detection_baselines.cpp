#include "evaluation/detection_baselines.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/matrix.h"
#include "evaluation/detection_score.h"

namespace steadyline {

const std::array<std::string_view, baseline_count> baseline_names{"fixed limits", "PCA T2/Q with EWMA", "dynamic PCA", "CVA"};

namespace {

using Rows = std::vector<std::vector<double>>;

constexpr std::size_t every_s = 30, lags = 3, ahead = 3;
constexpr double usual_kg_h = 25, clipped = 20, kept_variance = 0.9, limit_at = 0.999;
constexpr double fast_weight = 0.1, mean_weight = 1.0 / 30;

std::size_t context_of(const Context& context) {
  if (context.activity != Activity::steady || context.settled_s < 600) return 2;
  const bool refill =
      std::any_of(context.units.begin(), context.units.end(), [](const UnitContext& u) { return u.activity == Activity::refill; });
  return refill ? 1 : 0;
}

/// Solves the normal equations of three regressors.
std::array<double, 3> solve(std::array<std::array<double, 4>, 3> m) {
  for (std::size_t i = 0; i < 3; ++i) {
    m[i][i] += 1e-9 * (1 + m[0][0]);  // a regressor that never moves gets nothing
    for (std::size_t r = 0; r < 3; ++r) {
      if (r == i) continue;
      const double factor = m[r][i] / m[i][i];
      for (std::size_t c = i; c < 4; ++c) m[r][c] -= factor * m[i][c];
    }
  }
  return {m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
}

Matrix matrix_of(const Rows& rows) {
  Matrix m{rows.size(), rows.empty() ? 0 : rows.front().size()};
  for (std::size_t r = 0; r < m.rows; ++r)
    std::copy(rows[r].begin(), rows[r].end(), m.values.begin() + static_cast<std::ptrdiff_t>(r * m.columns));
  return m;
}

/// The symmetric inverse square root; eigenvalues below a ten thousandth of the largest count as that much.
Matrix inverse_root(const Matrix& a) {
  const Eigen eigen = symmetric_eigen(a);
  Matrix weighted{a.rows, a.rows};
  for (std::size_t k = 0; k < a.rows; ++k) {
    const double weight = 1 / std::sqrt(std::sqrt(std::max(eigen.values[k], 1e-4 * std::max(eigen.values.front(), 1e-300))));
    for (std::size_t i = 0; i < a.rows; ++i) weighted(i, k) = weight * eigen.vectors(i, k);
  }
  return product(weighted, transposed(weighted));
}

struct Squares {
  double in = 0, beside = 0;  // T2 and Q
};

Squares squares(const Subspace& s, const std::vector<double>& x) {
  double all = 0, explained = 0, t2 = 0;
  for (const double v : x) all += v * v;
  for (std::size_t k = 0; k < s.kept; ++k) {
    const double* direction = &s.directions[k * s.inputs];
    double score = 0;
    for (std::size_t i = 0; i < s.inputs; ++i) score += direction[i] * x[i];
    explained += score * score;
    t2 += score * score / s.variances[k];
  }
  return {t2, std::max(0.0, all - explained)};
}

double over_limits(const Subspace& s, const std::vector<double>& x, std::size_t context) {
  const Squares found = squares(s, x);
  return std::max(found.in / s.limit_in[context], found.beside / s.limit_beside[context]);
}

Subspace subspace_of(const Matrix& spread, double variance) {
  const Eigen eigen = symmetric_eigen(spread);
  double all = 0, sum = 0;
  for (const double v : eigen.values) all += std::max(0.0, v);
  Subspace s;
  s.inputs = spread.rows;
  for (; s.kept < spread.rows && sum < variance * all; ++s.kept) {
    sum += eigen.values[s.kept];
    s.variances.push_back(std::max(eigen.values[s.kept], 1e-9));
    for (std::size_t i = 0; i < spread.rows; ++i) s.directions.push_back(eigen.vectors(i, s.kept));
  }
  return s;
}

void set_limits(Subspace& s, const Rows& rows, const std::vector<std::size_t>& contexts) {
  std::array<std::vector<double>, 3> in, beside;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Squares found = squares(s, rows[i]);
    in[contexts[i]].push_back(found.in);
    beside[contexts[i]].push_back(found.beside);
  }
  for (std::size_t c = 0; c < 3; ++c) {
    const std::size_t from = in[c].size() < 200 ? 0 : c;  // too few of its own: the steady ones'
    s.limit_in[c] = in[from].empty() ? 1 : std::max(1e-9, quantile_at(in[from], limit_at));
    s.limit_beside[c] = beside[from].empty() ? 1 : std::max(1e-9, quantile_at(beside[from], limit_at));
  }
}

std::vector<double> stacked(const std::deque<std::vector<double>>& past) {
  std::vector<double> x;
  for (auto part = past.rbegin(); part != past.rend(); ++part) x.insert(x.end(), part->begin(), part->end());
  return x;
}

std::vector<double> times(const std::vector<double>& matrix, const std::vector<double>& x) {
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) out[i] += matrix[i * x.size() + j] * x[j];
  return out;
}

}  // namespace

DetectionBaselines::DetectionBaselines(const Line& line, const Production& normal, std::size_t runs) {
  for (std::size_t i = 0; i < line.tags.size(); ++i)
    if (line.tags[i].modelled && line.tags[i].role != Role::setpoint) tags_.push_back(i);
  std::vector<Sample> samples;
  std::map<double, std::size_t> recipes;
  std::size_t seconds = 0;
  normal([&](std::size_t run, const Frame& frame, const Context& context) {
    if (frame.cold) seconds = 0;
    if (!frame.running || ++seconds % every_s != 0 || context.since_s < 120) return;
    samples.push_back({run, context_of(context), context.throughput, context.recipe, raw_of(frame)});
    ++recipes[context.recipe];
  });
  for (const auto& [recipe, count] : recipes)
    if (count > (recipes.contains(recipe_) ? recipes[recipe_] : 0)) recipe_ = recipe;
  learn_inputs(samples);
  // Every lag of the dynamic ones is one sampling step.
  Rows now, past, future, now_limits, past_limits;
  std::vector<std::size_t> now_contexts, past_contexts;
  Rows z;
  for (const Sample& s : samples) z.push_back(inputs_of(s.raw, s.throughput, s.recipe));
  for (std::size_t i = 0; i < z.size(); ++i) {
    const bool judges = 3 * samples[i].run >= 2 * runs;
    (judges ? now_limits : now).push_back(z[i]);
    if (judges) now_contexts.push_back(samples[i].context);
    if (i + 1 < lags || samples[i + 1 - lags].run != samples[i].run) continue;
    std::vector<double> stack;
    for (std::size_t k = 0; k < lags; ++k) stack.insert(stack.end(), z[i - k].begin(), z[i - k].end());
    (judges ? past_limits : past).push_back(stack);
    if (judges) past_contexts.push_back(samples[i].context);
    if (judges) continue;
    std::vector<double> next;
    for (std::size_t k = 1; k <= ahead; ++k) {
      const std::size_t at = std::min(i + k, z.size() - 1);
      const auto& row = samples[at].run == samples[i].run ? z[at] : z[i];
      next.insert(next.end(), row.begin(), row.end());
    }
    future.push_back(std::move(next));
  }
  pca_ = subspace_of(moments(matrix_of(now)), kept_variance);
  set_limits(pca_, now_limits, now_contexts);
  dynamic_ = subspace_of(moments(matrix_of(past)), kept_variance);
  set_limits(dynamic_, past_limits, past_contexts);
  learn_cva(past, future);
  for (auto& row : past_limits) row = times(whitening_, row);
  set_limits(cva_, past_limits, past_contexts);
}

// The directions of the whitened past that tell most of the future: of the square of the canonical correlations.
void DetectionBaselines::learn_cva(const Rows& past, const Rows& future) {
  const Matrix p = matrix_of(past), f = matrix_of(future);
  const Matrix past_root = inverse_root(moments(p)), future_root = inverse_root(moments(f));
  Matrix cross = product(transposed(p), f);
  for (double& v : cross.values) v /= static_cast<double>(past.size());
  const Matrix correlation = product(product(past_root, cross), future_root);
  const Matrix square = product(correlation, transposed(correlation));
  cva_ = subspace_of(square, kept_variance);
  std::fill(cva_.variances.begin(), cva_.variances.end(), 1.0);  // whitened
  whitening_ = past_root.values;
}

void DetectionBaselines::learn_inputs(const std::vector<Sample>& samples) {
  regression_.assign(tags_.size(), {});
  spread_.assign(tags_.size(), 1);
  for (std::size_t i = 0; i < tags_.size(); ++i) {
    std::array<std::array<double, 4>, 3> m{};
    for (const Sample& s : samples) {
      const double v = s.raw[i];
      if (std::isnan(v)) continue;
      const std::array<double, 4> row{1, s.throughput - usual_kg_h, other_recipe(s.recipe), v};
      for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t b = 0; b < 4; ++b) m[a][b] += row[a] * row[b];
    }
    if (m[0][0] < 10) continue;
    regression_[i] = solve(m);
    double sum = 0, count = 0;
    for (const Sample& s : samples) {
      const auto& [at, slope, other] = regression_[i];
      const double r = s.raw[i] - at - slope * (s.throughput - usual_kg_h) - other * other_recipe(s.recipe);
      if (std::isnan(r)) continue;
      sum += r * r;
      ++count;
    }
    spread_[i] = std::max(std::sqrt(sum / std::max(1.0, count)), 1e-9);
  }
}

std::vector<double> DetectionBaselines::raw_of(const Frame& frame) const {
  std::vector<double> raw(tags_.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < tags_.size(); ++i)
    if (usable(frame.flaws[tags_[i]])) raw[i] = frame.values[tags_[i]];
  return raw;
}

std::vector<double> DetectionBaselines::inputs_of(const std::vector<double>& raw, double throughput, double recipe) const {
  std::vector<double> z(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto& [at, slope, other] = regression_[i];
    const double r = (raw[i] - at - slope * (throughput - usual_kg_h) - other * other_recipe(recipe)) / spread_[i];
    z[i] = std::isnan(r) ? 0 : std::clamp(r, -clipped, clipped);
  }
  return z;
}

std::array<double, baseline_count> DetectionBaselines::step(const Frame& frame, const Context& context, bool settled, State& state) const {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (!frame.running) {
    state = {};
    return {none, none, none, none};
  }
  const std::vector<double> z = inputs_of(raw_of(frame), context.throughput, context.recipe);
  const bool first = state.fast.empty();
  if (first) state.fast = state.mean = z;
  for (std::size_t i = 0; i < z.size(); ++i) {
    state.fast[i] += fast_weight * (z[i] - state.fast[i]);
    state.mean[i] += mean_weight * (z[i] - state.mean[i]);
  }
  if (state.seconds++ % every_s == 0) {
    state.past.push_back(state.fast);
    if (state.past.size() > lags) state.past.pop_front();
  }
  if (!settled || state.past.size() < lags) return {none, none, none, none};
  const std::size_t where = context_of(context);
  double largest = 0;
  for (const double v : state.mean) largest = std::max(largest, std::fabs(v));
  std::array<double, baseline_count> found{largest / 3, over_limits(pca_, state.fast, where), state.smooth[2], state.smooth[3]};
  if ((state.seconds - 1) % every_s == 0) {  // a new lag: the dynamic ones see something new
    const std::vector<double> stack = stacked(state.past);
    found[2] = over_limits(dynamic_, stack, where);
    found[3] = over_limits(cva_, times(whitening_, stack), where);
  }
  state.smooth = found;
  return found;
}

}  // namespace steadyline
