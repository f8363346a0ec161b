#pragma once

#include <torch/torch.h>

#include "training/sequences.h"

namespace steadyline::networks {

/// Linear forecasts for every target and horizon: weight [fans * quantiles][inputs], bias [fans * quantiles], float32.
struct LinearStart {
  torch::Tensor weight, bias;
};

/// The change z(t+h) - z(t) is regressed on the features with a ridge penalty, so that what is not learned stays persistence. Levels (the
/// first block) are penalised by `level_jitter`² more per frame, which equals teaching that a shift of level by that much means nothing.
/// What a target reads from the other tags is penalised by `cross` more per frame: such couplings may belong to one campaign only. One
/// result for each value of `cross`; the caller chooses on frames that this has not seen.
std::vector<LinearStart> fit_linear_starts(const Sequence& train, const Question& question, const TrainOptions& options, const std::vector<double>& cross);

}  // namespace steadyline::networks
