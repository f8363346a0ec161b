// How many lines, one frame a second each, can one core of this machine forecast and score? And how near is that to what its
// multipliers could do at best, measured in the same run?
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "bench/fma_peak.h"
#include "core/numeric.h"
#include "models/forecaster.h"
#include "models/health.h"
#include "support/feature_walk.h"
#include "support/random_bundle.h"

namespace {

using namespace steadyline;

constexpr std::uint64_t seed = 1;
constexpr std::size_t tags = 12;  // 50 inputs

/// Multiplications and additions of the two matrix products; the gates' polynomials come on top and are not counted.
double flops_per_step(const Forecaster& forecaster) {
  const auto hidden = static_cast<double>(forecaster.state_size()) / 2;
  const double width = hidden + static_cast<double>(forecaster.inputs());
  return 2 * width * (4 * hidden + static_cast<double>(forecaster.outputs()));
}

void forecaster_step(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  const Forecaster forecaster{random_bundle(plain_line(tags), seed, {.hidden = state.range(1)})};
  std::vector<float> features(batch * forecaster.inputs());
  std::vector<float> lstm(batch * forecaster.state_size());
  std::vector<float> forecasts(batch * forecaster.outputs());
  for (std::size_t line = 0; line < batch; ++line)
    walk_features(seed, line, 0, tags, std::span{features}.subspan(line * forecaster.inputs(), forecaster.inputs()));
  for (auto _ : state) {
    forecaster.step(features, lstm, forecasts);
    benchmark::ClobberMemory();
  }
  const double lines = static_cast<double>(state.iterations()) * static_cast<double>(batch);
  state.counters["lines_at_1Hz"] = benchmark::Counter(lines, benchmark::Counter::kIsRate);
  state.counters["share_of_fma_peak"] = benchmark::Counter(lines * flops_per_step(forecaster) / bench::fma_peak_flops(), benchmark::Counter::kIsRate);
}
BENCHMARK(forecaster_step)->ArgNames({"batch", "hidden"})->ArgsProduct({{1, 6, 32, 256}, {32, 64, 128}})->Unit(benchmark::kMicrosecond);

void health_step(benchmark::State& state) {
  const HealthModel model{random_bundle(plain_line(tags), seed)};
  std::vector<float> features(4 * tags + 2);
  std::vector<float> shares(tags);
  walk_features(seed, 0, 0, tags, features);
  HealthState running;
  for (auto _ : state) benchmark::DoNotOptimize(model.step(features, running, shares));
  state.counters["lines_at_1Hz"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(health_step)->Unit(benchmark::kMicrosecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::AddCustomContext("vector target", std::string{numeric::vector_target()});
  benchmark::AddCustomContext("FMA peak, GFLOP/s", std::to_string(bench::fma_peak_flops() / 1e9));
  benchmark::RunSpecifiedBenchmarks();
}
