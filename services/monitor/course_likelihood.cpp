#include "monitor/course_likelihood.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double slow_noise_s = 1200, apart_s = 600;
constexpr double normal_of_median = 1.4826;
constexpr double least_slow = 0.5;     // of the white noise's variance: what never moved slowly still may
constexpr double least_white = 0.1;    // of the neighbours' variance
constexpr double unknown_level = 1e4;  // in variances

double median_step(const std::vector<double>& values, std::size_t apart) {
  std::vector<double> steps;
  for (std::size_t i = apart; i < values.size(); ++i) steps.push_back(std::fabs(values[i] - values[i - apart]));
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return normal_of_median * *middle;
}

struct Noise {
  double white, slow;  // variances
};

Noise noise_of(const std::vector<double>& values, double step_s) {
  const auto apart = std::min(values.size() / 2, static_cast<std::size_t>(std::max(2.0, apart_s / step_s)));
  const auto square = [](double x) { return x * x; };
  const double near = square(median_step(values, 1)) / 2, far = square(median_step(values, apart)) / 2;
  const auto grown = [&](double steps) { return 1 - numeric::exp(-steps * step_s / slow_noise_s); };
  const double slow = std::max(0.0, (far - near) / (grown(static_cast<double>(apart)) - grown(1)));
  const double white = std::max(near - slow * grown(1), least_white * near);
  return {white, std::max(slow, least_slow * white)};
}

/// Empty for a series without noise.
Matrix whitening_for(const std::vector<double>& values, double step_s) {
  const std::size_t n = values.size();
  const Noise noise = noise_of(values, step_s);
  Matrix covariance{n, n};
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const double apart = std::fabs(static_cast<double>(i) - static_cast<double>(j)) * step_s;
      covariance(i, j) = unknown_level * (noise.white + noise.slow) + noise.slow * numeric::exp(-apart / slow_noise_s) + (i == j ? noise.white : 0);
    }
  return whitening_of(covariance).value_or(Matrix{});
}

double dot(const std::vector<double>& a, const std::vector<double>& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

/// With one row and column more.
Matrix grown(const Matrix& gram, const std::vector<double>& last) {
  Matrix more{last.size(), last.size()};
  for (std::size_t i = 0; i < gram.rows; ++i)
    for (std::size_t j = 0; j < gram.rows; ++j) more(i, j) = gram(i, j);
  for (std::size_t i = 0; i < last.size(); ++i) more(i, last.size() - 1) = more(last.size() - 1, i) = last[i];
  return more;
}

}  // namespace

CourseLikelihood::CourseLikelihood(const Courses& series, double step_s) {
  for (const auto& values : series) whitening_.push_back(whitening_for(values, step_s));
  series_ = whitened(series);
}

std::vector<double> CourseLikelihood::whitened(const Courses& course) const {
  std::vector<double> all;
  for (std::size_t s = 0; s < whitening_.size(); ++s) {
    const Matrix& whitening = whitening_[s];
    for (std::size_t i = 0; i < whitening.rows; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j <= i && !course[s].empty(); ++j) sum += whitening(i, j) * course[s][j];
      all.push_back(sum);
    }
  }
  return all;
}

void CourseLikelihood::add(const Courses& course, double usual) {
  courses_.push_back(whitened(course));
  usual_.push_back(usual);
  std::vector<double> row;
  for (const auto& other : courses_) row.push_back(dot(courses_.back(), other));
  gram_ = grown(gram_, row);
  along_.push_back(dot(courses_.back(), series_));
}

// With sizes of covariance S and noise 1: log N(y; 0, 1 + H S H') = b' M^-1 b / 2 - log |M| / 2 - log |S| / 2 + constant,
// where M = S^-1 + H' H and b = H' y.
double CourseLikelihood::evidence(const Matrix& gram, const std::vector<double>& along, const std::vector<double>& sizes) {
  Matrix precision = gram;
  double log_likelihood = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    precision(i, i) += 1 / (sizes[i] * sizes[i]);
    log_likelihood -= numeric::log(sizes[i]);
  }
  const auto root = whitening_of(precision);
  if (!root) return 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j <= i; ++j) sum += (*root)(i, j) * along[j];
    log_likelihood += sum * sum / 2 + numeric::log((*root)(i, i));
  }
  return log_likelihood;
}

double CourseLikelihood::alone() const { return evidence(gram_, along_, usual_); }

double CourseLikelihood::with(const Courses& course, double size) const {
  const std::vector<double> effect = whitened(course);
  std::vector<double> row, along = along_, sizes = usual_;
  for (const auto& other : courses_) row.push_back(dot(effect, other));
  row.push_back(dot(effect, effect));
  along.push_back(dot(effect, series_));
  sizes.push_back(size);
  return evidence(grown(gram_, row), along, sizes);
}

}  // namespace steadyline
