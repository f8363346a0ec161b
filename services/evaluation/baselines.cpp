#include "evaluation/baselines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace steadyline {
namespace {

constexpr std::array<std::size_t, 12> lags{0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30};  // frames
constexpr std::array<double, 11> spans{0, 1, 2, 4, 7, 12, 20, 35, 60, 120, 240};     // frames; 0 is persistence
constexpr double ridge_share = 1e-3;                                                 // of the rows, on standardised columns

class Persistence final : public Baseline {
 public:
  explicit Persistence(std::size_t horizons) : horizons_{horizons} {}
  std::string name() const override { return "persistence"; }
  void begin() override {}
  void step(std::span<const float> now, std::span<double> forecasts) override {
    for (std::size_t fan = 0; fan < forecasts.size(); ++fan) forecasts[fan] = static_cast<double>(now[fan / horizons_]);
  }

 private:
  std::size_t horizons_;
};

class Ewma final : public Baseline {
 public:
  explicit Ewma(const TargetSeries& train) : horizons_{train.ahead.size()}, choice_(train.fans(), 0) {
    std::vector<double> loss(train.fans() * spans.size(), 0);
    for (std::size_t i = 0; i < train.rows.frames(); ++i) {
      if (train.rows.begins(i)) begin();
      average(train.now(i));
      for (std::size_t fan = 0; fan < train.fans(); ++fan) {
        const auto truth = static_cast<double>(train.future(i, fan));
        if (std::isnan(truth)) continue;
        for (std::size_t s = 0; s < spans.size(); ++s) loss[fan * spans.size() + s] += std::fabs(truth - level(fan, s));
      }
    }
    for (std::size_t fan = 0; fan < train.fans(); ++fan) {
      const auto first = loss.begin() + static_cast<std::ptrdiff_t>(fan * spans.size());
      choice_[fan] = static_cast<std::size_t>(std::min_element(first, first + spans.size()) - first);
    }
  }
  std::string name() const override { return "ewma"; }
  void begin() override { levels_.clear(); }
  void step(std::span<const float> now, std::span<double> forecasts) override {
    average(now);
    for (std::size_t fan = 0; fan < forecasts.size(); ++fan) forecasts[fan] = level(fan, choice_[fan]);
  }

 private:
  double level(std::size_t fan, std::size_t s) const { return levels_[fan / horizons_ * spans.size() + s]; }
  void average(std::span<const float> now) {
    const bool first = levels_.empty();
    levels_.resize(now.size() * spans.size());
    for (std::size_t t = 0; t < now.size(); ++t)
      for (std::size_t s = 0; s < spans.size(); ++s) {
        double& l = levels_[t * spans.size() + s];
        l = first ? static_cast<double>(now[t]) : l + (static_cast<double>(now[t]) - l) / (1 + spans[s]);
      }
  }
  std::size_t horizons_;
  std::vector<std::size_t> choice_;
  std::vector<double> levels_;
};

class RidgeAr final : public Baseline {
 public:
  explicit RidgeAr(const TargetSeries& train) : targets_{train.targets}, horizons_{train.ahead.size()} {
    standardise(train);
    for (std::size_t fan = 0; fan < train.fans(); ++fan) weights_.push_back(fit(train, fan));
    begin();
  }
  std::string name() const override { return "ridge AR"; }
  void begin() override { past_.clear(); }
  void step(std::span<const float> now, std::span<double> forecasts) override {
    past_.emplace_back(now.begin(), now.end());
    for (std::size_t fan = 0; fan < forecasts.size(); ++fan) {
      const std::size_t target = fan / horizons_;
      columns(target, row_);
      double z = weights_[fan].back();
      for (std::size_t k = 0; k < row_.size(); ++k) z += weights_[fan][k] * row_[k];
      forecasts[fan] = center_[target] + z * scale_[target];
    }
    if (past_.size() > 4 * lags.back()) past_.erase(past_.begin(), past_.end() - static_cast<std::ptrdiff_t>(lags.back() + 1));
  }

