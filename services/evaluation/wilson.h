#pragma once

#include <cstddef>

namespace steadyline {

/// A share of successes with an interval.
struct Share {
  std::size_t hits = 0, of = 0;
  double low = 0, high = 1;
  double value() const { return of == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(of); }
};

/// The 95 % score interval of Wilson 1927. It holds near 0 and 1: 30 of 30 reach down to 0.886. Of none: 0 to 1.
Share wilson(std::size_t hits, std::size_t of);

}  // namespace steadyline
