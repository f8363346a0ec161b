#include "twin/machines/reject_gate.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"
#include "twin/signals/noise.h"
#include "twin/machines/tablet.h"

namespace steadyline {
namespace {

constexpr double few = 5;  // up to here numbers of rejects are drawn one by one

/// A Poisson number by inversion; `u` uniform in (0, 1).
int poisson(double mean, double u) {
  if (u <= 1 - mean) return 0;  // <= exp(-mean): nearly always, and without computing it
  double share = numeric::exp(-mean), sum = share;
  int count = 0;
  while (u > sum && count < 100) {
    share *= mean / ++count;
    sum += share;
  }
  return count;
}

}  // namespace

RejectGate::RejectGate(std::uint64_t seed) : stream_{seed, stream_of("tp1", "rejects")} {}

int RejectGate::step(const PressParameters& press, double tablets, double force_kn, double force_rsd_pct, double wanted_kn) {
  tablets_ += tablets;
  const double outside = normal_share_outside(force_kn, force_kn * force_rsd_pct / 100, wanted_kn * (1 - press.reject_band),
                                              wanted_kn * (1 + press.reject_band));
  const double share = 1 - (1 - outside) * (1 - press.outlier_share);
  const double mean = tablets * share;
  const std::uint64_t now = second_++;
  const double drawn =
      mean < few ? poisson(mean, stream_.uniform(now)) : std::floor(mean + numeric::sqrt(mean * (1 - share)) * stream_.normal(now) + 0.5);
  const int rejected = static_cast<int>(std::clamp(drawn, 0.0, std::floor(tablets)));
  waste_ += rejected;
  return rejected;
}

double RejectGate::produced() const { return std::floor(tablets_); }

}  // namespace steadyline
