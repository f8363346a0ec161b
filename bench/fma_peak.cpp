#include "core/vector_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/fma_peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "bench/fma_peak.h"

HWY_BEFORE_NAMESPACE();
namespace steadyline::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Twelve independent chains hide the latency. Returns the operations done; `out` keeps the compiler from skipping them.
double multiply_add(int rounds, float* out) {
  constexpr hn::CappedTag<float, 16> d;
  constexpr int chains = 12;
  hn::Vec<decltype(d)> sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = hn::Set(d, static_cast<float>(i));
  const auto factor = hn::Set(d, 0.999F);
  const auto step = hn::Set(d, 0.001F);
  for (int round = 0; round < rounds; ++round)
    for (auto& sum : sums) sum = hn::MulAdd(sum, factor, step);
  for (const auto& sum : sums) *out += hn::GetLane(sum);
  return 2.0 * chains * rounds * static_cast<double>(hn::Lanes(d));
}

}  // namespace steadyline::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <chrono>

namespace steadyline::bench {

HWY_EXPORT(multiply_add);

namespace {

double measure() {
  using Clock = std::chrono::steady_clock;
  double best = 0;
  volatile float kept = 0;
  for (int run = 0; run < 20; ++run) {
    float out = 0;
    const auto start = Clock::now();
    const double operations = HWY_DYNAMIC_DISPATCH(multiply_add)(500'000, &out);
    best = std::max(best, operations / std::chrono::duration<double>(Clock::now() - start).count());
    kept = kept + out;
  }
  return best;
}

}  // namespace

double fma_peak_flops() {
  static const double peak = measure();
  return peak;
}

}  // namespace steadyline::bench
#endif
