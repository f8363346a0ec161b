#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "campaigns/campaign_run.h"
#include "core/error.h"

namespace steadyline {

/// What the user of `simulate` named, as text.
struct SimulateChoices {
  std::string line, twin, scenario, campaign;
  std::optional<std::uint64_t> seed;
  std::string tags = "campaign";    ///< all, core, or as the campaign says
  std::string duration;             ///< shorter or longer than the scenario says
  bool exam = false, labels_only_faults = false;
};

/// Line, parameters and scenario, read and checked: every fault of every file at once. `every_tag`: the twin must have a signal for each tag of the line.
struct SimulatePlan {
  Line line;
  TwinParameters parameters;
  std::string parameters_sha256;
  Scenario scenario;
  std::string name;
  int readings_per_s = 1;
  bool tablets = false;
};
Checked<SimulatePlan> make_simulate_plan(const SimulateChoices& choices, bool every_tag = true);

}  // namespace steadyline
