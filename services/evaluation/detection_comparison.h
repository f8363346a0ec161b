#pragma once

#include <string>
#include <vector>

#include "evaluation/exam_row.h"
#include "evaluation/wilson.h"

namespace steadyline {

/// The monitor against one baseline on the same runs (process and sensor faults, middle and upper thirds) of some difficulties.
struct Comparison {
  std::string baseline;
  int easiest = 0, hardest = 0;  ///< difficulties
  Share ours, theirs;
  std::size_t only_ours = 0, only_theirs = 0;           ///< runs that just one of the two detected
  double difference = 0, low = 0, high = 0;             ///< of the shares, with the 95 % interval of paired proportions
  double median_delay_s = 0, their_median_delay_s = 0;  ///< of what each detected; NaN: nothing
};

/// Against each baseline: difficulties 1 to 2, 3 to 5, then each alone.
std::vector<Comparison> compare_with_baselines(const std::vector<FaultRow>& rows);

}  // namespace steadyline
