#pragma once

#include <vector>

#include "evaluation/exam_report.h"
#include "evaluation/forecast_exam.h"
#include "evaluation/skab.h"
#include "evaluation/tep.h"

namespace steadyline {

/// What is promised of the further suites, judged by what one run found. A suite that found nothing to judge by promises nothing.

/// In steady production, 60 and 120 s ahead, within 1 % of the best baseline; in events 20 % below it; intervals that cover what they say.
std::vector<Promise> promises_of(const ForecastExam& exam);
/// F1, false alarm rate, and better than PCA with EWMA at the same rate.
std::vector<Promise> promises_of(const SkabReport& report);
/// Missed detections by fault: no worse than dynamic PCA by more than half a percent where that is good, and bounds of their own for faults 5
/// and 10. Faults 3 and 9 are told, not judged: nothing detects them.
std::vector<Promise> promises_of(const TepReport& report);

}  // namespace steadyline
