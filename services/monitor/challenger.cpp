#include "monitor/challenger.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steadyline {

void Challenger::judge_frame(const FrameStep& step, bool alarmed) {
  if (step.challenger != judged_by) {
    judged_by = step.challenger;
    agreement = {};
    std::vector<Alert> unheard;
    judge.change_models(judged_by, unheard);
  }
  if (judged_by == nullptr) return;
  FrameStep shadow = step;
  std::swap(shadow.assessment, shadow.second);
  std::vector<Alert> alerts;
  judge.judge(shadow, alerts);
  agreement.alarms += static_cast<std::uint64_t>(std::count_if(alerts.begin(), alerts.end(), [](const Alert& alert) { return alert.seq == 0; }));
  if (!scored(step.assessment.verdict) || !scored(step.second.verdict)) return;
  const bool ours = judge.active() > 0;
  ++agreement.frames;
  agreement.both_alarm += alarmed && ours ? 1 : 0;
  agreement.only_champion += alarmed && !ours ? 1 : 0;
  agreement.only_challenger += !alarmed && ours ? 1 : 0;
  health = step.second.health.score;
  agreement.health_difference += std::fabs(health - step.assessment.health.score);
}

}  // namespace steadyline
