#include "evaluation/detection_comparison.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "evaluation/baseline_watch.h"
#include "evaluation/detection_score.h"

namespace steadyline {
namespace {

Comparison compare(const std::vector<FaultRow>& rows, std::size_t baseline, int easiest, int hardest) {
  Comparison found;
  found.baseline = baseline_names[baseline];
  found.easiest = easiest;
  found.hardest = hardest;
  std::size_t ours = 0, theirs = 0, of = 0;
  std::vector<double> our_delays, their_delays;
  for (const FaultRow& row : rows) {
    if (row.of.tercile == 0 || row.baselines.size() <= baseline || row.difficulty < easiest || row.difficulty > hardest) continue;
    const auto& other = row.baselines[baseline].delay_s;
    ++of;
    ours += row.detected ? 1 : 0;
    theirs += other ? 1 : 0;
    found.only_ours += row.detected && !other ? 1 : 0;
    found.only_theirs += !row.detected && other ? 1 : 0;
    if (row.detected) our_delays.push_back(row.delay_s);
    if (other) their_delays.push_back(*other);
  }
  found.ours = wilson(ours, of);
  found.theirs = wilson(theirs, of);
  found.median_delay_s = quantile_at(our_delays, 0.5);
  found.their_median_delay_s = quantile_at(their_delays, 0.5);
  if (of == 0) return found;
  // Wald's interval for the difference of paired proportions, as McNemar's test sees them, with a half added to each disagreement
  // (Agresti & Min 2005), so that it does not shrink to nothing without disagreements.
  const double n = static_cast<double>(of) + 2, b = static_cast<double>(found.only_ours) + 0.5,
               c = static_cast<double>(found.only_theirs) + 0.5;
  const double half = 1.959963984540054 * std::sqrt(b + c - (b - c) * (b - c) / n) / n, middle = (b - c) / n;
  found.difference = found.ours.value() - found.theirs.value();
  found.low = std::max(-1.0, middle - half);
  found.high = std::min(1.0, middle + half);
  return found;
}

}  // namespace

std::vector<Comparison> compare_with_baselines(const std::vector<FaultRow>& rows) {
  std::vector<Comparison> found;
  for (std::size_t b = 0; b < baseline_count; ++b)
    for (const auto& [easiest, hardest] : {std::pair{1, 2}, {3, 5}, {1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}})
      if (Comparison one = compare(rows, b, easiest, hardest); one.ours.of > 0) found.push_back(std::move(one));
  return found;
}

}  // namespace steadyline
