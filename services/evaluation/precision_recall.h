#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "evaluation/exam_row.h"

namespace steadyline {

/// By minute: the largest value that a score held for 10 s, as of the baselines (baseline_watch.h). A plain value.
class HeldPeaks {
 public:
  void take(double value);  ///< of the next second; NaN: none
  const std::vector<float>& minutes() const { return minutes_; }

 private:
  static constexpr std::size_t held_s = 10;
  std::array<double, held_s> last_{};
  std::vector<float> minutes_;
  std::size_t seconds_ = 0;
};

/// Peaks in windows of 20 min of whole minutes: those before the onset, from it backwards, and the one behind it.
FaultRow::Peaks peaks_of(const std::vector<float>& minutes, double onset_s);
inline constexpr std::size_t peak_window_min = 20;

/// Area under the curve of precision over recall: the mean, over the positives, of the precision at each (average precision; Boyd, Eng &
/// Page 2013). Equal scores are passed together. NaN without a positive.
double average_precision(std::vector<float> positives, std::vector<float> negatives);

/// How well the height of one score tells the 20 min behind an onset from those before it, whatever the limit.
struct PrecisionRecall {
  std::string detector;          ///< "health score", or a baseline
  int easiest = 0, hardest = 0;  ///< difficulties
  std::size_t runs = 0;
  double area = 0, low = 0, high = 0;  ///< with the 95 % interval of 400 resamplings of the runs
  double base = 0;                     ///< share of positives: the area of a score that tells nothing
};

/// Of process and sensor faults, middle and upper thirds: all difficulties, 1 to 2, 3 to 5; health, then the baselines that ran.
std::vector<PrecisionRecall> score_precision_recall(const std::vector<FaultRow>& rows);

}  // namespace steadyline
