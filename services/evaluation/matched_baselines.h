#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "evaluation/exam_normal.h"
#include "evaluation/exam_plan.h"

namespace steadyline {

/// Baselines that learned from `days` normal days, each of a plant of its own, with seeds that no exam has.
std::shared_ptr<const DetectionBaselines> learned_baselines(const ExamPlan& plan, std::size_t days);

/// The limits with which each baseline has as many false alarms on these days as the monitor has.
BaselineLimits matched_limits(const std::vector<NormalRow>& days);

}  // namespace steadyline
