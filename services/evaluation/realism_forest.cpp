#include "evaluation/realism_forest.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/philox.h"

namespace steadyline {

/// Grows one tree over rows of a table.
class TreeGrower {
 public:
  TreeGrower(const FeatureTable& table, std::span<const double> weight, const std::vector<bool>& is_first, const ForestOptions& options,
             std::uint64_t tree)
      : table_{table}, weight_{weight}, is_first_{is_first}, options_{options}, random_{options.seed, tree}, rows_(table.rows()) {
    std::iota(rows_.begin(), rows_.end(), std::size_t{0});
  }

  std::vector<Forest::Node> grow() {
    split(0, rows_.size());
    return std::move(nodes_);
  }

 private:
  struct Share {
    double first = 0, all = 0;
    double impurity() const { return all > 0 ? first * (all - first) / all : 0; }  // Gini, times the weight
  };
  struct Cut {
    std::size_t column = 0;
    double threshold = 0, impurity = 0;
  };

  std::size_t split(std::size_t from, std::size_t to) {
    const std::size_t place = nodes_.size();
    nodes_.emplace_back();
    Share here;
    for (std::size_t i = from; i < to; ++i) add(here, rows_[i]);
    nodes_[place].share = here.first / here.all;
    if (to - from < 2 * options_.least_rows || here.impurity() <= 0) return place;
    const Cut cut = best_cut(from, to, here.impurity());
    if (cut.impurity >= here.impurity()) return place;
    const auto begin = rows_.begin();
    const auto middle = std::partition(begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to),
                                       [&](std::size_t r) { return table_.row(r)[cut.column] < cut.threshold; });
    const auto at = static_cast<std::size_t>(middle - begin);
    const std::size_t low = split(from, at), high = split(at, to);
    nodes_[place] = {cut.column, cut.threshold, low, high, nodes_[place].share};
    return place;
  }

  Cut best_cut(std::size_t from, std::size_t to, double impurity) {
    Cut best{0, 0, impurity};
    for (std::size_t attempt = 0; attempt < options_.tried; ++attempt) {
      const auto column = static_cast<std::size_t>(random_.uniform(drawn_++) * static_cast<double>(table_.columns));
      double low = table_.row(rows_[from])[column], high = low;
      for (std::size_t i = from; i < to; ++i) {
        low = std::min(low, table_.row(rows_[i])[column]);
        high = std::max(high, table_.row(rows_[i])[column]);
      }
      const double threshold = low + random_.uniform(drawn_++) * (high - low);
      Share below, above;
      std::size_t count = 0;
      for (std::size_t i = from; i < to; ++i) {
        const bool is_below = table_.row(rows_[i])[column] < threshold;
        add(is_below ? below : above, rows_[i]);
        count += is_below;
      }
      if (count < options_.least_rows || to - from - count < options_.least_rows) continue;
      const double left = below.impurity() + above.impurity();
      if (left < best.impurity) best = {column, threshold, left};
    }
    return best;
  }

  void add(Share& share, std::size_t row) const {
    share.all += weight_[row];
    if (is_first_[row]) share.first += weight_[row];
  }

  const FeatureTable& table_;
  std::span<const double> weight_;
  const std::vector<bool>& is_first_;
  const ForestOptions& options_;
  RandomStream random_;
  std::uint64_t drawn_ = 0;
  std::vector<std::size_t> rows_;
  std::vector<Forest::Node> nodes_;
};

namespace {

// Both classes weigh one half.
std::vector<double> class_weights(const std::vector<bool>& is_first) {
  const auto first = static_cast<double>(std::ranges::count(is_first, true)), all = static_cast<double>(is_first.size());
  std::vector<double> weight(is_first.size());
  for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = is_first[i] ? 0.5 / first : 0.5 / (all - first);
  return weight;
}

// Solves A x = b for a symmetric positive definite A (row-major), by Cholesky; A and b are spent.
std::vector<double> solve(std::vector<double>& a, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j * n + j];
    }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

}  // namespace

Forest::Forest(const FeatureTable& table, const std::vector<bool>& is_first, const ForestOptions& options) {
  const auto weight = class_weights(is_first);
  for (std::size_t tree = 0; tree < options.trees; ++tree) trees_.push_back(TreeGrower{table, weight, is_first, options, tree}.grow());
}

double Forest::score(std::span<const double> row) const {
  double sum = 0;
  for (const auto& nodes : trees_) {
    std::size_t at = 0;
    while (nodes[at].low != 0) at = row[nodes[at].column] < nodes[at].threshold ? nodes[at].low : nodes[at].high;
    sum += nodes[at].share;
  }
  return sum / static_cast<double>(trees_.size());
}

RidgeLogistic::RidgeLogistic(const FeatureTable& table, const std::vector<bool>& is_first, double penalty)
    : mean_(table.columns, 0), scale_(table.columns, 0) {
  const auto rows = static_cast<double>(table.rows());
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (std::size_t c = 0; c < table.columns; ++c) mean_[c] += table.row(i)[c] / rows;
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (std::size_t c = 0; c < table.columns; ++c) scale_[c] += (table.row(i)[c] - mean_[c]) * (table.row(i)[c] - mean_[c]) / rows;
  for (double& s : scale_) s = s > 0 ? std::sqrt(s) : 1;
  const auto weight = class_weights(is_first);
  const std::size_t n = 2 * table.columns + 1;
  weights_.assign(n, 0);
  for (int step = 0; step < 12; ++step) {
    std::vector<double> hessian(n * n, 0), gradient(n, 0);
    for (std::size_t j = 0; j + 1 < n; ++j) {
      hessian[j * n + j] = penalty;
      gradient[j] = -penalty * weights_[j];
    }
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const auto x = expand(table.row(i));
      const double p = 1 / (1 + std::exp(-std::inner_product(x.begin(), x.end(), weights_.begin(), 0.0)));
      const double w = weight[i] * rows, curvature = w * std::max(p * (1 - p), 1e-6);
      for (std::size_t j = 0; j < n; ++j) {
        gradient[j] += w * ((is_first[i] ? 1 : 0) - p) * x[j];
        for (std::size_t k = 0; k <= j; ++k) hessian[j * n + k] += curvature * x[j] * x[k];
      }
    }
    const auto move = solve(hessian, gradient);
    for (std::size_t j = 0; j < n; ++j) weights_[j] += move[j];
  }
}

std::vector<double> RidgeLogistic::expand(std::span<const double> row) const {
  std::vector<double> x;
  for (std::size_t c = 0; c < row.size(); ++c) x.push_back(std::clamp((row[c] - mean_[c]) / scale_[c], -5.0, 5.0));
  for (std::size_t c = 0; c < row.size(); ++c) x.push_back(x[c] * x[c] / 5);
  x.push_back(1);
  return x;
}

double RidgeLogistic::score(std::span<const double> row) const {
  const auto x = expand(row);
  return std::inner_product(x.begin(), x.end(), weights_.begin(), 0.0);
}

double area_under_curve(std::span<const double> first, std::span<const double> other) {
  std::vector<double> sorted{other.begin(), other.end()};
  std::ranges::sort(sorted);
  double wins = 0;
  for (const double s : first) {
    const auto [below, above] = std::equal_range(sorted.begin(), sorted.end(), s);
    wins += static_cast<double>(below - sorted.begin()) + static_cast<double>(above - below) / 2;
  }
  return wins / static_cast<double>(first.size()) / static_cast<double>(other.size());
}

}  // namespace steadyline
