#include "core/philox.h"

#include "core/numeric.h"

namespace steadyline {
namespace {

std::uint32_t low(std::uint64_t v) { return static_cast<std::uint32_t>(v); }
std::uint32_t high(std::uint64_t v) { return static_cast<std::uint32_t>(v >> 32); }

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 2> key, std::array<std::uint32_t, 4> counter) {
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {high(second) ^ counter[1] ^ key[0], low(second), high(first) ^ counter[3] ^ key[1], low(first)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

double RandomStream::uniform(std::uint64_t i) const {
  const auto words = philox4x32({low(seed_), high(seed_)}, {low(i), high(i), low(stream_), high(stream_)});
  const std::uint64_t bits = (std::uint64_t{words[0]} << 32 | words[1]) >> 12;
  // 52 bits and a half: the middle of one of 2^52 equal cells, so that neither 0 nor 1 can come out, not even by rounding.
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

double RandomStream::normal(std::uint64_t i) const { return numeric::normal_quantile(uniform(i)); }

}  // namespace steadyline
