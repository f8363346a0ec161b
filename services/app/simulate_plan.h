#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "campaigns/campaign_run.h"
#include "core/error.h"

namespace steadyline {

/// One exam: which fault, how severe, and what its seed is made of (twin/exam.h).
struct ExamChoice {
  std::string fault;      ///< empty: no exam
  std::string variant;
  int tercile = 1;        ///< 0 low, 1 middle, 2 high severities
  std::uint64_t index = 0;
  std::string commit;
};

/// What the user of `simulate` named, as text.
struct SimulateChoices {
  std::string line, twin, scenario, campaign;
  std::optional<std::uint64_t> seed;
  std::string tags = "campaign";    ///< all, core, or as the campaign says
  std::string duration;             ///< shorter or longer than the scenario says
  bool exam = false, labels_only_faults = false;
  ExamChoice exam_of;               ///< instead of a scenario or campaign
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
