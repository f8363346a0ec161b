#pragma once

#include <span>

#include "models/bundle.h"
#include "training/sequences.h"

namespace steadyline {

/// Frames that calibrate, with raw forecasts of them as run_engine gives them without shifts.
struct ConformalData {
  const Sequence* sequence;
  const std::vector<float>* forecasts;
};

/// Sets the conformal shifts of each target, horizon and group of contexts: each side so that it is passed in the share of cases that its
/// quantile promises (split conformal, Romano et al. 2019, each side by itself; groups: Mondrian, Vovk et al. 2003).
///
/// The steady group learns from `calm` alone, the others from both. The middle quantile is moved to the median of its misses. A group with
/// fewer than 200 futures learns from those of its namesakes too (namesakes.h, in z units); are they still fewer, from all of `calm`.
void fit_conformal(const ConformalData& calm, std::span<const ConformalData> disturbed, Bundle& bundle);

}  // namespace steadyline
