#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units.h"
#include "line/line.h"
#include "monitor/alert.h"

namespace steadyline {

/// Which units of a line can move which: along the way of the material, and against it through the loops (the press follows the level of
/// its inlet). Feeders are sources: none moves another. A batch-wise unit stands aside.
class Linkage {
 public:
  explicit Linkage(const Line& line);
  /// Nothing stands for the line as a whole: linked with all.
  bool linked(std::optional<UnitIndex> a, std::optional<UnitIndex> b) const;
  /// Material flows from a to b.
  bool upstream(UnitIndex a, UnitIndex b) const;
  /// The line as a whole: utilities and the line's own signals.
  bool whole(UnitIndex unit) const { return whole_[unit.value] != 0; }

 private:
  std::vector<char> source_, aside_, whole_;  // by unit
  std::vector<double> to_product_s_;
};

/// Alarms of one cause: the first-out alarm and those that followed it. A plain value.
struct AlarmGroup {
  std::uint32_t number = 0;         ///< from 1, in order of opening
  std::string id;                   ///< of the first-out alarm
  std::size_t head = 0;             ///< its watch
  AlarmKind kind{};                 ///< of the first-out alarm; of low health: of the first that says more
  std::optional<UnitIndex> unit;    ///< as kind
  std::optional<TagIndex> tag;      ///< as kind; none: the unit as a whole
  EventTime opened{}, last_active{}, last_joined{}, told_at{};
  std::vector<std::size_t> members{};  ///< watches that belong or belonged to it
  std::vector<std::string> followers;  ///< units of the members, in order of joining, each once
  std::vector<Contribution> causes;    ///< as told
  std::string verdict;                 ///< as told
  int retold = 0;
  bool of_lots = false;  ///< opened by a lot unlike those before it
};

/// An alarm that begins.
struct Newcomer {
  std::size_t watch;
  AlarmKind kind;
  std::optional<UnitIndex> unit;
  std::optional<TagIndex> tag;
};

/// Has the newcomer the group's cause, as far as place and time tell? docs/alarms.md has the rules.
bool joins(const AlarmGroup& group, const Newcomer& newcomer, const Linkage& linkage, EventTime now);

/// So long after its last alarm ended a group is still open: the material's way through the line.
inline constexpr Milliseconds group_lingers{420'000};
/// And so long after its last member came: what stands for hours must not hide what comes then.
inline constexpr Milliseconds group_ages{7'200'000};

}  // namespace steadyline
