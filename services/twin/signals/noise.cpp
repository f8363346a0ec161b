#include "twin/signals/noise.h"

#include "core/error.h"
#include "core/normals.h"
#include "core/numeric.h"

namespace steadyline {

std::uint64_t stream_of(std::string_view unit, std::string_view cause) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const std::string_view part : {unit, std::string_view{"#"}, cause})
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

NoiseId NoiseBank::add(std::string_view unit, std::string_view cause, double tau_s) {
  STEADYLINE_ASSERT(second_ == 0, "noises are named before the first second");
  const double memory = tau_s > 0 ? numeric::exp(-1 / tau_s) : 0;
  streams_.push_back(stream_of(unit, cause));
  memory_.push_back(memory);
  renewal_.push_back(numeric::sqrt(1 - memory * memory));
  fresh_.push_back(0);
  state_.push_back(0);
  return NoiseId{static_cast<std::uint32_t>(streams_.size() - 1)};
}

void NoiseBank::next() {
  normals(drawn_from_, second_, streams_, fresh_);
  if (second_++ == 0) {
    state_ = fresh_;  // from the stationary distribution
    return;
  }
  for (std::size_t i = 0; i < state_.size(); ++i) state_[i] = memory_[i] * state_[i] + renewal_[i] * fresh_[i];
}

void NoiseBank::between(std::uint64_t k, std::vector<double>& numbers) const {
  constexpr int part_shift = 48;  // parts of a second count far beyond all seconds
  numbers.resize(state_.size());
  normals(drawn_from_, second_ - 1 + (k << part_shift), streams_, numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (memory_[i] > 0) numbers[i] = state_[i];
}

}  // namespace steadyline
