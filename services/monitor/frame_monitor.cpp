#include "monitor/frame_monitor.h"

#include <utility>

#include "monitor/assess.h"
#include "monitor/line_state.h"

namespace steadyline {

struct FrameMonitor::State {
  State(Pipeline::Setup setup, const MonitorOptions& options)
      : description{std::make_shared<const Line>(std::move(setup.line))},
        models{std::make_shared<Models>()},
        line{*description, LineIndex{0}, LineState::InForce{.champion = models->load(setup.bundle, *description)}, options} {}
  State(const State& other) : description{other.description}, models{other.models}, line{other.line}, steps{} {}

  std::shared_ptr<const Line> description;
  std::shared_ptr<Models> models;
  LineState line;
  Steps steps;  // the last frame's
};

FrameMonitor::FrameMonitor(Pipeline::Setup setup, const MonitorOptions& options)
    : state_{std::make_unique<State>(std::move(setup), options)} {}
FrameMonitor::FrameMonitor(const FrameMonitor& other) : state_{std::make_unique<State>(*other.state_)} {}
FrameMonitor::~FrameMonitor() = default;

const FrameStep& FrameMonitor::take(Frame frame, std::vector<Alert>& alerts) {
  auto& [description, models, line, steps] = *state_;
  steps.clear();
  steps.push_back({.cause = {}, .what = FrameStep{.line = &line, .frame = std::move(frame), .models = line.in_force.champion}});
  auto& step = std::get<FrameStep>(steps.back().what);
  line.check(step);
  models->assess(steps);
  line.judge_frame(step, alerts);
  return step;
}

const Line& FrameMonitor::line() const { return *state_->description; }
const LoadedModels* FrameMonitor::models() const { return state_->line.in_force.champion; }

}  // namespace steadyline
