#include "evaluation/process_statistics.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr double level_share = 0.99;

/// Centres and scales rows by the normal ones; a variable without spread becomes 0.
struct Scaling {
  std::vector<double> center, factor;

  explicit Scaling(const Matrix& normal) : center(normal.columns, 0.0), factor(normal.columns, 0.0) {
    const auto count = static_cast<double>(normal.rows);
    for (std::size_t j = 0; j < normal.columns; ++j) {
      double square = 0;
      for (std::size_t i = 0; i < normal.rows; ++i) center[j] += normal(i, j) / count;
      for (std::size_t i = 0; i < normal.rows; ++i) square += (normal(i, j) - center[j]) * (normal(i, j) - center[j]);
      const double spread = std::sqrt(square / std::max(1.0, count - 1));
      factor[j] = spread > 1e-12 * (1 + std::fabs(center[j])) ? 1 / spread : 0;
    }
  }
  double operator()(std::span<const double> row, std::size_t j) const { return (row[j] - center[j]) * factor[j]; }
};

/// The scaled row's EWMA, followed by the past ones: the newest first.
class Past {
 public:
  Past(const Matrix& normal, double lambda, std::size_t lags) : scaling_{normal}, lambda_{lambda}, lags_{lags} {}

  void begin() { rows_.clear(); }
  /// False until there are enough rows.
  bool push(std::span<const double> row) {
    std::vector<double> scaled(row.size());
    for (std::size_t j = 0; j < row.size(); ++j) {
      const double now = scaling_(row, j);
      scaled[j] = rows_.empty() ? now : rows_.front()[j] + lambda_ * (now - rows_.front()[j]);
    }
    rows_.insert(rows_.begin(), std::move(scaled));
    if (rows_.size() > lags_ + 1) rows_.pop_back();
    return rows_.size() == lags_ + 1;
  }
  /// Rows `from` .. `to` back, one after the other.
  std::vector<double> joined(std::size_t from, std::size_t to) const {
    std::vector<double> all;
    for (std::size_t k = from; k < to; ++k) all.insert(all.end(), rows_[k].begin(), rows_[k].end());
    return all;
  }
  std::size_t lags() const { return lags_; }

 private:
  Scaling scaling_;
  double lambda_;
  std::size_t lags_;
  std::vector<std::vector<double>> rows_;
};

Matrix to_matrix(const std::vector<std::vector<double>>& rows) {
  Matrix all{rows.size(), rows.empty() ? 0 : rows.front().size()};
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy(rows[i].begin(), rows[i].end(), all.values.begin() + static_cast<std::ptrdiff_t>(i * all.columns));
  return all;
}

std::span<const double> row_of(const Matrix& rows, std::size_t i) { return std::span{rows.values}.subspan(i * rows.columns, rows.columns); }

/// Joins several statistics by their ratios to what 1 % of the normal rows pass.
class Joined : public ProcessStatistic {
 public:
  double step(std::span<const double> row) final {
    const std::vector<double> parts = measure(row);
    double most = 0;
    for (std::size_t k = 0; k < parts.size(); ++k) most = std::max(most, limits_.empty() ? parts[k] : parts[k] / limits_[k]);
    return most;
  }

 protected:
  /// The statistics of one row; empty while too few rows came.
  virtual std::vector<double> measure(std::span<const double> row) = 0;
  void calibrate(const Matrix& normal) {
    std::vector<std::vector<double>> seen;
    begin();
    for (std::size_t i = 0; i < normal.rows; ++i) {
      const std::vector<double> parts = measure(row_of(normal, i));
      seen.resize(std::max(seen.size(), parts.size()));
      for (std::size_t k = 0; k < parts.size(); ++k) seen[k].push_back(parts[k]);
    }
    for (auto& values : seen) limits_.push_back(std::max(1e-12, quantile_of(std::move(values), level_share)));
    begin();
  }

 private:
  std::vector<double> limits_;
};

