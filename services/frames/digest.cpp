#include "frames/digest.h"

#include <bit>
#include <cmath>

namespace steadyline {
namespace {

// One round of a multiply-rotate hash, finished as in SplitMix64 (Steele, Lea & Flood, OOPSLA'14).
std::uint64_t mix(std::uint64_t state, std::uint64_t word) {
  state = std::rotl(state ^ (word * 0x9E3779B97F4A7C15u), 29) * 0xBF58476D1CE4E5B9u;
  return state ^ (state >> 32);
}

std::uint64_t finish(std::uint64_t state) {
  state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9u;
  state = (state ^ (state >> 27)) * 0x94D049BB133111EBu;
  return state ^ (state >> 31);
}

std::uint64_t canonical_bits(double value) {
  if (std::isnan(value)) return 0x7FF8000000000000u;
  return std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
}

}  // namespace

std::uint64_t digest_of(const Sample& sample) {
  std::uint64_t state = mix(0x73746561646C696Eu, sample.source.value);
  state = mix(state, static_cast<std::uint64_t>(sample.time.time_since_epoch().count()));
  state = mix(state, static_cast<std::uint64_t>(sample.seq));
  for (const SampleValue& value : sample.values) {
    state = mix(state, (static_cast<std::uint64_t>(value.tag.value) << 8) | value.opc);
    state = mix(state, canonical_bits(value.value));
  }
  return finish(state);
}

}  // namespace steadyline
