#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/philox.h"
#include "support/twin_runs.h"
#include "twin/tag_choice.h"

namespace steadyline::test {

/// The seed of a test's chances: STEADYLINE_SEED, or always the same; printed.
inline std::uint64_t given_seed() {
  const char* const given = std::getenv("STEADYLINE_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : 20261121;
  std::printf("STEADYLINE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

/// The reference line without auxiliary tags.
inline const Line& core_line() {
  static const Line line = core_tags(cdc1(), cdc1_parameters());
  return line;
}

/// Random numbers one after the other.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : stream_{seed, 77} {}
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(stream_.uniform(next_++) * static_cast<double>(count)); }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

}  // namespace steadyline::test
