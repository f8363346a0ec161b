#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "frames/frame.h"
#include "line/line.h"
#include "monitor/alert.h"
#include "monitor/group.h"

namespace steadyline {

/// How far something is, and was, from what is normal. 1: as far as raises an alarm.
struct Clue {
  float peak = 0;                      ///< largest of late, since `since`
  EventTime since{};                   ///< since when it is suspicious
  EventTime last{};                    ///< when it last was
  std::optional<EventTime> reached{};  ///< when it first was as far as raises an alarm
  bool departs = false;                ///< an actuator that left the set-point which a loop gives it: the drive itself
  bool bad_data = false;
  float stood = 0;  ///< how far it has stood for half an hour: no news
  double news() const { return static_cast<double>(peak) - 0.5 * std::min(static_cast<double>(stood), static_cast<double>(peak)); }
  friend bool operator==(const Clue&, const Clue&) = default;
};

/// From here on a deviation is suspicious; an older one is forgotten when it was calm for so long.
inline constexpr float suspicious = 0.6F;
inline constexpr Milliseconds forgotten_after{300'000};

/// The set-point NAME_sp that a controller moves, of an actuator NAME_pv; none for other tags.
std::optional<TagIndex> set_point_of_loop(const Line& line, TagIndex actuator);

/// Follows how far every tag, unit and the line deviate: what the ranking of causes rests on. State of one line, a plain value.
class Clues {
 public:
  /// `line` must outlive it.
  explicit Clues(const Line& line);
  void clear();
  /// The next frame's clues follow.
  void begin(EventTime now);

  std::size_t place(std::optional<UnitIndex> unit, std::optional<TagIndex> tag) const;
  void note(std::size_t place, double excess, EventTime now, bool bad_data = false);
  /// Whether actuators whose set-point a loop moves obey it.
  void compare_with_set_points(std::span<const double> values, std::span<const Flaw> flaws);
  /// An actuator that a loop moves, and it obeys: an answer to something.
  bool answers(std::size_t place) const;
  const Clue& at(std::size_t place) const { return clues_[place]; }
  std::size_t size() const { return clues_.size(); }
  std::string path(std::size_t place) const;  ///< "fd1/feed_factor", "fd1/*", "*"
  std::optional<UnitIndex> unit(std::size_t place) const;
  bool of_station(std::size_t place) const;  ///< one of many alike: "st07_ejection_z"

 private:
  const Line* line_;
  std::vector<Clue> clues_;  // tags, units, line
  std::vector<float> size_;  // of the present frame
  std::optional<EventTime> last_;
  struct Loop {
    std::size_t actuator, set_point;
    double allowed;  // departure
  };
  std::vector<Loop> loops_;
};

/// One suspect of a group, falling by score.
struct Suspect {
  std::size_t place;
  double score;
};

/// Ranks what may have caused a group's alarms: large before small, early before late, what nothing upstream explains before what something
/// does; `accused`: tags that the gross-error test names (verdict.h).
std::vector<Suspect> rank_causes(const Clues& clues, const Linkage& linkage, const AlarmGroup& group, std::span<const TagIndex> accused);

/// Puts what a test over all relations accuses before all others.
void put_first(std::vector<Suspect>& suspects, std::span<const TagIndex> accused);

/// Suspects as an alert tells them: at most five, shares of their scores' sum.
std::vector<Contribution> told_causes(const Clues& clues, std::span<const Suspect> suspects);

}  // namespace steadyline
