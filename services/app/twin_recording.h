#pragma once

#include <string>

#include "core/error.h"
#include "line/line.h"
#include "training/recordings.h"
#include "training/trainer.h"

namespace steadyline {

/// Runs of the twin under one scenario, each with its own seed.
struct TwinRuns {
  std::string twin, scenario;  ///< files
  int runs = 0;
};

/// Recordings to learn from, checked frames, one a second, as the live line would have closed them. `line`: whole; `part`: of which the
/// readings are kept. Errors: those of the files.
///
/// Undisturbed: the last third of the runs calibrates.
Result<Split> calm_runs(const Line& line, const Line& part, const TwinRuns& from, const TrainProgress& progress = {});
/// With events drawn by chance (evaluation/disturbed_runs.h): the last quarter calibrates, as things come on a line, most without a fault. Of
/// those that teach every other one has faults and nothing else, the others no fault: a rule for refills learns nothing where a fault
/// drowns them.
Result<Split> disturbed_runs(const Line& line, const Line& part, const TwinRuns& from, const TrainProgress& progress = {});

}  // namespace steadyline
