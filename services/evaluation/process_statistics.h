#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/matrix.h"

namespace steadyline {

/// A classical statistic of multivariate process monitoring: fitted on normal rows, stepped row by row, alarmed above a level that a share
/// of normal rows passes. Rows are [variables], in any units; each is centred and scaled by the normal rows.
///
/// Threads  one at a time; a copy by fit again. Errors: none; a variable without any spread is left out.
class ProcessStatistic {
 public:
  virtual ~ProcessStatistic() = default;
  virtual std::string_view name() const = 0;
  /// Forgets the past rows: call where a run begins.
  virtual void begin() = 0;
  /// The statistics of the row, brought to one by their normal rows' quantile of 99 %, joined by the maximum. 0 while too few rows came.
  virtual double step(std::span<const double> row) = 0;
};

/// Principal components that hold `share` of the variance: T² in them, Q beside them, of the EWMA of the scaled rows with weight `lambda`
/// (1: none). With `lags` > 0 each row is followed by so many past ones: dynamic PCA (Ku, Storer & Georgakis 1995).
std::unique_ptr<ProcessStatistic> fit_pca(const Matrix& normal, double share = 0.9, double lambda = 1, std::size_t lags = 0);

/// Canonical variates between `lags` past rows and as many future ones (Russell, Chiang & Braatz 2000): T² of the state of order `order`
/// (0: so many that they hold half of the sum of the canonical correlations) and T² of the other variates. The rows are smoothed by an
/// EWMA with weight `lambda` first.
std::unique_ptr<ProcessStatistic> fit_cva(const Matrix& normal, std::size_t lags = 2, std::size_t order = 0, double lambda = 1);

/// The level that `false_alarm_share` of the rows of a normal run pass, by the statistic as it stands.
double level_at(ProcessStatistic& statistic, const Matrix& normal, double false_alarm_share);

/// The statistic of every row of one run.
std::vector<double> run_statistic(ProcessStatistic& statistic, const Matrix& rows);

/// Quantile by order statistics; 0 of nothing.
double quantile_of(std::vector<double> values, double p);

}  // namespace steadyline
