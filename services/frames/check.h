#pragma once

#include <span>
#include <vector>

#include "frames/frame.h"
#include "frames/leaky_count.h"
#include "frames/spike_watch.h"
#include "frames/trouble.h"
#include "line/line.h"

namespace steadyline {

/// Judges the quality of each value of a line's frames in order and sets `running`. State belongs to one line; reset by a cold frame.
///
/// Rules    range (outside Tag::range: bad) · spike (a jump beyond Tag::spike from the last usable value: for 3 frames the new readings are
///          suspect and the last usable value stands; a reading that has come back ends it, the 4th away confirms a step) · stuck
///          (frozen_after_s of identical readings, only while running: at standstill values do freeze; never for on_change tags).
///          A tag that is bad keeps its last usable value, NaN before there was one.
/// Troubles what no single value shows: readings that are null or out of range again and again (each stretch of them counts once), and
///          readings that leap away and come back (SpikeWatch; measured tags, while running). Once is none: see LeakyCount.
/// Running  the last usable value of Line::running_tag is above `running_above`; always, for a line without such a tag.
/// Threads  one at a time.
class Checker {
 public:
  /// `line` must outlive the checker.
  explicit Checker(const Line& line);
  void check(Frame& frame);
  /// Of the tags, as of the last frame, in the order of the tags.
  std::span<const DataTrouble> troubles() const { return troubles_; }

 private:
  struct Watch {
    Watch();
    double last_usable;
    double last_raw;
    EventTime unchanged_since{};
    int suspicious = 0;
    bool read = false;   ///< this frame brought a reading
    bool moved = false;  ///< and it differs from the one before
    bool lost = false;   ///< the frame before brought none
    LeakyCount losses{}, spikes{2.7};  // three leaps close together, or four: some instruments have a long tail
    SpikeWatch leaps{};
  };
  static void check_level(const Tag& tag, Watch& watch, double& value, Flaw& flaw);
  void check_change(const Tag& tag, Watch& watch, const Frame& frame, Flaw& flaw) const;
  void look_for_troubles(TagIndex tag, Watch& watch, bool running, Flaw flaw);

  const Line* line_;
  double period_s_, kept_, share_;  // of the counts, of the mean change, each period
  std::vector<Watch> watches_;
  std::vector<DataTrouble> troubles_;
};

}  // namespace steadyline
