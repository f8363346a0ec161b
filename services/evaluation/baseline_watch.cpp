#include "evaluation/baseline_watch.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

std::size_t episodes_above(const std::vector<std::vector<float>>& days, float limit) {
  std::size_t count = 0;
  for (const auto& day : days) {
    bool above = false;
    for (const float minute : day) {
      count += minute >= limit && !above ? 1 : 0;
      above = minute >= limit;
    }
  }
  return count;
}

}  // namespace

void BaselineWatch::take(const Frame& frame, const Context& context, bool settled) {
  const auto values = baselines_->step(frame, context, settled, state_);
  if (seconds_ % 60 == 0) minutes_.push_back({});
  for (std::size_t b = 0; b < baseline_count; ++b) {
    last_[b][seconds_ % on_delay_s] = std::isnan(values[b]) ? 0 : values[b];
    const double held = *std::min_element(last_[b].begin(), last_[b].end());
    minutes_.back()[b] = std::max(minutes_.back()[b], static_cast<float>(held));
    const bool stands = !episodes_[b].empty() && !episodes_[b].back().ended;
    below_[b] = values[b] >= limits_[b] ? 0 : below_[b] + 1;
    if (!stands && held >= limits_[b]) episodes_[b].push_back({frame.time, {}});
    if (stands && below_[b] >= off_delay_s) episodes_[b].back().ended = frame.time;
  }
  ++seconds_;
}

double limit_for(const std::vector<std::vector<float>>& days, std::size_t alarms) {
  std::vector<float> values;
  for (const auto& day : days) values.insert(values.end(), day.begin(), day.end());
  std::sort(values.begin(), values.end(), std::greater<>());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  float limit = values.empty() ? 1 : values.front() * 1.0001F;  // just above everything
  for (const float lower : values) {
    if (lower <= 0 || episodes_above(days, lower) > alarms) break;
    limit = lower;
  }
  return static_cast<double>(limit);
}

}  // namespace steadyline
