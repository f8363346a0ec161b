#include "evaluation/realism.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/philox.h"
#include "evaluation/realism_forest.h"

namespace steadyline {
namespace {

using Column = std::array<double, window_rows>;

double mean_of(std::span<const double> x) { return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()); }

double sd_of(std::span<const double> x) {
  const double mean = mean_of(x);
  double squares = 0;
  for (const double v : x) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / static_cast<double>(x.size()));
}

// 0 for a constant.
double lag_1(std::span<const double> x) {
  const double mean = mean_of(x);
  double product = 0, squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += (x[i] - mean) * (x[i] - mean);
    if (i > 0) product += (x[i] - mean) * (x[i - 1] - mean);
  }
  return squares > 1e-12 ? product / squares : 0;
}

// Allan deviation at `m` samples relative to 1; 0 for a constant.
double allan_ratio(std::span<const double> x, std::size_t m) {
  const auto deviation = [&](std::size_t n) {
    double squares = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i + 2 * n <= x.size(); ++i, ++count) {
      const double change =
          (std::accumulate(&x[i + n], &x[i] + 2 * n, 0.0) - std::accumulate(&x[i], &x[i + n], 0.0)) / static_cast<double>(n);
      squares += change * change;
    }
    return std::sqrt(squares / static_cast<double>(count));
  };
  const double one = deviation(1);
  return one > 1e-9 ? deviation(m) / one : 0;
}

// The windows of one side, with the batch each belongs to.
struct Side {
  std::vector<std::vector<WindowFeatures>> batches;
  std::size_t windows() const {
    return std::accumulate(batches.begin(), batches.end(), std::size_t{0}, [](std::size_t n, const auto& b) { return n + b.size(); });
  }
};

// Features that do not count are 0, which no classifier can use.
Side side_of(std::span<const PressBatch> batches, FeatureSet set) {
  Side side;
  for (const PressBatch& batch : batches) {
    auto windows = windows_of(batch);
    for (WindowFeatures& w : windows)
      for (std::size_t f = 0; f < window_features; ++f)
        if (!counts(set, f)) w[f] = 0;
    if (!windows.empty()) side.batches.push_back(std::move(windows));
  }
  return side;
}

using Scores = std::vector<std::vector<double>>;  // by batch, then window

void append(FeatureTable& table, std::vector<bool>& is_first, const Side& side, bool first, std::size_t fold, std::size_t folds) {
  for (std::size_t b = 0; b < side.batches.size(); ++b) {
    if (b % folds == fold) continue;
    for (const WindowFeatures& w : side.batches[b]) {
      table.values.insert(table.values.end(), w.begin(), w.end());
      is_first.push_back(first);
    }
  }
}

template <class Classifier>
void judge(const Classifier& classifier, const Side& side, std::size_t fold, std::size_t folds, Scores& scores) {
  scores.resize(side.batches.size());
  for (std::size_t b = fold; b < side.batches.size(); b += folds)
    for (const WindowFeatures& w : side.batches[b]) scores[b].push_back(classifier.score(w));
}

std::vector<double> flat(const Scores& scores, std::span<const std::size_t> batches) {
  std::vector<double> all;
  for (const std::size_t b : batches) all.insert(all.end(), scores[b].begin(), scores[b].end());
  return all;
}

double auc_of(const Scores& first, const Scores& other, std::span<const std::size_t> first_batches,
              std::span<const std::size_t> other_batches) {
  const auto a = flat(first, first_batches), b = flat(other, other_batches);
  return area_under_curve(a, b);
}

std::vector<std::size_t> drawn(std::size_t count, const RandomStream& random, std::uint64_t& next) {
  std::vector<std::size_t> picks(count);
  for (std::size_t& p : picks) p = static_cast<std::size_t>(random.uniform(next++) * static_cast<double>(count));
  return picks;
}

std::vector<std::size_t> all_of(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

void set_interval(RealismScore& score) {
  auto sorted = score.resampled;
  std::ranges::sort(sorted);
  score.low = quantile(sorted, 0.025);
  score.high = quantile(sorted, 0.975);
}

std::array<double, window_features> each_alone(const Side& first, const Side& other) {
  std::array<double, window_features> alone{};
  for (std::size_t f = 0; f < window_features; ++f) {
    const auto column = [&](const Side& side) {
      std::vector<double> values;
      for (const auto& batch : side.batches)
        for (const WindowFeatures& w : batch) values.push_back(w[f]);
      return values;
    };
    const double auc = area_under_curve(column(first), column(other));
    alone[f] = std::max(auc, 1 - auc);
  }
  return alone;
}

}  // namespace

const std::vector<std::string>& window_feature_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const char* tag : press_tag_name)
      for (const char* what : {"mean", "sd", "lag 1", "Allan 6/1"}) all.push_back(std::string{tag} + " " + what);
    all.insert(all.end(), {"fill moves", "fill move size", "force with fill", "force with ejection"});
    return all;
  }();
  return names;
}

bool counts(FeatureSet set, std::size_t feature) {
  const bool level = feature < 4 * press_tags && feature % 4 == 0, joint = feature >= 4 * press_tags + 2;
  return set == FeatureSet::all || (!joint && !(set == FeatureSet::shape && level));
}

std::array<double, 4> tag_features(std::span<const double> values) {
  return {mean_of(values), sd_of(values), lag_1(values), allan_ratio(values, 6)};
}

