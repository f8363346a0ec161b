#include "monitor/frame_monitor.h"

#include <utility>

#include "monitor/assess.h"
#include "monitor/line_state.h"

namespace steadyline {

struct FrameMonitor::State {
  State(Pipeline::Setup setup, const MonitorOptions& options)
      : description{std::move(setup.line)}, line{description, LineIndex{0}, models.load(setup.bundle, description), options} {}

  Line description;
  Models models;
  LineState line;
  Steps steps;  // the last frame's
};

FrameMonitor::FrameMonitor(Pipeline::Setup setup, const MonitorOptions& options)
    : state_{std::make_unique<State>(std::move(setup), options)} {}
FrameMonitor::~FrameMonitor() = default;

const FrameStep& FrameMonitor::take(Frame frame, std::vector<Alert>& alerts) {
  auto& [description, models, line, steps] = *state_;
  steps.clear();
  steps.push_back({.cause = {}, .what = FrameStep{.line = &line, .frame = std::move(frame)}});
  auto& step = std::get<FrameStep>(steps.back().what);
  line.check(step);
  models.assess(steps);
  line.judge.judge(step, alerts);
  return step;
}

const Line& FrameMonitor::line() const { return state_->description; }
const LoadedModels* FrameMonitor::models() const { return state_->line.loaded; }

}  // namespace steadyline