class Pca final : public Joined {
 public:
  Pca(const Matrix& normal, double share, double lambda, std::size_t lags) : past_{normal, lambda, lags} {
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < normal.rows; ++i)
      if (past_.push(row_of(normal, i))) rows.push_back(past_.joined(0, lags + 1));
    eigen_ = symmetric_eigen(moments(to_matrix(rows)));
    double total = 0, held = 0;
    for (const double value : eigen_.values) total += std::max(0.0, value);
    while (kept_ < eigen_.values.size() && held < share * total) held += eigen_.values[kept_++];
    calibrate(normal);
  }
  std::string_view name() const override { return past_.lags() > 0 ? "dynamic PCA" : "PCA T²/Q"; }
  void begin() override { past_.begin(); }

 private:
  std::vector<double> measure(std::span<const double> row) override {
    if (!past_.push(row)) return {};
    const std::vector<double> x = past_.joined(0, past_.lags() + 1);
    double t2 = 0, explained = 0, whole = 0;
    for (const double value : x) whole += value * value;
    for (std::size_t k = 0; k < kept_; ++k) {
      double score = 0;
      for (std::size_t i = 0; i < x.size(); ++i) score += x[i] * eigen_.vectors(i, k);
      t2 += score * score / std::max(1e-12, eigen_.values[k]);
      explained += score * score;
    }
    return {t2, std::max(0.0, whole - explained)};
  }

  Past past_;
  Eigen eigen_;
  std::size_t kept_ = 0;
};

/// Adds a thousandth of the mean variance: past rows may depend on each other.
Matrix steadied(Matrix covariance) {
  double trace = 0;
  for (std::size_t i = 0; i < covariance.rows; ++i) trace += covariance(i, i);
  for (std::size_t i = 0; i < covariance.rows; ++i) covariance(i, i) += 1e-3 * trace / static_cast<double>(covariance.rows) + 1e-9;
  return covariance;
}

class Cva final : public Joined {
 public:
  Cva(const Matrix& normal, std::size_t lags, std::size_t order, double lambda) : past_{normal, lambda, lags - 1} {
    // For learning a window holds the future rows (the newest) and the past ones; stepping needs the past alone.
    Past window{normal, lambda, 2 * lags - 1};
    std::vector<std::vector<double>> future, past;
    for (std::size_t i = 0; i < normal.rows; ++i) {
      if (!window.push(row_of(normal, i))) continue;
      future.push_back(window.joined(0, lags));
      past.push_back(window.joined(lags, 2 * lags));
    }
    const Matrix f = to_matrix(future), p = to_matrix(past);
    whitening_ = whitening_of(steadied(moments(p))).value();
    const Matrix future_whitening = whitening_of(steadied(moments(f))).value();
    Matrix cross = product(transposed(p), f);
    for (double& value : cross.values) value /= static_cast<double>(p.rows);
    const Matrix hankel = product(product(whitening_, cross), transposed(future_whitening));
    const Eigen eigen = symmetric_eigen(product(hankel, transposed(hankel)));
    variates_ = product(transposed(eigen.vectors), whitening_);
    order_ = order > 0 ? std::min(order, eigen.values.size()) : half_of(eigen.values);
    calibrate(normal);
  }
  std::string_view name() const override { return "CVA"; }
  void begin() override { past_.begin(); }

 private:
  static std::size_t half_of(const std::vector<double>& squares) {
    double total = 0, held = 0;
    for (const double square : squares) total += std::sqrt(std::max(0.0, square));
    std::size_t order = 0;
    while (order < squares.size() && held < total / 2) held += std::sqrt(std::max(0.0, squares[order++]));
    return order;
  }
  std::vector<double> measure(std::span<const double> row) override {
    if (!past_.push(row)) return {};
    const std::vector<double> x = past_.joined(0, past_.lags() + 1);
    double state = 0, residual = 0;
    for (std::size_t k = 0; k < variates_.rows; ++k) {
      double variate = 0;
      for (std::size_t i = 0; i < x.size(); ++i) variate += variates_(k, i) * x[i];
      (k < order_ ? state : residual) += variate * variate;
    }
    return {state, residual};
  }

  Past past_;
  Matrix whitening_, variates_;
  std::size_t order_ = 0;
};

}  // namespace

std::unique_ptr<ProcessStatistic> fit_pca(const Matrix& normal, double share, double lambda, std::size_t lags) {
  return std::make_unique<Pca>(normal, share, lambda, lags);
}

std::unique_ptr<ProcessStatistic> fit_cva(const Matrix& normal, std::size_t lags, std::size_t order, double lambda) {
  return std::make_unique<Cva>(normal, std::max<std::size_t>(1, lags), order, lambda);
}

std::vector<double> run_statistic(ProcessStatistic& statistic, const Matrix& rows) {
  statistic.begin();
  std::vector<double> values;
  for (std::size_t i = 0; i < rows.rows; ++i) values.push_back(statistic.step(row_of(rows, i)));
  return values;
}

double level_at(ProcessStatistic& statistic, const Matrix& normal, double false_alarm_share) {
  return quantile_of(run_statistic(statistic, normal), 1 - false_alarm_share);
}

double quantile_of(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(std::llround(p * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

}  // namespace steadyline
