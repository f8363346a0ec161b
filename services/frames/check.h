#pragma once

#include <vector>

#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// Judges the quality of each value of a line's frames in order and sets `running`. State belongs to one line; reset by a cold frame.
///
/// Rules    range (outside Tag::range: bad) · spike (Tag::spike, returns within 3 frames: uncertain from the jump until it is confirmed as a
///          step) · stuck (Tag::stuck_after_s identical readings, only while running: at standstill values do freeze). A tag that is bad
///          keeps its last usable value.
/// Threads  one at a time.
class Checker {
 public:
  explicit Checker(const Line& line);
  void check(Frame& frame);

 private:
  struct Watch {
    double last_usable;
    double last_raw;
    EventTime unchanged_since;
    int suspicious = 0;
  };
  const Line* line_;
  std::vector<Watch> watches_;
};

}  // namespace steadyline
