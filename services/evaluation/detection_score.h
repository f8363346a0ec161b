#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "evaluation/exam_row.h"
#include "evaluation/wilson.h"

namespace steadyline {

/// What the runs of one fault say together.
struct FaultScore {
  std::string fault;  ///< with variant: "F04 zero"
  std::string kind;
  int difficulty = 0;
  std::array<Share, 3> detected;                ///< by tercile
  Share upper;                                  ///< middle and upper terciles together, what is promised
  double median_delay_s = 0;                    ///< of those detected in the middle and upper terciles; NaN: none
  Share hit1, hit3, hit5, unit;                 ///< of all detected
  std::size_t breaches = 0;                     ///< middle and upper terciles: runs in which the product left its specification
  Share lead;                                   ///< of those, alarms that came before
  double median_lead_s = 0, low_lead_s = 0;     ///< before a breach that comes, of the detected ones; tenth percentile; NaN: none
  std::map<std::string, std::size_t> verdicts;  ///< of the detected ones
  std::map<std::string, std::size_t> named;     ///< unit of the first cause, of the detected ones
};
std::vector<FaultScore> score_faults(const std::vector<FaultRow>& rows);

/// Middle and upper terciles of all faults of one difficulty.
struct ClassScore {
  int difficulty = 0;
  Share detected;
  double median_delay_s = 0;
  double wanted = 0;  ///< what is to be reached
};
std::vector<ClassScore> score_classes(const std::vector<FaultRow>& rows);

/// Root causes over all detected runs.
struct CauseScore {
  Share hit1, hit3, hit5, unit;
};
CauseScore score_causes(const std::vector<FaultRow>& rows);

/// The pairs that look alike: a sensor's fault must be called one, a process fault, too.
struct PairScore {
  std::string name;  ///< "F04 / F09"
  std::string first, second;
  Share right;  ///< of all detected ones
  Share right_first, right_second;
};
std::vector<PairScore> score_pairs(const std::vector<FaultRow>& rows);

/// Of sorted or unsorted numbers; NaN of none. `share` 0.5: the median.
double quantile_at(std::vector<double> numbers, double share);

}  // namespace steadyline
