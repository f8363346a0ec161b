// How many times faster than life does the simulated line run on one core of this machine, whole or with the core tags only, and what do its files cost?
#include <benchmark/benchmark.h>

#include <cstdio>
#include <vector>

#include "campaigns/table.h"
#include "core/numeric.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"
#include "twin/simulation.h"
#include "twin/tag_choice.h"

namespace {

using namespace steadyline;

Line whole_line() { return read_line(std::string{STEADYLINE_SOURCE_DIR} + "/config/lines/cdc1.yaml").value(); }
TwinParameters reference() { return read_twin(std::string{STEADYLINE_SOURCE_DIR} + "/config/twin/cdc1.yaml").value(); }

Scenario a_day() {
  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1'795'000'000}};
  scenario.duration_s = 86'400;
  return scenario;
}

/// One second of the line, readings to nowhere. Argument: 1 all tags, 0 the core ones.
void twin_second(benchmark::State& state) {
  const TwinParameters parameters = reference();
  const Line line = state.range(0) != 0 ? whole_line() : core_tags(whole_line(), parameters);
  Simulation simulation{line, parameters, a_day()};
  std::vector<double> readings;
  for (auto _ : state) {
    simulation.step(readings);
    benchmark::DoNotOptimize(readings.data());
  }
  state.counters["tags"] = static_cast<double>(line.tags.size());
  state.counters["times_real_time"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(twin_second)->ArgName("all")->Arg(1)->Arg(0)->Unit(benchmark::kMicrosecond);

/// Packing an hour of all tags into HDF5.
void pack_an_hour(benchmark::State& state) {
  const Line line = whole_line();
  Simulation simulation{line, reference(), a_day()};
  Table hour{.name = "frames", .columns = {}, .times_ms = {}, .values = {}};
  for (const Tag& tag : line.tags) hour.columns.push_back(tag.path);
  std::vector<double> readings;
  for (int second = 0; second < 3600; ++second) {
    simulation.step(readings);
    hour.times_ms.push_back(simulation.time().time_since_epoch().count());
    hour.values.insert(hour.values.end(), readings.begin(), readings.end());
  }
  std::size_t bytes = 0;
  for (auto _ : state) bytes = hdf5_image(hour).value().size();
  const auto values = static_cast<double>(hour.values.size());
  state.counters["values"] = benchmark::Counter(values * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["bytes_per_value"] = static_cast<double>(bytes) / values;
}
BENCHMARK(pack_an_hour)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  std::printf("vector target %s\n", std::string{steadyline::numeric::vector_target()}.c_str());
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
