#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "settings/read_line.h"
#include "support/twin_parameters.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline::test {

inline const Line& line() {
  static const Line read = *read_line(std::string{STEADYLINE_SOURCE_DIR} + "/config/lines/cdc1.yaml");
  return read;
}

inline TwinParameters parameters() {
  TwinParameters p = twin_parameters();
  p.procedure.planned_stop_s = 1200;
  p.procedure.equilibrate_s = 529;
  return p;
}

inline Scenario with(std::vector<FaultSpec> faults) {
  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1767596400}};
  scenario.duration_s = 36000;
  scenario.seed = 7;
  scenario.faults = std::move(faults);
  return scenario;
}

inline FaultSpec usual(const FaultKind& kind, std::string_view target, double on_s = 100) {
  FaultSpec spec;
  spec.id = kind.id;
  spec.variant = kind.variant;
  spec.target = target;
  spec.on_s = on_s;
  spec.duration_s = 1000;
  spec.severity = kind.high;
  spec.onset = kind.onset;
  spec.ramp_s = std::max(1.0, kind.ramp_low_s);
  return spec;
}

inline FaultSpec usual(std::string_view id, std::string_view target, std::string_view variant = {}) {
  return usual(*find_fault_kind(id, variant), target);
}

}  // namespace steadyline::test
