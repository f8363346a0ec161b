#pragma once

#include <torch/torch.h>

#include "training/sequences.h"

namespace steadyline::networks {

/// Linear forecasts for every target and horizon: weight [fans * quantiles][inputs], bias [fans * quantiles], float32.
/// The change z(t+h) - z(t) is regressed on the features with a ridge penalty, so that what is not learned stays persistence; levels (the
/// first block) are penalised by `level_jitter`² more per frame, which equals teaching that a shift of level by that much means nothing.
struct LinearStart {
  torch::Tensor weight, bias;
};
LinearStart fit_linear_start(const Sequence& train, const Question& question, const TrainOptions& options);

}  // namespace steadyline::networks
