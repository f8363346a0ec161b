#include "twin/faults/onset.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/numeric.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {
constexpr double two_pi = 6.283185307179586, nearly_full_tau = 3;  // 1 - exp(-3) = 95 %
}

double swing(const FaultSpec& spec, double since_s) {
  return since_s <= 0 ? 0 : numeric::sin(two_pi * std::fmod(since_s, spec.period_s) / spec.period_s);
}

double grown(const FaultSpec& spec, double since_s) {
  if (since_s <= 0) return 0;
  switch (spec.onset) {
    case Onset::step:
      return 1;
    case Onset::ramp:
      return spec.ramp_s > 0 ? std::min(1.0, since_s / spec.ramp_s) : 1;
    case Onset::exponential:
      return spec.ramp_s > 0 ? 1 - numeric::exp(-since_s / spec.ramp_s) : 1;
    case Onset::intermittent:
      return std::fmod(since_s, spec.period_s) <= spec.duty * spec.period_s ? 1 : 0;
    case Onset::oscillating:
      return 0.5 * (1 - numeric::cos(two_pi * std::fmod(since_s, spec.period_s) / spec.period_s));
    case Onset::random_walk:
      return 0;
  }
  return 1;
}

double grown_after_s(const FaultSpec& spec) {
  switch (spec.onset) {
    case Onset::ramp:
    case Onset::random_walk:
      return spec.ramp_s;
    case Onset::exponential:
      return nearly_full_tau * spec.ramp_s;
    case Onset::oscillating:
      return 0.5 * spec.period_s;
    case Onset::step:
    case Onset::intermittent:
      return 0;
  }
  return 0;
}

Growth::Growth(const FaultSpec& spec, std::uint64_t seed, std::size_t index)
    : steps_{seed, stream_of("fault " + std::to_string(index), spec.id + " walk")} {}

double Growth::at(double t_s, const FaultSpec& spec) {
  if (spec.onset != Onset::random_walk) return grown(spec, t_s - spec.on_s);
  const double step_sd = 1 / std::sqrt(std::max(1.0, spec.ramp_s));
  walked_ = std::clamp(walked_ + step_sd * steps_.normal(static_cast<std::uint64_t>(t_s)), 0.0, 1.0);
  return walked_;
}

}  // namespace steadyline
