#include "models/health_trend.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double block_s = 300;
constexpr std::size_t least_blocks = 12;
constexpr std::array<std::size_t, 2> windows{24, 48};
constexpr double calls = 3.1, keeps = 1.5;             // normal deviates of S
constexpr double least_change = 5, kept_change = 2.5;  // points of the score
constexpr double kinship_most = 0.7;
constexpr Milliseconds changeover{3'600'000};

float median_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

/// Median of the slopes between all pairs, in points per block.
double slope_of(std::span<const float> values) {
  std::vector<float> slopes;
  slopes.reserve(values.size() * (values.size() - 1) / 2);
  for (std::size_t j = 1; j < values.size(); ++j)
    for (std::size_t i = 0; i < j; ++i) slopes.push_back((values[j] - values[i]) / static_cast<float>(j - i));
  return static_cast<double>(median_of(slopes));
}

/// Lag-one correlation of what is left without the slope.
double kinship_of(std::span<const float> values, double slope) {
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (std::size_t i = 0; i < values.size(); ++i) mean += (static_cast<double>(values[i]) - slope * static_cast<double>(i)) / n;
  double square = 0, product = 0, before = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double rest = static_cast<double>(values[i]) - slope * static_cast<double>(i) - mean;
    square += rest * rest;
    product += rest * before;
    before = rest;
  }
  return square > 0 ? product / square : 0;
}

/// Var S without ties' part, times what a kinship of neighbours adds to it (Hamed & Rao 1998, eq. 18, with correlations kinship^i). At most
/// kinship_most: what a curved decline leaves beside a straight line looks like kinship too.
double variance_of(std::span<const float> values, double kinship) {
  const auto n = static_cast<double>(values.size());
  double ties = 0;
  std::vector<float> sorted{values.begin(), values.end()};
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0, same = 1; i < sorted.size(); ++i, ++same) {
    if (i + 1 < sorted.size() && sorted[i + 1] == sorted[i]) continue;
    const auto t = static_cast<double>(same);
    ties += t * (t - 1) * (2 * t + 5);
    same = 0;
  }
  double kin = 0, power = 1;
  for (double i = 1; i < n - 2; ++i) {
    power *= kinship;
    kin += (n - i) * (n - i - 1) * (n - i - 2) * power;
  }
  return (n * (n - 1) * (2 * n + 5) - ties) / 18 * (1 + 2 * kin / (n * (n - 1) * (n - 2)));
}

}  // namespace

std::string_view to_text(TrendState state) {
  constexpr std::array<std::string_view, 4> texts{"unknown", "down", "steady", "up"};
  return texts[static_cast<std::size_t>(state)];
}

/// What one window shows. `deviate`: of S, signed; `change`: points over the window.
struct HealthTrend::Look {
  double deviate = 0, change = 0, blocks = 0;
};

HealthTrend::HealthTrend(double period_s, double memory_s)
    : frames_{static_cast<std::size_t>(std::max(1.0, block_s / period_s))},
      block_s_{static_cast<double>(frames_) * period_s},
      kinship_{memory_s > 0 ? std::min(kinship_most, numeric::exp(-block_s_ / memory_s)) : 0} {}

HealthTrend::Look HealthTrend::look(const std::vector<float>& medians, std::size_t window) const {
  const std::size_t n = std::min(window, medians.size());
  const auto values = std::span{medians}.last(n);
  double s = 0;
  for (std::size_t j = 1; j < n; ++j)
    for (std::size_t i = 0; i < j; ++i) s += values[j] > values[i] ? 1 : values[j] < values[i] ? -1 : 0;
  const double slope = slope_of(values);
  const double variance = variance_of(values, std::clamp(kinship_of(values, slope), kinship_, kinship_most));
  const double steps = s > 0 ? s - 1 : s < 0 ? s + 1 : 0;  // continuity correction
  return {.deviate = variance > 0 ? steps / std::sqrt(variance) : 0,
          .change = slope * static_cast<double>(n - 1),
          .blocks = static_cast<double>(n)};
}

/// A standing trend keeps while any window shows half of it; else the window that shows most may call one.
void HealthTrend::conclude(TrendTrack& track) const {
  TrendReading& said = track.reading;
  if (track.medians.size() < least_blocks) return;
  Look best, kept;
  for (const std::size_t window : windows) {
    const Look now = look(track.medians, window);
    if (std::fabs(now.deviate) >= std::fabs(best.deviate)) best = now;
    const double along = said.state == TrendState::up ? 1 : said.state == TrendState::down ? -1 : 0;
    if (along * now.deviate >= keeps && along * now.change >= kept_change && std::fabs(now.deviate) >= std::fabs(kept.deviate)) kept = now;
  }
  const bool called = std::fabs(best.deviate) >= calls && best.deviate * best.change > 0 && std::fabs(best.change) >= least_change;
  const Look& shown = called || kept.blocks == 0 ? best : kept;
  if (called)
    said.state = best.deviate > 0 ? TrendState::up : TrendState::down;
  else if (kept.blocks == 0)
    said.state = TrendState::steady;
  said.change = shown.change;
  said.over_s = shown.blocks * block_s_;
}

const TrendReading& HealthTrend::step(double score, EventTime time, const Context& context, TrendTrack& track) const {
  const bool same = track.begun && track.recipe == context.recipe && track.batch == context.batch && time - track.last < changeover;
  if (!same)
    track = {.begun = true,
             .recipe = context.recipe,
             .batch = context.batch,
             .last = time,
             .scores = {},
             .medians = {},
             .reading = {.batch_began = time}};
  track.last = time;
  track.scores.push_back(static_cast<float>(score));
  if (track.scores.size() < frames_) return track.reading;
  if (track.medians.size() == windows.back()) track.medians.erase(track.medians.begin());
  track.medians.push_back(median_of(track.scores));
  track.scores.clear();
  conclude(track);
  return track.reading;
}

}  // namespace steadyline