 private:
  void standardise(const TargetSeries& train) {
    const double n = static_cast<double>(std::max<std::size_t>(1, train.rows.frames()));
    for (std::size_t t = 0; t < targets_; ++t) {
      double sum = 0, squares = 0;
      for (std::size_t i = 0; i < train.rows.frames(); ++i) sum += static_cast<double>(train.now(i)[t]);
      for (std::size_t i = 0; i < train.rows.frames(); ++i) squares += std::pow(static_cast<double>(train.now(i)[t]) - sum / n, 2);
      center_.push_back(sum / n);
      scale_.push_back(std::max(1e-9, std::sqrt(squares / n)));
    }
  }
  double z(std::size_t back, std::size_t t) const {  // the run's first value stands in for what was before it
    const auto& row = past_[past_.size() - 1 - std::min(back, past_.size() - 1)];
    return (static_cast<double>(row[t]) - center_[t]) / scale_[t];
  }
  void columns(std::size_t target, std::vector<double>& row) const {
    row.clear();
    for (const std::size_t lag : lags) row.push_back(z(lag, target));
    for (std::size_t t = 0; t < targets_; ++t)
      if (t != target) row.push_back(z(0, t));
  }
  std::vector<double> fit(const TargetSeries& train, std::size_t fan) {
    const std::size_t target = fan / horizons_;
    std::vector<double> x, y;
    begin();
    for (std::size_t i = 0; i < train.rows.frames(); ++i) {
      if (train.rows.begins(i)) begin();
      past_.emplace_back(train.now(i).begin(), train.now(i).end());
      if (past_.size() > 4 * lags.back()) past_.erase(past_.begin(), past_.end() - static_cast<std::ptrdiff_t>(lags.back() + 1));
      const auto truth = static_cast<double>(train.future(i, fan));
      if (std::isnan(truth)) continue;
      columns(target, row_);
      x.insert(x.end(), row_.begin(), row_.end());
      x.push_back(1);
      y.push_back((truth - center_[target]) / scale_[target]);
    }
    const std::size_t width = lags.size() + targets_;
    std::vector<double> penalty(width, ridge_share * static_cast<double>(y.size()));
    penalty.back() = 0;
    return ridge_regression(std::move(x), std::move(y), width, penalty);
  }

  std::size_t targets_, horizons_;
  std::vector<double> center_, scale_;
  std::vector<std::vector<double>> weights_;  // by fan; the last is the intercept
  std::vector<std::vector<float>> past_;
  std::vector<double> row_;
};

}  // namespace

TargetSeries to_targets(const Line& line, std::span<const TagIndex> tags, std::span<const double> horizons_s, std::span<const Recording> recordings) {
  TargetSeries series;
  series.targets = tags.size();
  FeatureSpec raw;  // the tags' own units
  raw.clip = std::numeric_limits<double>::max();
  raw.tags.assign(tags.begin(), tags.end());
  raw.center.assign(tags.size(), 0);
  raw.scale.assign(tags.size(), 1);
  Question question;
  for (std::size_t t = 0; t < tags.size(); ++t) question.targets.push_back(t);
  const double period_s = static_cast<double>(line.period.count()) / 1000;
  for (const double horizon : horizons_s) question.ahead.push_back(static_cast<std::size_t>(std::llround(horizon / period_s)));
  series.ahead = question.ahead;
  series.rows = to_sequence(line, raw, question, recordings);
  return series;
}

std::vector<std::unique_ptr<Baseline>> fit_baselines(const TargetSeries& train) {
  std::vector<std::unique_ptr<Baseline>> baselines;
  baselines.push_back(std::make_unique<Persistence>(train.ahead.size()));
  baselines.push_back(std::make_unique<Ewma>(train));
  baselines.push_back(std::make_unique<RidgeAr>(train));
  return baselines;
}

std::vector<double> ridge_regression(std::vector<double> x, std::vector<double> y, std::size_t columns, std::span<const double> penalty) {
  for (std::size_t k = 0; k < columns; ++k) {  // the penalty as further rows
    for (std::size_t j = 0; j < columns; ++j) x.push_back(j == k ? std::sqrt(penalty[k]) : 0);
    y.push_back(0);
  }
  const std::size_t rows = y.size();
  for (std::size_t k = 0; k < columns; ++k) {
    double norm = 0;
    for (std::size_t r = k; r < rows; ++r) norm += x[r * columns + k] * x[r * columns + k];
    norm = std::sqrt(norm);
    if (norm == 0) continue;
    const double alpha = x[k * columns + k] > 0 ? -norm : norm;
    std::vector<double> v(rows - k);
    for (std::size_t r = k; r < rows; ++r) v[r - k] = x[r * columns + k];
    v[0] -= alpha;
    double square = 0;
    for (const double e : v) square += e * e;
    for (std::size_t j = k; j <= columns; ++j) {
      const auto at = [&](std::size_t r) -> double& { return j < columns ? x[r * columns + j] : y[r]; };
      double dot = 0;
      for (std::size_t r = k; r < rows; ++r) dot += v[r - k] * at(r);
      for (std::size_t r = k; r < rows; ++r) at(r) -= 2 * dot / square * v[r - k];
    }
  }
  std::vector<double> solution(columns, 0);
  for (std::size_t k = columns; k-- > 0;) {
    double rest = y[k];
    for (std::size_t j = k + 1; j < columns; ++j) rest -= x[k * columns + j] * solution[j];
    const double pivot = x[k * columns + k];
    solution[k] = std::fabs(pivot) > 1e-12 ? rest / pivot : 0;
  }
  return solution;
}

}  // namespace steadyline
