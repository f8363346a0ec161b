#pragma once

#include <functional>

#include "frames/frame.h"
#include "line/line.h"
#include "training/dataset_reader.h"

namespace steadyline {

/// End of the period (t - period, t] that holds `time`.
EventTime frame_time(EventTime time, Milliseconds period);

/// Turns recorded rows into frames as the live line would: silence up to the gap gives frames with missing values, the first frame after a
/// longer one is cold. Rows in order of time, at most one a period. Threads: one at a time.
class RowFrames {
 public:
  /// Receives the next frame, unchecked, and gives it back checked: what follows is held against it.
  using Next = std::function<const Frame&(Frame)>;

  /// `line` must outlive it. `without`: what a cell without a reading is. `missing`: nothing was sent, the last reading of an on-change tag
  /// holds; `null`: the source itself sent that it has none.
  RowFrames(const Line& line, double gap_s, Flaw without = Flaw::missing);
  void take(const DataRow& row, const Next& next);
  EventTime last() const { return last_.time; }  ///< time of the last frame; meaningful once a row was taken

 private:
  Frame filled(const DataRow& row, EventTime at, bool cold) const;

  const Line* line_;
  Milliseconds gap_;
  Flaw without_;
  bool begun_ = false;
  Frame last_{};  // checked
};

}  // namespace steadyline
