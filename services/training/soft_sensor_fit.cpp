#include "training/soft_sensor_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace steadyline {
namespace {

constexpr int rounds = 4;
constexpr double huber = 2, ridge = 1e-3, sd_of_mad = 1.4826, score_max_squared = 16;
constexpr double least_wander = 0.05;  // per hour and of the noise: an offset never grows deaf to results
constexpr std::size_t runs_enough = 8;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Weighted means of inputs and value by run.
struct Means {
  double weight = 0, value = 0;
  std::vector<double> inputs;
};
std::map<std::size_t, Means> means_by_run(const std::vector<SoftSample>& samples, const std::vector<double>& weights) {
  std::map<std::size_t, Means> means;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    Means& own = means[samples[k].run];
    own.inputs.resize(samples[k].inputs.size());
    own.weight += weights[k];
    own.value += weights[k] * samples[k].value;
    for (std::size_t i = 0; i < own.inputs.size(); ++i) own.inputs[i] += weights[k] * samples[k].inputs[i];
  }
  for (auto& [run, own] : means) {
    own.value /= own.weight;
    for (double& input : own.inputs) input /= own.weight;
  }
  return means;
}

/// Solves the symmetric positive definite system in place (Cholesky).
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    a[j][j] = std::sqrt(std::max(a[j][j], 1e-12));
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

/// One weighted ridge regression within runs, on inputs scaled to their spread within runs.
std::vector<double> regress(const std::vector<SoftSample>& samples, const std::vector<double>& weights, const std::map<std::size_t, Means>& means) {
  const std::size_t n = samples.front().inputs.size();
  std::vector<std::vector<double>> a(n, std::vector<double>(n));
  std::vector<double> b(n);
  double total = 0;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    const Means& mean = means.at(samples[k].run);
    const double value = samples[k].value - mean.value;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = weights[k] * (samples[k].inputs[i] - mean.inputs[i]);
      b[i] += x * value;
      for (std::size_t j = 0; j <= i; ++j) a[i][j] += x * (samples[k].inputs[j] - mean.inputs[j]);
    }
    total += weights[k];
  }
  std::vector<double> scale(n);
  for (std::size_t i = 0; i < n; ++i) scale[i] = a[i][i] > 1e-18 * total ? std::sqrt(a[i][i] / total) : 0;  // a constant input has no say
  for (std::size_t i = 0; i < n; ++i) {
    b[i] = scale[i] > 0 ? b[i] / scale[i] : 0;
    for (std::size_t j = 0; j <= i; ++j) a[i][j] = scale[i] > 0 && scale[j] > 0 ? a[i][j] / (scale[i] * scale[j]) : 0;
    a[i][i] += ridge * total;
  }
  std::vector<double> found = solve(std::move(a), std::move(b));
  for (std::size_t i = 0; i < n; ++i) found[i] = scale[i] > 0 ? found[i] / scale[i] : 0;
  return found;
}

double intercept_of(const std::map<std::size_t, Means>& means, const LinearFit& fit) {
  double sum = 0;
  for (const auto& [run, mean] : means) sum += mean.value - fit.at(mean.inputs);
  return sum / static_cast<double>(means.size());
}

/// -2 log likelihood of the residuals of all runs, by the filter that will run on them. Single distances count at most four deviations.
double misfit(const std::vector<SoftSample>& samples, const std::vector<double>& residuals, const OffsetModel& model) {
  double sum = 0, offset = 0, variance = 0;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    if (k == 0 || samples[k].run != samples[k - 1].run) {
      offset = 0;
      variance = model.prior * model.prior;
    } else {
      variance += model.wander * model.wander * (samples[k].time_h - samples[k - 1].time_h);
    }
    const double spread = variance + model.noise * model.noise, innovation = residuals[k] - offset;
    sum += std::log(spread) + std::min(innovation * innovation / spread, score_max_squared);
    offset += variance / spread * innovation;
    variance *= 1 - variance / spread;
  }
  return sum;
}

/// The factor on `number` within 4^±1, then closer, that fits best.
void improve(double OffsetModel::*number, const std::vector<SoftSample>& samples, const std::vector<double>& residuals, double factor, OffsetModel& model) {
  OffsetModel best = model;
  double least = std::numeric_limits<double>::infinity();
  for (int step = -3; step <= 3; ++step) {
    OffsetModel other = model;
    other.*number *= std::pow(factor, step);
    const double found = misfit(samples, residuals, other);
    if (found < least) {
      least = found;
      best = other;
    }
  }
  model = best;
}

}  // namespace

double LinearFit::at(const std::vector<double>& inputs) const {
  double value = intercept;
  for (std::size_t i = 0; i < weights.size(); ++i) value += weights[i] * inputs[i];
  return value;
}

LinearFit fit_within_runs(const std::vector<SoftSample>& samples) {
  LinearFit fit;
  if (samples.empty()) return fit;
  std::vector<double> weights(samples.size(), 1.0);
  for (int round = 0; round < rounds; ++round) {
    const auto means = means_by_run(samples, weights);
    fit.intercept = 0;
    fit.weights = regress(samples, weights, means);
    fit.intercept = intercept_of(means, fit);
    std::vector<double> residuals(samples.size()), sizes(samples.size());
    for (std::size_t k = 0; k < samples.size(); ++k) {
      const Means& mean = means.at(samples[k].run);
      residuals[k] = samples[k].value - mean.value - (fit.at(samples[k].inputs) - fit.at(mean.inputs));
      sizes[k] = std::fabs(residuals[k]);
    }
    const double limit = huber * sd_of_mad * std::max(median(sizes), 1e-12);
    for (std::size_t k = 0; k < samples.size(); ++k) weights[k] = sizes[k] <= limit ? 1 : limit / sizes[k];
  }
  return fit;
}

OffsetModel fit_offset_model(const std::vector<SoftSample>& samples, const LinearFit& fit, double least_prior) {
  std::vector<double> residuals, steps;
  std::map<std::size_t, std::pair<double, double>> by_run;  // sum, count
  for (std::size_t k = 0; k < samples.size(); ++k) {
    residuals.push_back(samples[k].value - fit.at(samples[k].inputs));
    auto& [sum, count] = by_run[samples[k].run];
    sum += residuals.back();
    count += 1;
    if (k > 0 && samples[k].run == samples[k - 1].run) steps.push_back(std::fabs(residuals[k] - residuals[k - 1]));
  }
  double squares = 0;
  for (const auto& [run, own] : by_run) squares += (own.first / own.second) * (own.first / own.second);
  OffsetModel model;
  model.prior = by_run.size() < runs_enough ? least_prior : std::sqrt(squares / static_cast<double>(by_run.size()));
  model.noise = std::max(sd_of_mad * median(steps) / std::sqrt(2.0), 1e-9);
  model.wander = 0.3 * model.noise;
  for (const double factor : {4.0, 1.6, 1.15, 1.04}) {
    for (int again = 0; again < 2; ++again) {
      improve(&OffsetModel::wander, samples, residuals, factor, model);
      improve(&OffsetModel::noise, samples, residuals, factor, model);
    }
  }
  model.wander = std::max(model.wander, least_wander * model.noise);
  return model;
}

}  // namespace steadyline
