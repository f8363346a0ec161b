#pragma once

#include <cstddef>
#include <vector>

#include "line/line.h"
#include "twin/signals/board.h"
#include "twin/truth.h"

namespace steadyline {

/// Notes when readings leave their hard limits; judges the mean of 60 s where the line description says so. Missing readings are passed
/// over. Copyable.
class LimitWatch {
 public:
  LimitWatch(const Line& line, const Board& board);
  void watch(EventTime time, const Board& board);
  const std::vector<Crossing>& crossings() const { return crossings_; }

 private:
  static constexpr std::size_t mean_s = 60;
  struct Watched {
    TagIndex tag;
    SignalId signal;
    Band hard;
    bool on_mean = true;
    std::size_t count = 0;  // readings so far
    double sum = 0;         // of the last minute's
    bool outside = false;
  };
  double mean_with(Watched& watched, double* last, double reading) const;

  std::vector<Watched> watched_;
  std::vector<double> last_;  // `mean_s` of each, a ring
  std::vector<Crossing> crossings_;
};

}  // namespace steadyline
