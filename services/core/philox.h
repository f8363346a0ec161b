#pragma once

#include <array>
#include <cstdint>

namespace steadyline {

/// Counter-based random numbers, Philox4x32-10 (Salmon et al., SC'11): the numbers of (key, counter) depend on nothing else,
/// so streams are independent of thread, order and resumption. Pure functions.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 2> key, std::array<std::uint32_t, 4> counter);

/// A stream named by (seed, stream); `at(i)` is its i-th number, in any order and as often as wanted.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream) : seed_{seed}, stream_{stream} {}
  double uniform(std::uint64_t i) const;  ///< in the open interval (0, 1)
  double normal(std::uint64_t i) const;   ///< mean 0, sd 1 (inverse CDF of `uniform`)

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
};

}  // namespace steadyline
