#pragma once

#include <string>
#include <vector>

#include "evaluation/forecast_exam.h"

namespace steadyline {

double pinball_loss(double truth, double forecast, double quantile);

/// Sums of losses by run, window and fan, and what follows from them: the forecaster's exam without its runs.
///
/// Fans     target by target, horizon by horizon. Intervals: 400 resamples of whole runs, 2.5 and 97.5 %.
class ExamSums {
 public:
  ExamSums(std::size_t fans, std::size_t baselines, std::size_t runs);

  void add_ours(std::size_t run, std::size_t window, std::size_t fan, double loss, bool covered);
  void add_baseline(std::size_t run, std::size_t window, std::size_t fan, std::size_t baseline, double loss);
  void add_oracle(std::size_t window, std::size_t fan, double loss, double ours);
  void add_baseline_at_oracle(std::size_t window, std::size_t fan, std::size_t baseline, double loss);
  void add_hours(double hours) { hours_ += hours; }
  void add_moments(std::size_t moments) { moments_ += moments; }

  ForecastExam conclude(const std::vector<std::string>& tags, const std::vector<double>& horizons_s,
                        const std::vector<std::string>& baselines, std::uint64_t seed) const;

 private:
  struct Sums {
    double count = 0, covered = 0, ours = 0;
    std::vector<double> baselines;
  };
  struct Summary;
  Summary summarise(const std::vector<std::size_t>& runs) const;
  const Sums& at(std::size_t run, std::size_t window, std::size_t fan) const {
    return sums_[(run * forecast_window_count + window) * fans_ + fan];
  }
  Sums& at(std::size_t run, std::size_t window, std::size_t fan) { return sums_[(run * forecast_window_count + window) * fans_ + fan]; }

  std::size_t fans_, baselines_, runs_;
  std::vector<Sums> sums_;       // [runs][windows][fans]
  std::vector<Sums> at_oracle_;  // [windows][fans], of the moments; `covered` holds the oracle's losses
  double hours_ = 0;
  std::size_t moments_ = 0;
};

}  // namespace steadyline
