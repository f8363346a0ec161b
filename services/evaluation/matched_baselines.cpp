#include "evaluation/matched_baselines.h"

#include "evaluation/twin_production.h"
#include "twin/exam.h"

namespace steadyline {

std::shared_ptr<const DetectionBaselines> learned_baselines(const ExamPlan& plan, std::size_t days) {
  const Production normal = [&](const FrameVisitor& visit) {
    for (std::size_t day = 0; day < days; ++day) {
      const Scenario scenario = normal_scenario(exam_seed("baselines", "normal", day), day);
      const Production one = twin_production(plan.line, plan.parameters, scenario, 1);
      one([&](std::size_t, const Frame& frame, const Context& context) { visit(day, frame, context); });
    }
  };
  return std::make_shared<const DetectionBaselines>(plan.line, normal, days);
}

BaselineLimits matched_limits(const std::vector<NormalRow>& days) {
  std::size_t alarms = 0;
  for (const NormalRow& day : days) alarms += day.episodes.size();
  BaselineLimits limits{};
  for (std::size_t b = 0; b < baseline_count; ++b) {
    std::vector<std::vector<float>> minutes;
    for (const NormalRow& day : days)
      if (b < day.minutes.size()) minutes.push_back(day.minutes[b]);
    limits[b] = limit_for(minutes, alarms);
  }
  return limits;
}

}  // namespace steadyline
