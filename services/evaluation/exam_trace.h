#pragma once

#include <string>
#include <vector>

#include "evaluation/exam_plan.h"

namespace steadyline {

/// One fault as the monitor saw it, for a picture: a tag with what was forecast for each moment, and the health score. Times in seconds
/// after the onset.
struct ExamTrace {
  FaultCase of;
  std::string target, tag, uom;
  double horizon_s = 0;                                ///< of the forecasts shown
  std::vector<double> time_s, value, health;           ///< NaN: none
  std::vector<double> ahead_s, low, middle, high;      ///< the forecasts at the moments that they are for
  std::vector<std::pair<double, std::string>> alarms;  ///< groups raised
};

/// Lives through a case again and keeps every fifth second from a quarter of an hour before the onset to an hour behind it, or 10 min
/// behind the fault's end.
ExamTrace trace_of(const ExamPlan& plan, const FaultCase& which, double horizon_s = 60);

}  // namespace steadyline
