#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/terminal.h"
#include "training/checkpoints.h"
#include "training/trainer.h"

namespace steadyline {

/// What goes beside one `steadyline train`: its checkpoints in OUT.part, how it goes, and at its end bundle and report in OUT.
class TrainSession {
 public:
  /// `terminal` outlives it.
  TrainSession(const std::filesystem::path& out, Terminal& terminal);

  /// The checkpoints are those of this program, these options and these files with what is read of them ("24 x train_long.yaml").
  /// Errors   see Checkpoints::begin.
  Result<void> begin(const TrainOptions& options, const std::vector<std::filesystem::path>& files, const std::string& words, bool afresh);
  TrainAside aside() { return {&checkpoints_, &course_}; }
  TrainingCourse& course() { return course_; }
  /// Writes bundle and report, then discards the checkpoints. Gives the exit code.
  int end(Result<Bundle> bundle);

 private:
  std::filesystem::path out_;
  Terminal& terminal_;
  Checkpoints checkpoints_;
  TrainingCourse course_;
};

}  // namespace steadyline
