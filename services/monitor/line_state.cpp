#include "monitor/line_state.h"

#include <algorithm>
#include <utility>

namespace steadyline {

LineState::LineState(const Line& description, LineIndex place, const InForce& begins_with, const MonitorOptions& options)
    : line{description},
      index{place},
      in_force{begins_with},
      links{description},
      aligner{description, options.alignment},
      checker{description},
      context{description},
      point{description},
      judge{description, begins_with.champion == nullptr ? nullptr : begins_with.champion->bundle.get(), options.alarms,
            begins_with.champion == nullptr ? std::vector<DriftChannel>{} : begins_with.champion->drift.channels()},
      challenger{description, options.alarms},
      judged_by_{begins_with.champion},
      warm_up_{static_cast<Milliseconds::rep>(options.alarms.warm_up_s * 1000)} {
  status.line = description.id;
}

void LineState::take(Sample&& sample, Position at, Aligner::Closed& closed) {
  partition = at.partition;
  const auto before = aligner.cold_start();
  links.take(sample);
  aligner.take(std::move(sample), at, closed);
  follow_links(closed);
  follow_cold_start(before, closed);
}

void LineState::tick(EventTime time, Aligner::Closed& closed) {
  const auto before = aligner.cold_start();
  links.tick(time);
  aligner.tick(time, closed);
  follow_links(closed);
  follow_cold_start(before, closed);
}

// A restart reads from a cold start, so nothing before may count.
void LineState::follow_links(const Aligner::Closed& closed) {
  if (std::any_of(closed.frames.begin(), closed.frames.end(), [](const Frame& frame) { return frame.cold; })) links.begin_anew();
}

void LineState::follow_cold_start(const std::optional<Position>& before, const Aligner::Closed& closed) {
  // The record that makes the line jump closes frames of the run before. Only when a later record closes frames is it sure that the cold
  // frame has ended the old alarms; until then a restart must still rebuild them.
  if (!closed.frames.empty() && aligner.cold_start() == before) read_from_ = before;
}

std::optional<Position> LineState::restart_position() const {
  return read_from_ ? read_from_ : aligner.cold_start() ? aligner.cold_start() : aligner.oldest_open();
}

void LineState::put_in_force(const InForce& roles, Position at, std::int64_t read_from) {
  named_on = at.partition;
  if (roles == in_force) return;
  std::erase_if(changes_, [read_from](const Change& change) { return change.at.offset < read_from; });
  changes_.push_back({at, std::exchange(in_force, roles)});
}

// A line is known to have jumped long after the record that its new run begins with: activations may lie between.
const LineState::InForce& LineState::in_force_at(std::int64_t offset) const {
  const auto later = std::find_if(changes_.begin(), changes_.end(), [offset](const Change& change) { return change.at.offset >= offset; });
  return later == changes_.end() ? in_force : later->before;
}

void LineState::check(FrameStep& step) {
  checker.check(step.frame);
  step.troubles.insert(step.troubles.end(), checker.troubles().begin(), checker.troubles().end());
  step.context = context.take(step.frame);
  if (step.frame.cold) elsewhere_.reset();
  if (!point.trained(step.frame, step.context)) elsewhere_ = step.frame.time;
  step.trained = !elsewhere_ || step.frame.time - *elsewhere_ >= point.washes_out();
  if (step.frame.cold || !step.frame.running) running_since_.reset();
  if (!step.frame.running) return;
  step.began = !running_since_;
  if (step.began) running_since_ = step.frame.time;
  step.settled = step.frame.time - *running_since_ >= warm_up_;
}

std::optional<std::string_view> LineState::obey(const Command& command, std::vector<Alert>& alerts) {
  if (command.kind == "set-point") return std::nullopt;  // the line obeys it; here it is on record
  if (command.kind == "result") {  // the soft sensors have it with their next frame
    const auto& sensors = line.soft_sensors;
    const auto meant = [&](const SoftSensorDescription& sensor) { return !command.tag.empty() && (sensor.name == command.tag || sensor.result == command.tag); };
    return std::any_of(sensors.begin(), sensors.end(), meant) ? std::nullopt : std::optional<std::string_view>{"unknown_tag"};
  }
  if (command.kind != "acknowledge") return "unknown_command";
  if (!judge.acknowledge(command.alarm, command.user, alerts)) return "unknown_alarm";
  return std::nullopt;
}

void LineState::judge_frame(const FrameStep& step, std::vector<Alert>& alerts) {
  if (step.models != judged_by_) judge.change_models(judged_by_ = step.models, alerts);
  judge.judge(step, alerts);
  challenger.judge_frame(step, judge.active() > 0);
}

void LineState::note(const FrameStep& step) {
  const Assessment& assessment = step.assessment;
  status.time = step.frame.time;
  status.running = step.frame.running;
  status.verdict = assessment.verdict;
  status.health = assessment.health.score;
  status.trend = assessment.trend;
  status.conformance_known = assessment.conformance.known;
  status.conformance = assessment.conformance.index;
  status.values = step.frame.values;
  status.flaws = {};
  for (const Flaw flaw : step.frame.flaws) ++status.flaws[static_cast<std::size_t>(flaw)];
  status.bundle = step.models == nullptr ? std::string{} : step.models->bundle->sha256;
  status.challenger = step.challenger == nullptr ? std::string{} : step.challenger->bundle->sha256;
  status.agreement = challenger.agreement;
  status.challenger_health = challenger.health;
  status.quality.clear();
  for (std::size_t i = 0; i < assessment.quality.size(); ++i) {
    const SoftEstimate& said = assessment.quality[i];
    status.quality.push_back({step.models->soft_sensors.sensors()[i].name, said.known, said.low, said.median, said.high, said.offset, said.steps,
                              said.set_aside, said.disagrees});
  }
  status.worst_share = status.worst_horizon_s = 0;
  status.worst_tag.clear();
  if (assessment.worst_count == 0) return;
  const Worst& worst = assessment.worst.front();
  const Bundle& bundle = *step.models->bundle;
  status.worst_tag = line.tag(bundle.features.tags[bundle.forecaster.targets[worst.target]]).path;
  status.worst_share = worst.share;
  status.worst_horizon_s = worst.horizon_s;
}

}  // namespace steadyline
