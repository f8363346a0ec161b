#include "evaluation/precision_recall.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

#include "core/philox.h"
#include "evaluation/detection_baselines.h"

namespace steadyline {
namespace {

constexpr std::size_t resamplings = 400;
constexpr std::uint64_t seed = 20261121;

/// Of these rows, some of them perhaps more than once.
double area_of(std::span<const FaultRow* const> rows, std::size_t detector) {
  std::vector<float> positives, negatives;
  for (const FaultRow* row : rows) {
    const FaultRow::Peaks& peaks = row->peaks[detector];
    positives.push_back(peaks.behind);
    negatives.insert(negatives.end(), peaks.before.begin(), peaks.before.end());
  }
  return average_precision(std::move(positives), std::move(negatives));
}

std::pair<double, double> interval_of(std::span<const FaultRow* const> rows, std::size_t detector) {
  std::vector<double> areas;
  std::vector<const FaultRow*> drawn(rows.size());
  for (std::size_t i = 0; i < resamplings; ++i) {
    const RandomStream chance{seed, i};
    for (std::size_t k = 0; k < rows.size(); ++k)
      drawn[k] = rows[std::min(rows.size() - 1, static_cast<std::size_t>(chance.uniform(k) * static_cast<double>(rows.size())))];
    areas.push_back(area_of(drawn, detector));
  }
  std::sort(areas.begin(), areas.end());
  return {areas[resamplings / 40], areas[resamplings - 1 - resamplings / 40]};
}

}  // namespace

void HeldPeaks::take(double value) {
  if (seconds_ % 60 == 0) minutes_.push_back(0);
  last_[seconds_++ % held_s] = std::isnan(value) ? 0 : value;
  minutes_.back() = std::max(minutes_.back(), static_cast<float>(*std::min_element(last_.begin(), last_.end())));
}

FaultRow::Peaks peaks_of(const std::vector<float>& minutes, double onset_s) {
  FaultRow::Peaks peaks;
  const auto peak = [&](std::size_t from, std::size_t to) {
    float most = 0;
    for (std::size_t i = from; i < std::min(to, minutes.size()); ++i) most = std::max(most, minutes[i]);
    return std::round(most * 1000) / 1000;
  };
  for (auto end = static_cast<std::size_t>(onset_s / 60); end >= peak_window_min; end -= peak_window_min)
    peaks.before.push_back(peak(end - peak_window_min, end));
  const auto first = static_cast<std::size_t>(std::ceil(onset_s / 60));
  peaks.behind = peak(first, first + peak_window_min);
  return peaks;
}

double average_precision(std::vector<float> positives, std::vector<float> negatives) {
  if (positives.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(positives.begin(), positives.end(), std::greater<>());
  std::sort(negatives.begin(), negatives.end(), std::greater<>());
  double sum = 0;
  for (std::size_t found = 0, wrong = 0; found < positives.size();) {
    const float limit = positives[found];
    const std::size_t before = found;
    while (found < positives.size() && positives[found] >= limit) ++found;
    while (wrong < negatives.size() && negatives[wrong] >= limit) ++wrong;
    sum += static_cast<double>(found - before) * static_cast<double>(found) / static_cast<double>(found + wrong);
  }
  return sum / static_cast<double>(positives.size());
}

std::vector<PrecisionRecall> score_precision_recall(const std::vector<FaultRow>& rows) {
  std::vector<PrecisionRecall> scores;
  for (std::size_t detector = 0; detector <= baseline_count; ++detector)
    for (const auto& [easiest, hardest] : {std::pair{1, 5}, {1, 2}, {3, 5}}) {
      std::vector<const FaultRow*> of;
      std::size_t windows = 0;
      for (const FaultRow& row : rows) {
        if (row.of.tercile == 0 || row.peaks.size() <= detector || row.difficulty < easiest || row.difficulty > hardest) continue;
        of.push_back(&row);
        windows += 1 + row.peaks[detector].before.size();
      }
      if (of.empty()) continue;
      PrecisionRecall score{detector == 0 ? "health score" : std::string{baseline_names[detector - 1]}, easiest, hardest, of.size()};
      score.area = area_of(of, detector);
      std::tie(score.low, score.high) = interval_of(of, detector);
      score.base = static_cast<double>(of.size()) / static_cast<double>(windows);
      scores.push_back(std::move(score));
    }
  return scores;
}

}  // namespace steadyline
