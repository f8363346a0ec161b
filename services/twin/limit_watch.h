#pragma once

#include <cstddef>
#include <vector>

#include "line/line.h"
#include "twin/truth.h"

namespace steadyline {

/// Notes when readings leave their hard limits; judges the mean of 60 s where the line description says so.
class LimitWatch {
 public:
  explicit LimitWatch(const Line& line);
  void watch(EventTime time, const std::vector<double>& values);
  const std::vector<Crossing>& crossings() const { return crossings_; }

 private:
  static constexpr std::size_t mean_s = 60;
  struct Watched {
    TagIndex tag;
    Band hard;
    std::vector<double> last;  // ring of `mean_s`; one value for tags judged value by value
    std::size_t count = 0;
    bool outside = false;
  };
  std::vector<Watched> watched_;
  std::vector<Crossing> crossings_;
};

}  // namespace steadyline
