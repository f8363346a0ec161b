#include "line/line.h"

#include <algorithm>
#include <cmath>

namespace steadyline {

bool Band::bounded() const { return std::isfinite(low) || std::isfinite(high); }

// A line has some dozens of units and hundreds of tags; the decoder keeps a table of its own for the hot path.
std::optional<UnitIndex> Line::find_unit(std::string_view unit_id) const {
  const auto found = std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.id == unit_id; });
  if (found == units.end()) return std::nullopt;
  return UnitIndex{static_cast<std::uint32_t>(found - units.begin())};
}

std::optional<TagIndex> Line::find_tag(UnitIndex unit, std::string_view name) const {
  const auto found = std::find_if(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.unit == unit && tag.name == name; });
  if (found == tags.end()) return std::nullopt;
  return TagIndex{static_cast<std::uint32_t>(found - tags.begin())};
}

std::optional<TagIndex> Line::find_tag(std::string_view path) const {
  const auto found = std::find_if(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.path == path; });
  if (found == tags.end()) return std::nullopt;
  return TagIndex{static_cast<std::uint32_t>(found - tags.begin())};
}

}  // namespace steadyline
