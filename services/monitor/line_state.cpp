#include "monitor/line_state.h"

#include <algorithm>

namespace steadyline {

LineState::LineState(const Line& description, LineIndex place, const LoadedModels* models_loaded, const MonitorOptions& options)
    : line{description},
      index{place},
      loaded{models_loaded},
      aligner{description, options.alignment},
      checker{description},
      context{description},
      judge{description, models_loaded == nullptr ? nullptr : models_loaded->bundle.get(), options.alarms},
      warm_up_{static_cast<Milliseconds::rep>(options.alarms.warm_up_s * 1000)} {
  status.line = description.id;
}

void LineState::take(Sample&& sample, Position at, Aligner::Closed& closed) {
  partition = at.partition;
  const auto before = aligner.cold_start();
  aligner.take(std::move(sample), at, closed);
  follow_cold_start(before, closed);
}

void LineState::tick(EventTime time, Aligner::Closed& closed) {
  const auto before = aligner.cold_start();
  aligner.tick(time, closed);
  follow_cold_start(before, closed);
}

void LineState::follow_cold_start(const std::optional<Position>& before, const Aligner::Closed& closed) {
  // The record that makes the line jump closes frames of the run before. Only when a later record closes frames is it sure that the cold
  // frame has ended the old alarms; until then a restart must still rebuild them.
  if (!closed.frames.empty() && aligner.cold_start() == before) read_from_ = before;
}

std::optional<Position> LineState::restart_position() const {
  return read_from_ ? read_from_ : aligner.cold_start() ? aligner.cold_start() : aligner.oldest_open();
}

void LineState::check(FrameStep& step) {
  checker.check(step.frame);
  step.context = context.take(step.frame);
  if (step.frame.cold || !step.frame.running) running_since_.reset();
  if (!step.frame.running) return;
  step.began = !running_since_;
  if (step.began) running_since_ = step.frame.time;
  step.settled = step.frame.time - *running_since_ >= warm_up_;
}

std::optional<std::string_view> LineState::obey(const Command& command, std::vector<Alert>& alerts) {
  if (command.kind == "set-point") return std::nullopt;  // the line obeys it; here it is on record
  if (command.kind != "acknowledge") return "unknown_command";
  if (!judge.acknowledge(command.alarm, command.user, alerts)) return "unknown_alarm";
  return std::nullopt;
}

void LineState::note(const FrameStep& step) {
  const Assessment& assessment = step.assessment;
  status.time = step.frame.time;
  status.running = step.frame.running;
  status.verdict = assessment.verdict == Verdict::inside;
  status.scored = status.verdict || assessment.verdict == Verdict::outside;
  status.health = assessment.health.score;
  status.values = step.frame.values;
  status.flaws = {};
  for (const Flaw flaw : step.frame.flaws) ++status.flaws[static_cast<std::size_t>(flaw)];
  status.worst_share = status.worst_horizon_s = 0;
  status.worst_tag.clear();
  if (assessment.worst_count == 0) return;
  const Worst& worst = assessment.worst.front();
  const Bundle& bundle = *loaded->bundle;
  status.worst_tag = line.tag(bundle.features.tags[bundle.forecaster.targets[worst.target]]).path;
  status.worst_share = worst.share;
  status.worst_horizon_s = worst.horizon_s;
}

}  // namespace steadyline
