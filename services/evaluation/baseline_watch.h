#pragma once

#include <array>
#include <optional>
#include <vector>

#include "evaluation/detection_baselines.h"

namespace steadyline {

/// A limit for each baseline's statistic.
using BaselineLimits = std::array<double, baseline_count>;

/// Runs the baselines beside a monitor: an alarm is raised when a statistic has stood above its limit for 10 s and ends when it has stood
/// below for 60 s. A plain value.
class BaselineWatch {
 public:
  struct Episode {
    EventTime raised;
    std::optional<EventTime> ended;
  };
  static constexpr int on_delay_s = 10, off_delay_s = 60;

  BaselineWatch(const DetectionBaselines& baselines, const BaselineLimits& limits) : baselines_{&baselines}, limits_{limits} {}

  void take(const Frame& frame, const Context& context, bool settled);
  const std::vector<Episode>& episodes(std::size_t baseline) const { return episodes_[baseline]; }
  /// By minute from the first frame on: the largest value that a statistic held for 10 s; 0 without one. What any limit would have done.
  const std::vector<std::array<float, baseline_count>>& minutes() const { return minutes_; }

 private:
  const DetectionBaselines* baselines_;
  BaselineLimits limits_;
  DetectionBaselines::State state_;
  std::array<std::array<double, on_delay_s>, baseline_count> last_{};
  std::array<int, baseline_count> below_{};
  std::array<std::vector<Episode>, baseline_count> episodes_;
  std::vector<std::array<float, baseline_count>> minutes_;
  std::size_t seconds_ = 0;
};

/// The lowest limit with which a baseline has at most `alarms` episodes over these days; minutes that follow each other are one episode.
double limit_for(const std::vector<std::vector<float>>& days, std::size_t alarms);

}  // namespace steadyline
