#pragma once

#include <functional>
#include <span>
#include <string>

#include "core/error.h"
#include "models/bundle.h"
#include "training/checkpoints.h"
#include "training/course.h"
#include "training/options.h"
#include "training/recordings.h"

namespace steadyline {

/// How far a training has come, for people.
struct TrainStep {
  std::string stage;  ///< "features", "forecaster", "autoencoder", "calibration"
  double share = 0;   ///< of the whole, 0..1, at least: early stopping may end it sooner
  double resumed = 0; ///< share that checkpoints held
  std::string words;  ///< "epoch 7 of 30, loss 0.981 (calibration 0.993)"
};
using TrainProgress = std::function<void(const TrainStep&)>;

/// What goes beside a training; both may be missing.
struct TrainAside {
  Checkpoints* checkpoints = nullptr;  ///< a stopped training goes on from here, to the same bytes; the caller discards them at the end
  TrainingCourse* course = nullptr;
};

/// Trains forecaster and health model of a line, calibrates both on held-out recordings and checks the streaming engine against libtorch.
///
/// Data     `train` and `calibrate` are production as it should be: they set the scaling, teach and calibrate the health model and set the
///          conformal shifts. Where `disturbed` has recordings, the forecaster learns from these instead (its `train`) and stops on its
///          `calibrate`: what production never shows, such as a feeder that runs out of powder, cannot be foreseen otherwise. Those
///          without a fault calibrate the intervals of steady production. It is given up on the way: it is large.
/// Needs    modelled tags and forecast tags in the line description; at least two hours' worth of frames is wise, 600 running ones are needed.
/// Bits     the same recordings, options and seed give the same bundle on the same Debian release and processor kind.
/// Cost     minutes. Threads: called from one, works on two; sets libtorch's thread count.
/// Errors   usage (too little data, nothing modelled, checkpoints of another training), bundle (engine and libtorch disagree: never seen, and never saved).
Result<Bundle> train_bundle(const Line& line, std::span<const Recording> train, std::span<const Recording> calibrate, const TrainOptions& options,
                            const TrainProgress& progress = {}, Split disturbed = {}, const TrainAside& aside = {});

}  // namespace steadyline
