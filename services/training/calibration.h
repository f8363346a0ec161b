#pragma once

#include "models/bundle.h"
#include "training/options.h"
#include "training/sequences.h"

namespace steadyline {

/// Rows of the autoencoder's input [2n] (z, then its fast EWMA) of the frames that run for longer than `settle_s`.
std::vector<float> autoencoder_rows(const Sequence& sequence, std::size_t tags, std::int64_t settle_frames);

/// Robust spread of each residual on the training frames, with a floor; sets bundle.health.error_scale.
void fit_error_scale(const Sequence& train, std::int64_t settle_frames, Bundle& bundle);

/// How far above the threshold lies the level that `factor` times fewer excursions pass: generalised Pareto tail by probability-weighted
/// moments (Hosking & Wallis 1987), its shape within 0..0.5; with fewer than 20 excesses an exponential one.
double tail_level(std::vector<double> excesses, double factor);

/// What the calibration of the health score found.
struct HealthCalibration {
  double hours = 0;          ///< production looked at
  std::size_t peaks = 0;     ///< separate excursions above the threshold
  double threshold = 0, mean_excess = 0;
};
/// Sets e_typical (median), e_limit and e_space on held-out frames. The limit is the level that the smoothed error is expected to pass
/// `false_alarms_per_24h` times: peaks over the 98 % quantile, one per excursion, with the tail of tail_level.
HealthCalibration fit_health_limit(const Sequence& calibrate, std::int64_t settle_frames, double period_s, double false_alarms_per_24h, Bundle& bundle);

/// Runs the streaming engine over the sequence: [frames][fans][quantiles] in z units.
std::vector<float> run_engine(const Sequence& sequence, const Bundle& bundle);

}  // namespace steadyline
