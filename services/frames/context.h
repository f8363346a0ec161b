#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// What a line or a unit is doing: limits, golden profile and models hold each to its own measure (state of control, ICH Q13).
enum class Activity : std::uint8_t {
  stopped,   ///< at standstill or off
  start_up,  ///< running, its material not yet through: until `washed_out_s` after it began
  steady,
  refill,     ///< a feeder is refilled or settles after it: volumetric, its mass flow is not measured
  after_lot,  ///< a feeder takes a new lot: until `lot_tail_s` after the change
  shutdown    ///< running empty
};
inline constexpr std::size_t activity_count = 6;
std::string_view to_text(Activity activity);

inline constexpr double long_ago_s = std::numeric_limits<double>::infinity();
inline constexpr double lot_tail_s = 3000;    ///< a hopper's content is exchanged by then
inline constexpr double refill_tail_s = 120;  ///< the refill's traces in the feed factor are gone by then

/// In what context one unit runs. Ages are in seconds; long_ago_s where it never happened since the line began.
struct UnitContext {
  Activity activity = Activity::stopped;
  double since_s = 0;            ///< since this activity began
  double refill_s = long_ago_s;  ///< since its last refill began
  double lot_s = long_ago_s;     ///< since its last change of lot
  double moved_s = long_ago_s;   ///< since one of its set-points moved
  int phase = -1;                ///< code of its phase tag; -1: it has none
  double phase_s = 0;            ///< since the phase began
  friend bool operator==(const UnitContext&, const UnitContext&) = default;
};

/// In what context the line runs at one frame. A plain value.
struct Context {
  Activity activity = Activity::stopped;  ///< stopped, start_up, steady or shutdown
  double since_s = 0;                     ///< since this activity began
  bool from_empty = false;                ///< in start_up: it was seen to begin with the state Starting; false after a hold-up or a cold start
  double settled_s = 0;                   ///< since the last start, set-point or recipe move anywhere on the line
  double recipe = 0;                      ///< identifier; 0: none known
  double batch = 0;                       ///< number that the tag batch_id gives; 0: none known
  double throughput = 0;                  ///< sum of the feeders' mass-flow set-points; 0: none known
  std::vector<UnitContext> units;         ///< one per unit of the line
  friend bool operator==(const Context&, const Context&) = default;
};

/// Follows the context of one line through its checked frames, in order. A cold frame begins anew. A plain value.
///
/// Without state, mode, lot and phase tags a unit is stopped while the line does not run, in start_up for the line's residence time, steady
/// after.
class ContextTracker {
 public:
  /// `line` must outlive the tracker.
  explicit ContextTracker(const Line& line);
  const Context& take(const Frame& frame);

 private:
  void follow_line(const Frame& frame, double passed_s);
  void follow_unit(std::size_t unit, const Frame& frame, double passed_s);
  bool changed(TagIndex tag, const Frame& frame) const;
  bool moved(TagIndex tag, const Frame& frame);

  const Line* line_;
  std::vector<std::vector<TagIndex>> set_points_;  // by unit
  std::vector<TagIndex> feed_;                     // set-points of mass flow
  std::optional<TagIndex> batch_;
  double washed_out_s_ = 0;                        // after so long the line's own start is no longer felt
  std::vector<double> last_;                       // last usable value of the tags looked at; NaN: none
  std::vector<double> rest_;                       // where each set-point rested before it last moved
  std::optional<EventTime> time_;
  Context context_;
};

}  // namespace steadyline
