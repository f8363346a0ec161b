#pragma once

#include <chrono>
#include <map>
#include <string>

#include "app/terminal.h"
#include "training/trainer.h"

namespace steadyline {

/// What a person sees of a long training: how far the whole of it has come and about how long it still takes (less where it stops early).
/// A terminal is redrawn; elsewhere each stage has a line, and one every half minute.
class TrainWatch {
 public:
  /// `terminal` outlives it.
  explicit TrainWatch(Terminal& terminal) : terminal_{terminal} {}
  /// Takes the steps of a part that goes from the share `from` of the whole to `to`. The watch outlives it.
  TrainProgress of(double from, double to);

 private:
  void show(const TrainStep& step, double share);

  Terminal& terminal_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), said_{};
  std::map<double, double> resumed_;  // by where a part begins: what of the whole its checkpoints held
  std::string last_stage_;
};

}  // namespace steadyline
