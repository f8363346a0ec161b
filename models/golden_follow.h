#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// Mean of the last readings: of all while they are few, then exponentially weighted. A plain value.
struct RecentMean {
  double value = 0;
  std::int32_t seen = 0;
  void take(double reading, std::int32_t span) {
    if (seen < span) ++seen;
    value += (reading - value) / seen;
  }
};

/// Follows the watched tags of a line as both the golden profile's learner and its model see them: CPP and CQA that are measured in
/// a unit of measure, and a batch-wise unit's derived CQA, with their means over 60 s and 10 s.
///
/// Spans    an exponential mean of n periods scatters as a plain one over 2n: 30 s and 5 s.
/// Threads  constant after construction.
class GoldenFollower {
 public:
  explicit GoldenFollower(const Line& line, double settle_s);

  struct UnitKey {
    Activity activity = Activity::stopped;
    int phase = -1;
    bool from_empty = false;
    friend bool operator==(const UnitKey&, const UnitKey&) = default;
  };
  struct State {
    std::vector<RecentMean> slow, fast;  ///< by watched tag; `slow` of the present context of the unit alone
    std::vector<UnitKey> keys;           ///< by unit
    std::vector<UnitKey> before;         ///< by unit, of the frame before
    double throughput = 0;
    double throughput_mark = 0;    ///< where it was when it last moved by a hundredth
    double throughput_before = 0;  ///< at rest before it began to move
    double rested_s = 0;           ///< since the last move
    bool moving = false;           ///< less than settle_s since then
    std::optional<EventTime> time;
  };
  void take(const Frame& frame, const Context& context, State& state) const;

  const Line& line() const { return *line_; }
  const std::vector<TagIndex>& tags() const { return tags_; }
  const std::vector<std::size_t>& of_unit(std::size_t unit) const { return of_unit_[unit]; }  ///< places in tags()
  static constexpr std::int32_t slow_span = 30, fast_span = 5;

 private:
  void follow_throughput(const Context& context, double passed_s, State& state) const;

  const Line* line_;
  double settle_s_;
  std::vector<TagIndex> tags_;
  std::vector<std::vector<std::size_t>> of_unit_;
};

}  // namespace steadyline
