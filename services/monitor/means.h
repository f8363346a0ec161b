#pragma once

#include <optional>
#include <vector>

#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// What limits act on: the mean of each tag's last 60 s, or its value, by Tag::limits_on_mean. State of one line.
///
/// Means are summed anew over the ring from old to new, so they depend on the window alone. At least half of the window's readings must be
/// usable; a feeder's are held while it is under refill or runs volumetrically, and not usable then; else, and for an unusable present value of the other tags, the measure is NaN.
class Means {
 public:
  explicit Means(const Line& line);
  void clear();
  void take(const Frame& frame);
  double of(TagIndex tag) const { return measures_[tag.value]; }

 private:
  double mean_of(std::size_t tag) const;

  std::vector<char> on_mean_;     // by tag
  std::vector<std::optional<TagIndex>> mode_;  // by tag: of the feeder whose reading it is
  std::size_t window_;            // frames in 60 s
  std::size_t held_ = 0;          // frames in the ring, up to window_
  std::size_t next_ = 0;          // place of the next frame in the ring
  std::vector<double> ring_;      // [tags][window], NaN: not usable
  std::vector<double> measures_;  // by tag
};

}  // namespace steadyline
