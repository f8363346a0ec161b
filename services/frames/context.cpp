#include "frames/context.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace steadyline {
namespace {

enum PackMl { stopped = 2, starting = 3, stopping = 7, holding = 10, held = 11, completing = 16 };
constexpr double off = 0, gravimetric = 1;  // of a feeder's mode; more: volumetric, refill

/// 99.5 % of a powder's residence times lie below 1.9 of their mean for a train of blenders like ours (LINE §3.2).
constexpr double residence_share = 2.5;
constexpr double least_move = 0.01;  // a potency correction at a lot's scan is smaller

double span_s(EventTime from, EventTime to) { return static_cast<double>((to - from).count()) / 1000; }

}  // namespace

std::string_view to_text(Activity activity) {
  constexpr std::array<std::string_view, activity_count> texts{"stopped", "start_up", "steady", "refill", "after_lot", "shutdown"};
  return texts[static_cast<std::size_t>(activity)];
}

ContextTracker::ContextTracker(const Line& line) : line_{&line}, set_points_(line.units.size()) {
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    const Tag& tag = line.tags[i];
    if (tag.name == "batch_id") batch_ = TagIndex{i};
    if (tag.role != Role::setpoint || tag.automatic) continue;
    set_points_[tag.unit.value].push_back(TagIndex{i});
    if (tag.name == "massflow_sp") feed_.push_back(TagIndex{i});
  }
  for (const Unit& unit : line.units) washed_out_s_ = std::max(washed_out_s_, residence_share * unit.to_product_s);
  context_.units.resize(line.units.size());
}

const Context& ContextTracker::take(const Frame& frame) {
  if (frame.cold) {
    time_.reset();
    last_.clear();
    rest_.assign(line_->tags.size(), std::nan(""));
    context_ = Context{};
    context_.units.resize(line_->units.size());
  }
  if (last_.empty()) last_ = rest_ = std::vector<double>(line_->tags.size(), std::nan(""));
  const double passed_s = time_ ? span_s(*time_, frame.time) : 0;
  time_ = frame.time;
  context_.settled_s += passed_s;
  follow_line(frame, passed_s);
  for (std::size_t unit = 0; unit < line_->units.size(); ++unit) follow_unit(unit, frame, passed_s);
  for (std::size_t i = 0; i < last_.size(); ++i)
    if (usable(frame.flaws[i])) last_[i] = frame.values[i];
  return context_;
}

/// True once, when a usable reading differs from the last one.
bool ContextTracker::changed(TagIndex tag, const Frame& frame) const {
  const double last = last_[tag.value];
  return usable(frame.flaws[tag.value]) && !std::isnan(last) && frame.values[tag.value] != last;
}

/// A set-point has gone farther from where it was than a correction goes; a ramp counts again and again.
bool ContextTracker::moved(TagIndex tag, const Frame& frame) {
  double& rest = rest_[tag.value];
  if (!usable(frame.flaws[tag.value])) return false;
  const double value = frame.values[tag.value];
  const bool first = std::isnan(rest);
  if (!first && std::fabs(value - rest) <= least_move * std::fabs(rest)) return false;
  rest = value;
  return !first;
}

void ContextTracker::follow_line(const Frame& frame, double passed_s) {
  const Activity before = context_.activity;
  context_.since_s += passed_s;
  Activity now = frame.running ? before : Activity::stopped;
  if (frame.running && (before == Activity::stopped || before == Activity::shutdown)) now = Activity::start_up;
  if (now == Activity::start_up && before == Activity::start_up && context_.since_s >= washed_out_s_) now = Activity::steady;
  bool starts = false;
  if (line_->state_tag && usable(frame.flaws[line_->state_tag->value])) {
    const auto state = static_cast<int>(frame.values[line_->state_tag->value]);
    starts = state == starting;
    if (starts) now = Activity::start_up;  // the feeders prime and the blenders fill before anything turns that `running` looks at
    if (state == stopping || state == completing) now = Activity::shutdown;  // it runs empty, whether or not it still turns
    if (state == holding || state == held || state == stopped) now = Activity::stopped;  // the feeders stand already while the press runs out
  }
  if (now != Activity::start_up) context_.from_empty = false;
  if (now == Activity::start_up && now != before) context_.from_empty = starts && !(frame.cold && frame.running);
  if (now != before) context_.since_s = 0;
  if (now != before && now != Activity::steady) context_.settled_s = 0;
  context_.activity = now;
  if (line_->recipe_tag && usable(frame.flaws[line_->recipe_tag->value])) {
    if (changed(*line_->recipe_tag, frame)) context_.settled_s = 0;
    context_.recipe = frame.values[line_->recipe_tag->value];
  }
  if (batch_ && usable(frame.flaws[batch_->value])) context_.batch = frame.values[batch_->value];
  context_.throughput = 0;
  for (const TagIndex tag : feed_)
    if (!std::isnan(frame.values[tag.value])) context_.throughput += frame.values[tag.value];
}

void ContextTracker::follow_unit(std::size_t index, const Frame& frame, double passed_s) {
  const Unit& unit = line_->units[index];
  UnitContext& context = context_.units[index];
  for (double* const age : {&context.since_s, &context.refill_s, &context.lot_s, &context.moved_s, &context.phase_s}) *age += passed_s;
  for (const TagIndex tag : set_points_[index])
    if (moved(tag, frame)) context.moved_s = context_.settled_s = 0;
  if (unit.lot_tag && changed(*unit.lot_tag, frame)) context.lot_s = 0;
  Activity now = context_.activity;
  if (unit.mode_tag && usable(frame.flaws[unit.mode_tag->value])) {
    const double mode = frame.values[unit.mode_tag->value];
    if (mode > gravimetric && !(last_[unit.mode_tag->value] > gravimetric)) context.refill_s = 0;
    if (mode == off)
      now = Activity::stopped;
    else if (now == Activity::steady && (mode > gravimetric || context.refill_s < refill_tail_s))
      now = Activity::refill;
  }
  if (now == Activity::steady && context.lot_s < lot_tail_s) now = Activity::after_lot;
  if (unit.phase_tag && usable(frame.flaws[unit.phase_tag->value])) {
    const auto phase = static_cast<int>(frame.values[unit.phase_tag->value]);
    if (phase != context.phase) context.phase_s = 0;
    context.phase = phase;
    now = phase == 0 ? Activity::stopped : Activity::steady;  // a batch-wise unit does not share the line's start and end
  }
  if (now != context.activity) context.since_s = 0;
  context.activity = now;
}

}  // namespace steadyline
