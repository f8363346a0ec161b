#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "models/bundle.h"
#include "training/options.h"
#include "training/trainer.h"

namespace steadyline {

/// A scenario of the twin and how often it is lived through, each time with a seed of its own.
struct ScenarioRuns {
  std::string file;
  int runs = 0;
};

/// What the parts of a bundle beside its networks learn from.
struct PartChoices {
  std::string twin;                       ///< file of the twin's parameters
  ScenarioRuns production;                ///< undisturbed production: the first two thirds teach, the last third calibrates
  int days = 0;                           ///< whole days with all normal events for the drift detectors; the last third calibrates
  std::vector<ScenarioRuns> transitions;  ///< start-ups, set-points: the golden profile learns from them beside `production`
  TrainOptions options;
};

/// Learns golden profile, drift detectors and soft sensors from the twin, and notes in the passport from what. `line`: the whole one;
/// `part`: of which the models keep the readings. Each part is kept in the checkpoints of `aside` as soon as it is learned.
Result<void> learn_parts(Bundle& bundle, const Line& line, const Line& part, const PartChoices& choices, const TrainAside& aside = {},
                         const TrainProgress& progress = {});

}  // namespace steadyline
