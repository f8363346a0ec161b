#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/units.h"

namespace steadyline {

/// What is wrong with the data beyond a single value: with a tag's readings over minutes, or with a unit's clock and link.
enum class Trouble : std::uint8_t {
  none,
  lost_values,   ///< a tag's readings are null or out of range again and again; measure: how often in about 5 min
  spikes,        ///< a tag's readings leap away and come back; measure: how often in about 5 min
  clock,         ///< a unit's stamps are off those of the others; measure: seconds ahead (negative: behind)
  duplicates,    ///< a unit's records come twice; measure: how often in about 15 min
  disorder,      ///< a unit's records overtake each other; measure: as above
  lost_records,  ///< a unit's count of records has holes; measure: as above
  backfill       ///< records came as history, behind their time; measure: how many
};
std::string_view to_text(Trouble trouble);

/// One trouble that stands, of a tag, of a unit (no tag), or of the line (no unit).
struct DataTrouble {
  Trouble kind = Trouble::none;
  std::optional<UnitIndex> unit;
  std::optional<TagIndex> tag;
  double measure = 0;
  friend bool operator==(const DataTrouble&, const DataTrouble&) = default;
};

}  // namespace steadyline
