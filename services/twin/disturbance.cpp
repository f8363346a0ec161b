#include "twin/disturbance.h"

#include "core/numeric.h"

namespace steadyline {

std::uint64_t stream_of(std::string_view unit, std::string_view cause) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const std::string_view part : {unit, std::string_view{"#"}, cause})
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

Disturbance::Disturbance(std::uint64_t seed, std::string_view unit, std::string_view cause, double sd, double tau_s)
    : stream_{seed, stream_of(unit, cause)},
      sd_{sd},
      memory_{tau_s > 0 ? numeric::exp(-1.0 / tau_s) : 0.0},
      renewal_{numeric::sqrt(1.0 - memory_ * memory_)} {}

double Disturbance::next() {
  const double fresh = stream_.normal(second_);
  state_ = second_ == 0 ? fresh : memory_ * state_ + renewal_ * fresh;
  ++second_;
  return sd_ * state_;
}

}  // namespace steadyline
