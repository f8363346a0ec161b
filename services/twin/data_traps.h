#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/philox.h"
#include "line/line.h"

namespace steadyline {

/// What recorded data brings along, of a scenario with `data_traps` (LINE §4, data reality; docs/twin.md §7): it spoils what leaves the
/// line, never what the line does.
///
/// Gaps      the log stands for 30 .. 230 s, once in each half day.
/// Empty     one reading in 10,000 is sent as NaN.
/// Copies    once a day one measured tag repeats its neighbour of the same unit for 30 .. 90 min.
/// Counters  tablets (uom "tab") are counted in thousands.
/// Bits      a function of (seed, second, tag) alone; seconds are counted from the start of the run, the first one lived through is 1.
/// Values    copyable. Threads: any number, all calls are const.
class DataTraps {
 public:
  DataTraps(const Line& line, std::uint64_t seed);

  bool logged(std::int64_t second) const;
  /// The tag that repeats its neighbour in this second.
  std::optional<TagIndex> copied(std::int64_t second) const;
  /// `values`: a reading per tag of the line. `part`: of the second, for instruments that read more often.
  void spoil(std::int64_t second, int part, std::vector<double>& values) const;

 private:
  struct Pair {
    TagIndex tag, neighbour;
  };
  const Pair* copy_at(std::int64_t second) const;

  RandomStream gaps_, copies_;
  std::vector<Pair> pairs_;
  std::vector<TagIndex> counters_;
  std::vector<RandomStream> empties_;  // by tag
};

}  // namespace steadyline
