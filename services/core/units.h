#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace steadyline {

/// A number that knows what it counts. Tags never mix, and nothing converts silently in either direction.
template <class Tag, class Rep>
struct Strong {
  constexpr Strong() = default;
  constexpr explicit Strong(Rep v) : value{v} {}
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
  Rep value{};
};

using TagIndex = Strong<struct TagIndexTag, std::uint32_t>;    ///< place of a tag in its line's list, 0 ..
using UnitIndex = Strong<struct UnitIndexTag, std::uint32_t>;  ///< place of a unit in its line's list, 0 ..
using LineIndex = Strong<struct LineIndexTag, std::uint32_t>;  ///< place of a line in the monitor's list, 0 ..

using Milliseconds = std::chrono::milliseconds;
using EventTime = std::chrono::sys_time<Milliseconds>;  ///< when the plant measured it, UTC

/// Where a record stands in the input log. The topic is the one input topic of the settings.
struct Position {
  std::int32_t partition{};
  std::int64_t offset{};
  friend auto operator<=>(const Position&, const Position&) = default;
};

}  // namespace steadyline
