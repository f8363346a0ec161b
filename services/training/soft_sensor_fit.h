#pragma once

#include <cstddef>
#include <vector>

namespace steadyline {

/// One at-line result with the inputs of its material.
struct SoftSample {
  std::size_t run = 0;
  double time_h = 0;
  double value = 0;
  std::vector<double> inputs;
};

/// What a line through samples is.
struct LinearFit {
  std::vector<double> weights;
  double intercept = 0;
  double at(const std::vector<double>& inputs) const;
};

/// Ridge regression with an offset of its own for each run (plants differ, and the offset of a soft sensor takes that up); samples far off
/// count less (Huber's weights beyond two robust standard deviations). The intercept is the mean over the runs. Empty without samples.
LinearFit fit_within_runs(const std::vector<SoftSample>& samples);

/// How results scatter about a fit, as the Kalman filter of the offset sees it.
struct OffsetModel {
  double prior = 0;   ///< sd of the offset at a start
  double wander = 0;  ///< per square root of an hour
  double noise = 0;   ///< sd of one result about estimate + offset
};
/// The random walk and the noise that make the residuals, by run in order of time, most likely (a grid over both); `prior` from the runs'
/// mean residuals, or `least_prior` where the runs are few.
OffsetModel fit_offset_model(const std::vector<SoftSample>& samples, const LinearFit& fit, double least_prior);

}  // namespace steadyline
