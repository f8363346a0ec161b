#include "monitor/group.h"

#include <algorithm>

namespace steadyline {
namespace {

constexpr Milliseconds follows_within{900'000};    // the powder's 401 s, and the slower detectors' time
constexpr Milliseconds follows_at_most{3'600'000};
constexpr Milliseconds against_the_flow{180'000};  // a loop's answer, or the cause's own detector that is the slower one
constexpr Milliseconds vague_for{300'000};         // so long low health waits for an alarm that says more
constexpr Milliseconds same_trouble{300'000};      // bad data of a unit that moved otherwise before

}  // namespace

Linkage::Linkage(const Line& line) {
  for (const Unit& unit : line.units) {
    source_.push_back(unit.mode_tag || unit.lot_tag);
    aside_.push_back(unit.phase_tag.has_value());
    to_product_s_.push_back(unit.to_product_s);
  }
  whole_.assign(line.units.size(), char{0});
  if (line.state_tag) whole_[line.tag(*line.state_tag).unit.value] = 1;
}

bool Linkage::linked(std::optional<UnitIndex> a, std::optional<UnitIndex> b) const {
  if (!a || !b || *a == *b) return true;
  if (whole_[a->value] != 0 || whole_[b->value] != 0) return true;
  if (aside_[a->value] != 0 || aside_[b->value] != 0) return false;
  return source_[a->value] == 0 || source_[b->value] == 0;
}

bool Linkage::upstream(UnitIndex a, UnitIndex b) const {
  if (a == b || !linked(a, b) || whole_[a.value] != 0 || whole_[b.value] != 0 || source_[b.value] != 0) return false;
  if (source_[a.value] != 0) return to_product_s_[a.value] >= to_product_s_[b.value];
  return to_product_s_[a.value] > to_product_s_[b.value] || (to_product_s_[a.value] == to_product_s_[b.value] && a.value < b.value);
}

bool joins(const AlarmGroup& group, const Newcomer& newcomer, const Linkage& linkage, EventTime now) {
  if (newcomer.kind == AlarmKind::standstill) return false;
  if (group.kind == AlarmKind::standstill) return true;
  if (!linkage.linked(group.unit, newcomer.unit)) return false;
  const Milliseconds open_for = now - group.opened, quiet_for = now - group.last_joined;
  const bool again = std::find(group.members.begin(), group.members.end(), newcomer.watch) != group.members.end();
  if (again || (newcomer.tag && newcomer.tag == group.tag)) return true;
  if (group.of_lots && newcomer.unit != group.unit) return false;  // it stands for hours and must not hide what comes meanwhile
  if (group.kind == AlarmKind::low_health) return open_for <= vague_for;
  if (newcomer.kind == AlarmKind::bad_data && group.kind != AlarmKind::bad_data) return newcomer.unit == group.unit && open_for <= same_trouble;
  if (group.unit && newcomer.unit && linkage.upstream(*newcomer.unit, *group.unit)) return open_for <= against_the_flow;
  return quiet_for <= follows_within && open_for <= follows_at_most;
}

}  // namespace steadyline
