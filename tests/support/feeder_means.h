#pragma once

#include <cstring>
#include <string>

#include "support/one_feeder.h"

namespace steadyline::test {

inline bool same_bits(const Powder& a, const Powder& b) { return std::memcmp(a.data(), b.data(), sizeof a) == 0; }

/// Mean flow of `seconds`, of the set-point.
inline double mean_flow(OneFeeder& line, int seconds) {
  double grams = 0;
  for (int t = 0; t < seconds; ++t) grams += total(line.step());
  return grams / seconds / line.setpoint_g_s();
}

inline double mean_of(OneFeeder& line, const std::string& tag, int seconds) {
  double sum = 0;
  for (int t = 0; t < seconds; ++t) {
    line.step();
    sum += line.reading(tag);
  }
  return sum / seconds;
}

/// Steps until the feeder is in the mode; false: not within `most_s`.
inline bool reach(OneFeeder& line, Feeder::Mode mode, int most_s = 4000) {
  for (int t = 0; t < most_s; ++t) {
    line.step();
    if (line.feeder.mode() == mode) return true;
  }
  return false;
}

}  // namespace steadyline::test
