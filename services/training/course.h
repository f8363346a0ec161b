#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace steadyline {

/// Losses of a network, [epochs], the first epoch first.
struct LossCurve {
  std::vector<double> train, calibrate;
};

/// How long a stage took, over all attempts.
struct StageTime {
  std::string stage;
  double seconds = 0;
};

/// How a training went, for people: nothing of it is in the bundle's hashed files.
struct TrainingCourse {
  LossCurve forecaster;    ///< shares of the linear start's training loss; `train` with levels shifted at random and rare classes weighted
  double linear_loss = 0;  ///< calibration loss of the linear start
  double kept_loss = 0;    ///< the same of what was kept, with the share of the network that serves best
  int kept_epoch = 0;      ///< 0: the linear start
  int epochs_at_most = 0;
  LossCurve autoencoder;             ///< mean Huber losses; the last epoch is kept
  std::vector<StageTime> stages;     ///< in the order of work
  std::vector<std::string> resumed;  ///< checkpoints that it went on from

  void took(std::string stage, double seconds) { stages.push_back({std::move(stage), seconds}); }
};

/// Seconds of a stage, earlier attempts' included.
class StageClock {
 public:
  explicit StageClock(double earlier_s = 0) : earlier_s_{earlier_s} {}
  double seconds() const { return earlier_s_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(); }

 private:
  double earlier_s_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace steadyline
