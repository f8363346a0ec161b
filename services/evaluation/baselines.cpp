#include "evaluation/baselines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace steadyline {
namespace {

constexpr std::array<std::size_t, 12> lags{0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30};  // frames
constexpr std::array<double, 11> spans{0, 1, 2, 4, 7, 12, 20, 35, 60, 120, 240};     // frames; 0 is persistence
constexpr std::array<double, 5> level_shares{0.02, 0.05, 0.1, 0.25, 0.5}, slope_shares{0.002, 0.01, 0.03, 0.1, 0.3};  // Holt's alpha, beta
constexpr std::size_t rows_at_most = 20'000;  // neighbours in time say nearly the same
constexpr double ridge_share = 1e-3;          // of the rows, on standardised columns

class Persistence final : public Baseline {
 public:
  explicit Persistence(std::size_t horizons) : horizons_{horizons} {}
  std::string name() const override { return "persistence"; }
  void begin() override {}
  void step(std::span<const float> now, std::span<const unsigned char>, std::span<double> forecasts) override {
    for (std::size_t fan = 0; fan < forecasts.size(); ++fan) forecasts[fan] = static_cast<double>(now[fan / horizons_]);
  }

 private:
  std::size_t horizons_;
};

/// Level and trend of every target, each at `settings` settings; the forecasts of the setting that served best in training.
template <class Track, std::size_t settings>
class Smoother : public Baseline {
 public:
  void begin() override { tracks_.clear(); }
  void step(std::span<const float> now, std::span<const unsigned char> eventful, std::span<double> forecasts) override {
    take(now);
    for (std::size_t fan = 0; fan < forecasts.size(); ++fan)
      forecasts[fan] = at(fan, choice_[(eventful[fan / ahead_.size()] != 0 ? forecasts.size() : 0) + fan]);
  }

 protected:
  explicit Smoother(const TargetSeries& train) : ahead_{train.ahead}, choice_(2 * train.fans(), 0) {
    std::vector<double> loss(2 * train.fans() * settings, 0);
    for (std::size_t i = 0; i < train.rows.frames(); ++i) {
      if (train.rows.begins(i)) tracks_.clear();
      take(train.now(i));
      for (std::size_t fan = 0; fan < train.fans(); ++fan) {
        const auto truth = static_cast<double>(train.future(i, fan));
        if (std::isnan(truth)) continue;
        const std::size_t group = train.eventful(i)[fan / ahead_.size()] != 0 ? train.fans() : 0;
        for (std::size_t s = 0; s < settings; ++s) loss[(group + fan) * settings + s] += std::fabs(truth - at(fan, s));
      }
    }
    for (std::size_t place = 0; place < choice_.size(); ++place) {
      const auto first = loss.begin() + static_cast<std::ptrdiff_t>(place * settings);
      choice_[place] = static_cast<std::size_t>(std::min_element(first, first + settings) - first);
    }
  }

