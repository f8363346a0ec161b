#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/bundle.h"
#include "training/checkpoints.h"
#include "training/course.h"
#include "training/sequences.h"

/// The part of training that needs libtorch. It is called from one thread, works on two, and is repeatable: the same inputs and
/// seed give the same bits on the same Debian release and processor kind (DESIGN §6).
namespace steadyline::networks {

/// Called after each epoch with its number, how many there will be at most, and the losses so far.
using EpochDone = std::function<void(int epoch, int epochs, double train_loss, double calibrate_loss)>;

/// Called after each target of the linear start with how many are done, of how many.
using TargetDone = std::function<void(std::size_t done, std::size_t targets)>;

/// What goes beside a fit: whom it tells, where it keeps how far it is before it tells (`checkpoints`, of which the training has begun; none: a
/// stopped fit begins anew), and where it writes how it went.
struct FitAside {
  TargetDone fitted;
  EpochDone done;
  Checkpoints* checkpoints = nullptr;
  TrainingCourse* course = nullptr;
};

/// The number of threads, deterministic algorithms, seed. Call before anything else here.
void prepare(std::uint64_t seed);
/// libtorch's version and vector capability, the BLAS it uses: facts for the passport.
std::map<std::string, std::string> pins();

/// Of one kind of production: to teach with, and to choose and stop with.
struct ForecasterData {
  const Sequence& train;
  const Sequence& calibrate;
};

struct ForecasterLosses {
  double linear = 0, best = 0;  ///< calibration loss of the linear start and of the network kept, share of the linear start's training loss
  int epochs = 0, best_epoch = 0;
  LossCurve curve;
  double seconds = 0, linear_seconds = 0;
};
/// Fits the forecaster: its linear part by ridge regression (QR), then the LSTM's correction by truncated back-propagation on the pinball
/// loss, kept at its best epoch on `lively.calibrate`. Every tag, horizon and class of frames (group of contexts; steady with a fault) counts alike,
/// however rare. Then each target, horizon and group takes the share of the correction that serves it best. `calm`: production without
/// faults, for the linear part; may be `lively` itself. Adds its tensors.
ForecasterLosses fit_forecaster(const ForecasterData& calm, const ForecasterData& lively, const Question& question, const TrainOptions& options,
                                Tensors& tensors, const FitAside& aside);

/// libtorch's own answer for a sequence, [frames][fans][quantiles] in z units, quantiles ascending, no conformal shift: the yardstick
/// for the streaming engine.
std::vector<float> run_forecaster(const Sequence& sequence, const Tensors& tensors, std::size_t quantiles);

/// Fits the autoencoder on rows [n][layers.front()], minimising a Huber loss; `judged`: such rows that do not teach, for the curve. Adds its tensors.
void fit_autoencoder(const std::vector<float>& rows, const std::vector<float>& judged, const std::vector<std::int64_t>& layers, const TrainOptions& options,
                     Tensors& tensors, const FitAside& aside);

}  // namespace steadyline::networks
