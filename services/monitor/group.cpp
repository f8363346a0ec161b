#include "monitor/group.h"

namespace steadyline {

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

}  // namespace steadyline
