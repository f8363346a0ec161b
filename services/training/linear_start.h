#pragma once

#include <torch/torch.h>

#include "training/networks.h"
#include "training/sequences.h"

namespace steadyline::networks {

/// Linear forecasts for every group of contexts, target and horizon: weight [groups][fans][linear inputs, FeatureSpec], bias
/// [groups][fans * quantiles], reach [groups][fans][2], how far down and up a forecast may go from the present value; float32.
struct LinearStart {
  torch::Tensor weight, bias, reach;
  double seconds = 0;  ///< that fitting took, earlier attempts' included
};

/// The change z(t+h) - z(t) is regressed on the features with a ridge penalty, so that what is not learned stays persistence; every group
/// of contexts by itself, with all events together or all frames where a group is rare. What a target reads from itself (values, EWMAs, its
/// ladder) is hardly penalised: every EWMA, trend or autoregression of the tag lies close to the model's span. Levels are penalised by
/// `level_jitter`² more per frame, which equals teaching that a shift of level by that much means nothing. What it reads from elsewhere is
/// penalised by the best of a few values on `calibrate`: such couplings may belong to one campaign only. EWMAs of the tag itself, and means
/// of them and the regression, stand for election too: on white and slow noise nothing does better. For starts, of which there are few, so does
/// what was chosen for the groups before. All groups learn from `calm` and from
/// the recordings of `lively` without a fault, which would drown the little that a refill or a set-point moves; only the groups of what moves
/// by itself (unrest, turmoil) learn from all of `lively`. While its unit stands a tag stays where it is: nothing is learned.
LinearStart fit_linear_start(const ForecasterData& calm, const ForecasterData& lively, const Question& question, const TrainOptions& options,
                             const FitAside& aside = {});

/// Its medians without the bias, [frames][fans] in z units, float64.
torch::Tensor linear_forecasts(const Sequence& sequence, const torch::Tensor& weight, const torch::Tensor& reach);

}  // namespace steadyline::networks
