#pragma once

#include <string>
#include <vector>

#include "settings/read_line.h"
#include "settings/read_twin.h"
#include "twin/simulation.h"

namespace steadyline::test {

inline Line demo_line() {
  auto line = read_line(std::string{STEADYLINE_SOURCE_DIR} + "/config/lines/cdc1.yaml");
  if (!line) broken_promise("read_line", to_line(line.error().front()).c_str(), __FILE__, __LINE__);
  return *line;
}

inline TwinParameters demo_parameters() {
  auto parameters = read_twin(std::string{STEADYLINE_SOURCE_DIR} + "/config/twin/cdc1.yaml");
  if (!parameters) broken_promise("read_twin", to_line(parameters.error().front()).c_str(), __FILE__, __LINE__);
  return *parameters;
}

/// The reference line and its numbers, read once.
inline const Line& cdc1() {
  static const Line line = demo_line();
  return line;
}
inline const TwinParameters& cdc1_parameters() {
  static const TwinParameters parameters = demo_parameters();
  return parameters;
}
inline Simulation cdc1_run(const Scenario& scenario) { return Simulation{cdc1(), cdc1_parameters(), scenario}; }

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

inline void live(Simulation& simulation, int seconds) {
  for (int s = 0; s < seconds; ++s) simulation.step();
}

/// Seconds from the start of the run.
inline double seconds_after(const Scenario& scenario, EventTime time) { return static_cast<double>((time - scenario.start).count()) / 1000; }

inline std::vector<Label> labels_of(const Simulation& simulation, std::string_view id) {
  std::vector<Label> found;
  for (const Label& label : simulation.labels())
    if (label.id == id) found.push_back(label);
  return found;
}

}  // namespace steadyline::test