 private:
  double at(std::size_t fan, std::size_t s) const {
    return tracks_[fan / ahead_.size() * settings + s].ahead(static_cast<double>(ahead_[fan % ahead_.size()]));
  }
  void take(std::span<const float> now) {
    const bool first = tracks_.empty();
    tracks_.resize(now.size() * settings);
    for (std::size_t t = 0; t < now.size(); ++t)
      for (std::size_t s = 0; s < settings; ++s) tracks_[t * settings + s].take(s, static_cast<double>(now[t]), first);
  }
  std::vector<std::size_t> ahead_;
  std::vector<std::size_t> choice_;  // [groups][fans]
  std::vector<Track> tracks_;
};

struct Level {
  double level = 0;
  double ahead(double) const { return level; }
  void take(std::size_t s, double now, bool first) { level = first ? now : level + (now - level) / (1 + spans[s]); }
};

class Ewma final : public Smoother<Level, spans.size()> {
 public:
  explicit Ewma(const TargetSeries& train) : Smoother{train} {}
  std::string name() const override { return "ewma"; }
};

struct Trend {
  double level = 0, slope = 0;
  double ahead(double frames) const { return level + frames * slope; }
  void take(std::size_t s, double now, bool first) {
    const double alpha = level_shares[s / slope_shares.size()], beta = slope_shares[s % slope_shares.size()];
    if (first) {
      level = now;
      return;
    }
    const double before = level;
    level += slope + alpha * (now - level - slope);
    slope += beta * (level - before - slope);
  }
};

class Holt final : public Smoother<Trend, level_shares.size() * slope_shares.size()> {
 public:
  explicit Holt(const TargetSeries& train) : Smoother{train} {}
  std::string name() const override { return "holt"; }
};

class RidgeAr final : public Baseline {
 public:
  explicit RidgeAr(const TargetSeries& train) : targets_{train.targets}, horizons_{train.ahead.size()} {
    standardise(train);
    for (unsigned char group = 0; group < 2; ++group)
      for (std::size_t fan = 0; fan < train.fans(); ++fan) weights_.push_back(fit(train, fan, group));
  }
  std::string name() const override { return "ridge AR"; }
  void begin() override { past_.clear(); }
  void step(std::span<const float> now, std::span<const unsigned char> eventful, std::span<double> forecasts) override {
    past_.emplace_back(now.begin(), now.end());
    const auto back = [&](std::size_t lag) { return std::span<const float>{past_[past_.size() - 1 - std::min(lag, past_.size() - 1)]}; };
    for (std::size_t target = 0; target < targets_; ++target) {
      columns(target, back, row_);
      for (std::size_t h = 0; h < horizons_; ++h) {
        const std::size_t fan = target * horizons_ + h;
        const std::vector<double>& weights = weights_[(eventful[target] != 0 ? forecasts.size() : 0) + fan];
        double z = weights.back();
        for (std::size_t k = 0; k < row_.size(); ++k) z += weights[k] * row_[k];
        forecasts[fan] = center_[target] + z * scale_[target];
      }
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
  /// `back(lag)`: the targets' values so many frames ago; the run's first ones stand in for what was before.
  template <class Back>
  void columns(std::size_t target, Back back, std::vector<double>& row) const {
    const auto z = [&](std::size_t lag, std::size_t t) { return (static_cast<double>(back(lag)[t]) - center_[t]) / scale_[t]; };
    row.clear();
    for (const std::size_t lag : lags) row.push_back(z(lag, target));
    for (std::size_t t = 0; t < targets_; ++t)
      if (t != target) row.push_back(z(0, t));
  }
  std::vector<double> fit(const TargetSeries& train, std::size_t fan, unsigned char group) {
    const std::size_t target = fan / horizons_;
    std::vector<std::size_t> frames;
    for (std::size_t i = 0; i < train.rows.frames(); ++i)
      if ((train.eventful(i)[target] != 0) == (group != 0) && !std::isnan(train.future(i, fan))) frames.push_back(i);
    const std::size_t stride = 1 + frames.size() / rows_at_most;
    std::vector<double> x, y;
    for (std::size_t k = 0; k < frames.size(); k += stride) {
      const std::size_t i = frames[k];
      const auto since = static_cast<std::size_t>(train.rows.since[i]);
      columns(
          target, [&](std::size_t lag) { return train.now(i - std::min(lag, since)); }, row_);
      x.insert(x.end(), row_.begin(), row_.end());
      x.push_back(1);
      y.push_back((static_cast<double>(train.future(i, fan)) - center_[target]) / scale_[target]);
    }
    const std::size_t width = lags.size() + targets_;
    if (y.size() < 2 * width) {  // too little of this context: persistence
      std::vector<double> stays(width, 0);
      stays.front() = 1;
      return stays;
    }
    std::vector<double> penalty(width, ridge_share * static_cast<double>(y.size()));
    penalty.back() = 0;
    return ridge_regression(std::move(x), std::move(y), width, penalty);
  }

  std::size_t targets_, horizons_;
  std::vector<double> center_, scale_;
  std::vector<std::vector<double>> weights_;  // [groups][fans]; the last of each is the intercept
  std::vector<std::vector<float>> past_;
  std::vector<double> row_;
};

}  // namespace

TargetSeries to_targets(const Line& line, std::span<const TagIndex> tags, std::span<const double> horizons_s,
                        std::span<const Recording> recordings) {
  TargetSeries series;
  series.targets = tags.size();
  FeatureSpec raw;  // the tags' own units
  raw.clip = std::numeric_limits<double>::max();
  raw.tags.assign(tags.begin(), tags.end());
  raw.center.assign(tags.size(), 0);
  raw.scale.assign(tags.size(), 1);
  for (std::uint32_t unit = 0; unit < line.units.size(); ++unit)
    if (line.units[unit].mode_tag) raw.units.push_back(UnitIndex{unit});
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
  baselines.push_back(std::make_unique<Holt>(train));
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
