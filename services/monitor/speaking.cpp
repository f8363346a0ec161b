#include "monitor/speaking.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr double execute = 6;             // PackML, OPC 30050
constexpr double feeder_settles_s = 660;  // its balance is summed over 10 min
constexpr double settles_s = OperatingPoint::settles_s, residence_share = OperatingPoint::residence_share;
constexpr double result_late_s = 1800;  // a tester's result is so late at most, and stands until the next
constexpr double phase_settles_s = 300;
constexpr double means_remember_s = 60;
constexpr double lot_appears_s = 300;                // of a new lot too little has come through the hopper before
constexpr double lot_mixes_s = lot_tail_s + 1800;    // a large hopper mixes it in slowly
constexpr double lot_suspect_s = 10'800;             // it stays, and a small difference takes so long to be told
constexpr double found_s = 10, since_ever_s = 1e9;

double span_s(EventTime from, EventTime to) { return static_cast<double>((to - from).count()) / 1000; }

bool reads(const std::optional<TagIndex>& tag, const Frame& frame) { return tag && usable(frame.flaws[tag->value]); }

}  // namespace

Speaking::Speaking(const Line& line)
    : line_{&line},
      point_{line},
      feed_(line.units.size()),
      seen_(line.tags.size()),
      limits_(line.units.size(), char{1}),
      refills_(line.units.size()),
      new_lots_(line.units.size(), char{1}),
      lot_s_(line.units.size(), long_ago_s),
      moved_s_(line.units.size(), long_ago_s) {
  for (const Unit& unit : line.units) longest_s_ = std::max(longest_s_, unit.to_product_s);
  for (std::uint32_t i = 0; i < line.tags.size(); ++i)
    if (line.tags[i].name == "massflow_sp") feed_[line.tags[i].unit.value] = TagIndex{i};
}

void Speaking::take(const FrameStep& step) {
  const double passed_s = last_ && !step.frame.cold ? span_s(*last_, step.frame.time) : 0;
  last_ = step.frame.time;
  if (step.frame.cold) std::fill(seen_.begin(), seen_.end(), char{0});
  for (std::size_t i = 0; i < seen_.size(); ++i)
    if (usable(step.frame.flaws[i])) seen_[i] = 1;
  executing_s_ += passed_s;
  const bool executed = executes_;
  if (step.frame.cold) {
    stood_s_ = watched_s_ = 0;
    told_ = false;
  }
  watched_s_ += passed_s;
  const bool tells = reads(line_->state_tag, step.frame);
  if (tells) executes_ = step.frame.values[line_->state_tag->value] == execute;
  const bool found_executing = tells && !told_ && executes_;  // the first frames of a line that was just found may lack it
  told_ = told_ || tells;
  stood_s_ = step.frame.running ? found_s : stood_s_ + passed_s;
  if (!executes_ || !executed || (!step.frame.running && stood_s_ >= found_s)) executing_s_ = 0;
  if (found_executing) executing_s_ = since_ever_s;
  // A set-point moved upstream is felt here; the coater's are nobody else's.
  const auto& units = step.context.units;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    moved_s_[unit] = units[unit].moved_s;
    lot_s_[unit] = step.frame.cold ? long_ago_s : lot_s_[unit] + passed_s;
    if (units[unit].lot_s >= lot_appears_s) lot_s_[unit] = std::min(lot_s_[unit], units[unit].lot_s);
    new_lots_[unit] = watched_s_ < lot_mixes_s || lot_s_[unit] < lot_suspect_s;
    refills_[unit] = line_->units[unit].mode_tag && units[unit].refill_s < refill_tail_s + means_remember_s;
    if (line_->units[unit].phase_tag) continue;
    for (std::size_t other = 0; other < units.size(); ++other)
      if (!line_->units[other].phase_tag && !line_->units[unit].mode_tag) moved_s_[unit] = std::min(moved_s_[unit], units[other].moved_s);
  }
  nominal_ = OperatingPoint::nominal(step.context);
  models_ = step.settled && point_.trained(step.frame, step.context);
  for (std::size_t unit = 0; unit < line_->units.size(); ++unit) {
    limits_[unit] = unit_speaks(unit, step);
    if (!units.empty() && moved_s_[unit] < settling_s(unit) && !line_->units[unit].phase_tag) models_ = false;
  }
  const bool produces = step.context.activity == Activity::steady || found_in_production(step.context.activity);
  if (!units.empty() && (!produces || !executes_ || executing_s_ < settles_s + residence_share * longest_s_)) models_ = false;
}

bool Speaking::limits_of(TagIndex tag) const {
  const Tag& described = line_->tag(tag);
  if (limits_[described.unit.value] == 0) return false;
  if (described.tag_class == TagClass::cqa && !nominal_) return false;  // its limits are those of another product
  return described.clock != Clock::on_change || described.role != Role::measured ||
         std::min(executing_s_, moved_s_[described.unit.value]) >= settling_s(described.unit.value) + result_late_s;
}

/// A line found executing may have begun long ago: only a start that was seen keeps limits and models silent.
bool Speaking::found_in_production(Activity activity) const {
  return line_->state_tag && activity == Activity::start_up && executing_s_ >= since_ever_s;
}

/// A feeder that stands although it is told to feed: never suppressed.
bool Speaking::tripped(std::size_t unit, const FrameStep& step) const {
  const auto& feed = feed_[unit];
  return step.context.units[unit].activity == Activity::stopped && step.context.activity == Activity::steady && reads(feed, step.frame) &&
         step.frame.values[feed->value] > 0;
}

bool Speaking::unit_speaks(std::size_t unit, const FrameStep& step) const {
  const auto& units = step.context.units;
  if (units.empty()) return step.settled;
  const UnitContext& context = units[unit];
  const bool produces = found_in_production(context.activity) || context.activity == Activity::steady ||
                        context.activity == Activity::refill || context.activity == Activity::after_lot;
  if (line_->units[unit].phase_tag) return produces && context.phase_s >= phase_settles_s && context.moved_s >= phase_settles_s;
  if (!step.settled || !executes_ || executing_s_ < settling_s(unit) || moved_s_[unit] < settling_s(unit)) return false;
  return produces || tripped(unit, step);
}

double Speaking::settling_s(std::size_t unit) const {
  if (line_->units[unit].mode_tag) return feeder_settles_s;
  return settles_s + residence_share * (longest_s_ - line_->units[unit].to_product_s);
}

}  // namespace steadyline
