#pragma once

#include <string>
#include <vector>

#include "settings/read_line.h"
#include "twin/simulation.h"

namespace steadyline::test {

inline Line demo_line() {
  auto line = read_line(std::string{STEADYLINE_SOURCE_DIR} + "/config/lines/cdc1.yaml");
  if (!line) broken_promise("read_line", to_line(line.error().front()).c_str(), __FILE__, __LINE__);
  return *line;
}

inline Scenario production(std::uint64_t seed, std::vector<FaultSpec> faults = {}) {
  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1795000000}};
  scenario.seed = seed;
  scenario.faults = std::move(faults);
  return scenario;
}

inline FaultSpec bridging(double on_s, double severity) { return {.id = "F01", .target = "fd1", .on_s = on_s, .severity = severity, .onset = Onset::exponential}; }

/// All readings of `seconds`, one after the other.
inline std::vector<double> run(Simulation& simulation, int seconds) {
  std::vector<double> all, values;
  for (int s = 0; s < seconds; ++s) {
    simulation.step(values);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

}  // namespace steadyline::test
