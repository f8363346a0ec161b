#include "monitor/lines.h"

#include <algorithm>
#include <utility>

namespace steadyline {

Lines::Lines(std::vector<Pipeline::Setup> setups, const MonitorOptions& options) : options_{options} {
  for (Pipeline::Setup& setup : setups) {
    descriptions_.push_back(std::move(setup.line));
    const LoadedModels* const loaded = models_.load(setup.bundle, descriptions_.back());
    at_hand_.emplace_back();
    if (loaded != nullptr) at_hand_.back().push_back(loaded);
    own_.push_back({.champion = loaded});
  }
  begins_with_ = own_;
  for (std::uint32_t i = 0; i < descriptions_.size(); ++i) states_.push_back(fresh(i));
}

std::unique_ptr<LineState> Lines::fresh(std::uint32_t index) const {
  return std::make_unique<LineState>(descriptions_[index], LineIndex{index}, begins_with_[index], options_);
}

void Lines::take(Message&& message, const Record& record, Steps& steps, Desk& desk) {
  if (auto* const sample = std::get_if<Sample>(&message)) return take_sample(std::move(*sample), record, steps, desk);
  if (auto* const tick = std::get_if<Tick>(&message)) return take_tick(tick->time, record, steps, desk);
  if (auto* const command = std::get_if<Command>(&message)) return take_command(std::move(*command), record, steps, desk);
  if (auto* const activate = std::get_if<Activate>(&message)) return take_activate(*activate, record, steps, desk);
  desk.count({record.at, Fate::event});
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

void Lines::take_activate(const Activate& activate, const Record& record, Steps& steps, Desk& desk) {
  LineState& line = *states_[activate.line.value];
  if (line.partition && *line.partition != record.at.partition) return desk.reject_second_partition(record, line, steps);
  desk.count({record.at, Fate::activate});
  LineState::InForce roles = line.in_force;
  const bool none = activate.challenger && activate.bundle == "none";
  const LoadedModels* const wanted = activate.bundle == "previous" ? roles.previous : find(activate.line, activate.bundle);
  if (wanted == nullptr && !none) return desk.refuse(record.at, "unknown_bundle");
  if (activate.challenger) {
    roles.challenger = none ? nullptr : wanted;
  } else if (wanted != roles.champion) {
    roles.previous = std::exchange(roles.champion, wanted);
    if (roles.challenger == wanted) roles.challenger = nullptr;
  }
  line.put_in_force(roles, record.at, read_from(record.at.partition, record.at.offset));
}

const LoadedModels* Lines::find(LineIndex line, std::string_view sha256) const {
  constexpr std::size_t digits_least = 12;
  if (sha256.size() < digits_least) return nullptr;
  for (const LoadedModels* models : at_hand_[line.value])
    if (models->bundle->sha256.starts_with(sha256)) return models;
  return nullptr;
}

void Lines::offer(LineIndex line, const std::shared_ptr<const Bundle>& bundle) {
  const LoadedModels* const models = models_.load(bundle, descriptions_[line.value]);
  at_hand_[line.value].push_back(models);
}

std::vector<std::string> Lines::bring_back(const BundlesInForce& in_force) {
  std::vector<std::string> lacking;
  for (const auto& [id, roles] : in_force) {
    const auto place = std::find_if(descriptions_.begin(), descriptions_.end(), [&](const Line& line) { return line.id == id; });
    if (place == descriptions_.end()) continue;
    const LineIndex line{static_cast<std::uint32_t>(place - descriptions_.begin())};
    const auto models_of = [&](const std::string& sha256) -> const LoadedModels* {
      const LoadedModels* const models = sha256.empty() ? nullptr : find(line, sha256);
      if (models == nullptr && !sha256.empty()) lacking.push_back(sha256);
      return models;
    };
    begins_with_[line.value] = {models_of(roles.champion), models_of(roles.challenger), models_of(roles.previous)};
    states_[line.value] = fresh(line.value);
    brought_back_.push_back(line.value);
  }
  return lacking;
}

void Lines::pass_on(LineState& line, const Record& record, Steps& steps, Desk& desk) {
  for (const Fated& fated : closed_.fates) {
    desk.count(fated);
    if (fated.fate == Fate::late || fated.fate == Fate::future) desk.set_out(fated, record, line, steps);
  }
  for (Frame& frame : closed_.frames)
    steps.push_back({record.at, FrameStep{.line = &line,
                                          .frame = std::move(frame),
                                          .models = line.in_force.champion,
                                          .challenger = line.in_force.challenger,
                                          .troubles{line.links.troubles().begin(), line.links.troubles().end()}}});
  closed_.fates.clear();
  closed_.frames.clear();
}

void Lines::forget(std::int32_t partition) {
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    if (states_[i]->home() != partition) continue;
    begins_with_[i] = own_[i];
    states_[i] = fresh(i);
  }
}

void Lines::assign(std::int32_t partition) {
  forget(partition);
  for (const std::uint32_t i : std::exchange(brought_back_, {})) states_[i]->named_on = partition;
}

std::int64_t Lines::read_from(std::int32_t partition, std::int64_t next) const {
  for (const auto& line : states_) {
    if (line->partition != partition) continue;
    if (const auto restart = line->restart_position()) next = std::min(next, restart->offset);
  }
  return next;
}

Progress Lines::progress_of(std::int32_t partition, std::int64_t last_seen) const {
  Progress progress{.next = last_seen + 1};
  for (const auto& line : states_) {
    if (line->partition != partition) continue;
    if (const auto open = line->aligner.oldest_open()) progress.next = std::min(progress.next, open->offset);
  }
  progress.read_from = read_from(partition, progress.next);
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    if (states_[i]->home() != partition) continue;
    const LineState::InForce& roles = states_[i]->in_force_at(progress.read_from);
    if (roles == own_[i]) continue;
    const auto hash_of = [](const LoadedModels* models) { return models == nullptr ? std::string{} : models->bundle->sha256; };
    progress.in_force[descriptions_[i].id] = {hash_of(roles.champion), hash_of(roles.challenger), hash_of(roles.previous)};
  }
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
