#pragma once

#include "models/bundle.h"
#include "training/sequences.h"

namespace steadyline {

/// Learns what the EWMAs of the autoencoder's residuals do in normal running: bundle.health.spans, and for each span the whitening of its
/// mean (generalised least squares: the covariance of the means shrunk by 1 % towards its diagonal, Ledoit & Wolf 2004).
///
/// Span      1, 10, 60 and 600 frames, as far as the training rows hold forty of them: a slower mean was not seen often enough.
/// Wander    a tag whose level moves through the whole of the training rows (more than half of its variance lies between twentieths of
///           them) has no level to come back to: it is a random walk (local level model, Harvey 1989). The covariance of its steps, counted
///           over one training length ahead, is added, so that it may wander on as it did, while what keeps its level is watched closely.
/// Limits    span_limits: the chi-squared quantile of 99.9 % at `tags` degrees of freedom, e_typical at its median, e_limit 1.
void fit_health_spans(const Sequence& train, std::int64_t settle_frames, Bundle& bundle);

/// Brings the spans to a common tail on held-out normal frames: span_limits become each T²_k's quantile `share`.
void fit_span_limits(const Sequence& calibrate, std::int64_t settle_frames, double share, Bundle& bundle);

/// Quantile of the chi-squared distribution by Wilson and Hilferty's cube root; `z` is the normal quantile of the same probability.
double chi_squared_quantile(double freedom, double z);

}  // namespace steadyline
