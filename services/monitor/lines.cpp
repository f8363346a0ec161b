#include "monitor/lines.h"

#include <algorithm>
#include <utility>

namespace steadyline {

Lines::Lines(std::vector<Pipeline::Setup> setups, const MonitorOptions& options) : options_{options} {
  for (Pipeline::Setup& setup : setups) {
    descriptions_.push_back(std::move(setup.line));
    loaded_.push_back(models_.load(setup.bundle, descriptions_.back()));
  }
  for (std::uint32_t i = 0; i < descriptions_.size(); ++i) states_.push_back(fresh(i));
}

std::unique_ptr<LineState> Lines::fresh(std::uint32_t index) const {
  return std::make_unique<LineState>(descriptions_[index], LineIndex{index}, loaded_[index], options_);
}

void Lines::take(Message&& message, const Record& record, Steps& steps, Desk& desk) {
  if (auto* const sample = std::get_if<Sample>(&message)) return take_sample(std::move(*sample), record, steps, desk);
  if (auto* const tick = std::get_if<Tick>(&message)) return take_tick(tick->time, record, steps, desk);
  if (auto* const command = std::get_if<Command>(&message)) return take_command(std::move(*command), record, steps, desk);
  desk.count({record.at, std::holds_alternative<Event>(message) ? Fate::event : Fate::activate});
}

void Lines::take_sample(Sample&& sample, const Record& record, Steps& steps, Desk& desk) {
  LineState& line = *states_[sample.line.value];
  if (line.partition && *line.partition != record.at.partition) return desk.reject_second_partition(record, line, steps);
  desk.set_aside(record.at, sample.unknown_tags.size());
  line.take(std::move(sample), record.at, closed_);
  pass_on(line, record, steps, desk);
}

void Lines::take_tick(EventTime time, const Record& record, Steps& steps, Desk& desk) {
  desk.count({record.at, Fate::tick});
  for (const auto& line : states_) {
    if (line->partition != record.at.partition) continue;
    line->tick(time, closed_);
    pass_on(*line, record, steps, desk);
  }
}

void Lines::take_command(Command&& command, const Record& record, Steps& steps, Desk& desk) {
  LineState& line = *states_[command.line.value];
  if (line.partition && *line.partition != record.at.partition) return desk.reject_second_partition(record, line, steps);
  desk.count({record.at, Fate::command});
  steps.push_back({record.at, CommandStep{&line, std::move(command)}});
}

void Lines::pass_on(LineState& line, const Record& record, Steps& steps, Desk& desk) {
  for (const Fated& fated : closed_.fates) {
    desk.count(fated);
    if (fated.fate == Fate::late || fated.fate == Fate::future) desk.set_out(fated, record, line, steps);
  }
  for (Frame& frame : closed_.frames) steps.push_back({record.at, FrameStep{.line = &line, .frame = std::move(frame)}});
  closed_.fates.clear();
  closed_.frames.clear();
}

void Lines::forget(std::int32_t partition) {
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    if (states_[i]->partition == partition) states_[i] = fresh(i);
  }
}

Progress Lines::progress_of(std::int32_t partition, std::int64_t last_seen) const {
  Progress progress{.next = last_seen + 1, .read_from = last_seen + 1};
  for (const auto& line : states_) {
    if (line->partition != partition) continue;
    if (const auto open = line->aligner.oldest_open()) progress.next = std::min(progress.next, open->offset);
    if (const auto restart = line->restart_position()) progress.read_from = std::min(progress.read_from, restart->offset);
  }
  progress.read_from = std::min(progress.read_from, progress.next);
  return progress;
}

std::vector<LineStatus> Lines::status() const {
  std::vector<LineStatus> all;
  for (const auto& line : states_) {
    if (!line->partition) continue;
    all.push_back(line->status);
    all.back().active_alarms = line->judge.active();
    all.back().alarms_by_kind = line->judge.active_by_kind();
  }
  return all;
}

}  // namespace steadyline
