#include "models/golden_follow.h"

#include <cmath>

namespace steadyline {
namespace {

constexpr double least_move = 0.01;  // of the throughput

bool watched(const Line& line, const Tag& tag) {
  if (tag.uom == "1") return false;  // a comparison already, e.g. of one punch with the others: six dozen of them would drown the rest
  if (tag.role == Role::setpoint || tag.tag_class == TagClass::aux || tag.tag_class == TagClass::cma) return false;
  return tag.role == Role::measured || (tag.tag_class == TagClass::cqa && line.unit(tag.unit).phase_tag);
}

}  // namespace

GoldenFollower::GoldenFollower(const Line& line, double settle_s) : line_{&line}, settle_s_{settle_s}, of_unit_(line.units.size()) {
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    if (!watched(line, line.tags[i])) continue;
    of_unit_[line.tags[i].unit.value].push_back(tags_.size());
    tags_.push_back(TagIndex{i});
  }
}

void GoldenFollower::take(const Frame& frame, const Context& context, State& state) const {
  if (frame.cold || state.keys.empty()) {
    state = {};
    state.slow.resize(tags_.size());
    state.fast.resize(tags_.size());
    state.keys.resize(line_->units.size());
  }
  const double passed_s = state.time ? static_cast<double>((frame.time - *state.time).count()) / 1000 : 0;
  state.time = frame.time;
  follow_throughput(context, passed_s, state);
  state.before = state.keys;
  for (std::size_t unit = 0; unit < of_unit_.size(); ++unit) {
    const UnitContext& own = context.units[unit];
    const UnitKey key{own.activity, own.phase, context.from_empty && own.activity == Activity::start_up};
    const bool same = state.keys[unit] == key;
    state.keys[unit] = key;
    for (const std::size_t k : of_unit_[unit]) {
      if (!same) state.slow[k] = {};
      const std::size_t tag = tags_[k].value;
      if (!usable(frame.flaws[tag])) continue;
      state.slow[k].take(frame.values[tag], slow_span);
      state.fast[k].take(frame.values[tag], fast_span);
    }
  }
}

void GoldenFollower::follow_throughput(const Context& context, double passed_s, State& state) const {
  const double now = state.throughput = context.throughput;
  if (passed_s == 0) {  // nothing is known of before: it is taken to be at rest
    state.throughput_mark = state.throughput_before = now;
    state.rested_s = settle_s_;
  }
  state.rested_s += passed_s;
  if (std::fabs(now - state.throughput_mark) > least_move * state.throughput_mark) {
    if (state.rested_s >= settle_s_) state.throughput_before = state.throughput_mark;
    state.throughput_mark = now;
    state.rested_s = 0;
  }
  state.moving = state.rested_s < settle_s_;
}

}  // namespace steadyline