std::array<double, 2> move_features(std::span<const double> fill_mm) {
  double moves = 0, size = 0;
  for (std::size_t i = 1; i < fill_mm.size(); ++i) {
    const double move = std::fabs(fill_mm[i] - fill_mm[i - 1]);
    if (move < 0.005) continue;  // half a step of the log
    moves += 1;
    size += move;
  }
  return {moves, moves > 0 ? size / moves : 0};
}

double correlation(std::span<const double> x, std::span<const double> y) {
  const double mx = mean_of(x), my = mean_of(y);
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xx * yy > 1e-12 ? xy / std::sqrt(xx * yy) : 0;
}

WindowFeatures window_features_of(std::span<const PressReading> rows) {
  std::array<Column, press_tags> column{};
  WindowFeatures features{};
  auto at = features.begin();
  for (std::size_t k = 0; k < press_tags; ++k) {
    std::ranges::transform(rows, column[k].begin(), [&](const PressReading& r) { return r.*press_tag[k]; });
    at = std::ranges::copy(tag_features(column[k]), at).out;
  }
  const auto& [force, srel, fill, ejection] = column;
  at = std::ranges::copy(move_features(fill), at).out;
  *at++ = correlation(force, fill);
  *at++ = correlation(force, ejection);
  return features;
}

std::vector<WindowFeatures> windows_of(const PressBatch& batch, const RunningRules& rules) {
  PressBatch logged = batch;
  for (PressReading& r : logged.readings) r = as_logged(r);
  std::vector<WindowFeatures> windows;
  for (const auto stretch : running(logged, rules).stretches)
    for (std::size_t i = 0; i + window_rows <= stretch.size(); i += window_rows)
      windows.push_back(window_features_of(stretch.subspan(i, window_rows)));
  return windows;
}

PressBatch gaussian_copy(const PressBatch& batch, std::uint64_t seed, const RunningRules& rules) {
  PressBatch copy{batch.product, batch.campaign, batch.batch, {}};
  const Running kept = running(batch, rules);
  for (std::size_t k = 0; k < press_tags; ++k) {
    std::vector<double> values;
    for (const auto stretch : kept.stretches)
      for (const PressReading& r : stretch) values.push_back(r.*press_tag[k]);
    if (values.empty()) return copy;
    const double mean = mean_of(values), sd = sd_of(values);
    const RandomStream random{seed, k};
    for (std::size_t i = 0; i < batch.readings.size(); ++i) {
      if (k == 0) copy.readings.push_back(batch.readings[i]);
      double& value = copy.readings[i].*press_tag[k];
      if (std::isfinite(value)) value = mean + sd * random.normal(i);
    }
  }
  return copy;
}

RealismScore tell_apart(std::span<const PressBatch> first, std::span<const PressBatch> other, const ScoreOptions& options) {
  const Side a = side_of(first, options.features), b = side_of(other, options.features);
  RealismScore score;
  score.folds = std::min({options.folds, a.batches.size(), b.batches.size()});
  STEADYLINE_ASSERT(score.folds >= 2, "two batches on each side");
  score.first_windows = a.windows();
  score.other_windows = b.windows();
  Scores forest_a, forest_b, logistic_a, logistic_b;
  for (std::size_t fold = 0; fold < score.folds; ++fold) {
    FeatureTable table{window_features, {}};
    std::vector<bool> is_first;
    append(table, is_first, a, true, fold, score.folds);
    append(table, is_first, b, false, fold, score.folds);
    const Forest forest{table, is_first, {.seed = options.seed + fold}};
    judge(forest, a, fold, score.folds, forest_a);
    judge(forest, b, fold, score.folds, forest_b);
    const RidgeLogistic logistic{table, is_first};
    judge(logistic, a, fold, score.folds, logistic_a);
    judge(logistic, b, fold, score.folds, logistic_b);
  }
  const auto all_a = all_of(a.batches.size()), all_b = all_of(b.batches.size());
  score.auc = auc_of(forest_a, forest_b, all_a, all_b);
  score.logistic_auc = auc_of(logistic_a, logistic_b, all_a, all_b);
  score.alone = each_alone(a, b);
  const RandomStream random{options.seed, 0xB007};
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < options.resamples; ++i) {
    const auto some_a = drawn(all_a.size(), random, next), some_b = drawn(all_b.size(), random, next);
    score.resampled.push_back(auc_of(forest_a, forest_b, some_a, some_b));
  }
  set_interval(score);
  return score;
}

RealismScore pooled(std::span<const RealismScore> scores) {
  RealismScore sum;
  const auto share = 1 / static_cast<double>(scores.size());
  sum.resampled.assign(scores[0].resampled.size(), 0);
  for (const RealismScore& s : scores) {
    sum.auc += share * s.auc;
    sum.logistic_auc += share * s.logistic_auc;
    sum.first_windows += s.first_windows;
    sum.other_windows += s.other_windows;
    sum.folds += s.folds;
    for (std::size_t f = 0; f < window_features; ++f) sum.alone[f] += share * s.alone[f];
    for (std::size_t i = 0; i < sum.resampled.size(); ++i) sum.resampled[i] += share * s.resampled[i];
  }
  set_interval(sum);
  return sum;
}

}  // namespace steadyline
