#include "models/drift.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double execute = 6;          // PackML (OPC 30050): producing
constexpr double potency_move = 0.03;  // a feeder's set-point corrected for a lot's potency moves by less
constexpr double lost_share = 0.5;     // so many tags without readings at once: the connection, no sensor

float inverse(double limit) { return limit == 0 ? 0.0F : static_cast<float>(1 / limit); }

}  // namespace

DriftModel::DriftModel(const DriftSpec& spec, const Line& line)
    : spec_{spec}, period_s_{static_cast<double>(line.period.count()) / 1000}, state_tag_{line.state_tag} {
  for (const Unit& unit : line.units) {
    batch_wise_.push_back(unit.phase_tag.has_value());
    feeder_.push_back(unit.mode_tag.has_value());
  }
  for (std::uint32_t i = 0; i < line.tags.size(); ++i)
    if (line.tags[i].role == Role::setpoint && !line.tags[i].automatic && feeder_[line.tags[i].unit.value]) feeds_.push_back(TagIndex{i});
  for (std::size_t place = 0; place < spec.signals.size(); ++place) {
    const DriftSignal& signal = spec.signals[place];
    Relation relation{signal.terms, line};
    const auto unit = line.find_unit(signal.unit);
    if (!relation.complete() || !unit) continue;
    DriftChannel channel{signal.name, *unit, {}, signal.relation};
    for (const std::string& path : signal.tags)
      if (const auto tag = line.find_tag(path)) channel.tags.push_back(*tag);
    if (channel.tags.empty()) continue;
    Part part{place, std::move(relation), memory_, *unit, signal.phase, signal.follows_lots, signal.centre, signal.spread, signal.unrest, {}, {}};
    for (const double limit : signal.low) part.below.push_back(inverse(limit));
    for (const double limit : signal.high) part.above.push_back(inverse(limit));
    part.below.resize(drift_contexts * drift_statistics, 0);
    part.above.resize(drift_contexts * drift_statistics, 0);
    memory_ += part.relation.memory();
    parts_.push_back(std::move(part));
    channels_.push_back(std::move(channel));
  }
}

void DriftModel::begin(DriftState& state, const Context& context) const {
  state.tracks.assign(parts_.size(), DriftTrack{});
  state.tanks.assign(memory_, std::nan(""));
  state.ages.clear();
  for (const UnitContext& unit : context.units) state.ages.push_back(unit.moved_s);
  state.feeds.assign(feeds_.size(), std::nan(""));
  state.rest_s = 0;
  state.recipe = context.recipe;
}

/// A set-point or the recipe has moved: another operating point. Batch-wise units move theirs with their phases, and a feeder's follows the
/// potency of each lot a little.
bool DriftModel::moved(const Frame& frame, const Context& context, DriftState& state) const {
  bool moved = context.recipe != state.recipe;
  for (std::size_t unit = 0; unit < state.ages.size(); ++unit) {
    moved = moved || (!batch_wise_[unit] && !feeder_[unit] && context.units[unit].moved_s < state.ages[unit]);
    state.ages[unit] = context.units[unit].moved_s;
  }
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    const double now = frame.values[feeds_[i].value];
    if (!std::isnan(now) && std::isnan(state.feeds[i])) state.feeds[i] = now;
    moved = moved || std::fabs(now - state.feeds[i]) > potency_move * std::fabs(state.feeds[i]);
  }
  if (moved)
    for (std::size_t i = 0; i < feeds_.size(); ++i) state.feeds[i] = frame.values[feeds_[i].value];
  state.recipe = context.recipe;
  return moved;
}

DriftGate DriftModel::gate(const Part& part, const Context& context, double rest_s) const {
  DriftGate gate;
  const UnitContext& unit = context.units[part.unit.value];
  if (batch_wise_[part.unit.value]) {
    gate.open = part.phase < 0 || (unit.phase == part.phase && unit.phase_s >= spec_.phase_s);
    return gate;
  }
  gate.open = rest_s > 0 && rest_s >= spec_.settle_s;
  const bool refill = unit.refill_s < refill_tail_s;
  gate.lot_tail = part.follows_lots && unit.lot_s < lot_tail_s;
  gate.context = refill          ? gate.lot_tail ? DriftContext::both : DriftContext::refill
                 : gate.lot_tail ? DriftContext::after_lot
                                 : DriftContext::calm;
  return gate;
}

void DriftModel::follow(const Frame& frame, const Context& context, DriftState& state) const {
  if (frame.cold || state.tracks.size() != parts_.size()) begin(state, context);
  const auto lost = std::count_if(frame.flaws.begin(), frame.flaws.end(), [](Flaw flaw) { return flaw >= Flaw::null; });
  if (static_cast<double>(lost) > lost_share * static_cast<double>(frame.flaws.size())) return;
  const bool produces = context.activity == Activity::steady && (!state_tag_ || frame.values[state_tag_->value] == execute);
  const bool anew = produces && moved(frame, context, state);  // feeders at rest have no set-point
  state.rest_s = produces && !anew ? state.rest_s + period_s_ : 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    DriftTrack& track = state.tracks[i];
    if ((anew || (spec_.anew_after_stop && context.activity != Activity::steady)) && !batch_wise_[part.unit.value]) track.restart();
    const double value = part.relation.value(frame, {state.tanks.data() + part.memory, part.relation.memory()});
    const DriftGate gate_now = gate(part, context, state.rest_s);
    if (!gate_now.open) {
      if (track.open) track.close();
      continue;
    }
    track.open = true;
    if (std::isnan(value))
      track.silent_s += period_s_;
    else
      track.take(value, gate_now, period_s_, spec_.anchor_s);
  }
}

DriftContext DriftModel::statistics(const DriftState& state, std::size_t channel, DriftStatistics& values) const {
  const Part& part = parts_[channel];
  return state.tracks[channel].statistics(part.centre, part.spread, values, part.unrest);
}

void DriftModel::step(const Frame& frame, const Context& context, DriftState& state, DriftReading& reading) const {
  follow(frame, context, state);
  reading.excess.assign(parts_.size(), 0.0F);
  reading.minute.assign(parts_.size(), std::numeric_limits<float>::quiet_NaN());
  reading.of_lots.assign(parts_.size(), char{0});
  DriftStatistics values;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!state.tracks[i].open) continue;
    reading.minute[i] = static_cast<float>(state.tracks[i].minute());
    const auto row = static_cast<std::size_t>(statistics(state, i, values)) * drift_statistics;
    float worst = 0, sign = 1;
    for (std::size_t k = 0; k < drift_statistics; ++k) {
      const float share = values[k] > 0 ? values[k] * parts_[i].above[row + k] : values[k] * parts_[i].below[row + k];
      if (share > worst) {  // false for NaN
        worst = share;
        sign = values[k] > 0 ? 1.0F : -1.0F;
        reading.of_lots[i] = k == static_cast<std::size_t>(DriftStatistic::lots);
      }
    }
    reading.excess[i] = sign * worst;
  }
}

}  // namespace steadyline
