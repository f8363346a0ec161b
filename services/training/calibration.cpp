#include "training/calibration.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"
#include "models/forecaster.h"
#include "models/health.h"

namespace steadyline {
namespace {

double quantile(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(std::llround(p * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

/// The smoothed error as the live line would see it, and where a run is still warming up: NaN.
std::vector<double> smoothed_errors(const Sequence& sequence, const Bundle& bundle, std::int64_t settle_frames) {
  const HealthModel model{bundle};
  std::vector<float> shares(bundle.features.tag_count());
  HealthState state;
  std::vector<double> errors;
  for (std::size_t i = 0; i < sequence.frames(); ++i) {
    if (sequence.begins(i)) state = {};
    const double error = model.step(sequence.row(i), state, shares).error;
    errors.push_back(sequence.since[i] >= settle_frames ? error : std::nan(""));
  }
  return errors;
}

/// Highest excess of each excursion above `threshold`; excursions closer than `apart` frames are one.
std::vector<double> excesses(const std::vector<double>& errors, double threshold, std::size_t apart) {
  std::vector<double> peaks;
  std::size_t below = apart;
  for (const double e : errors) {
    if (!(e > threshold)) {
      ++below;
      continue;
    }
    if (below >= apart || peaks.empty()) peaks.push_back(0);
    below = 0;
    peaks.back() = std::max(peaks.back(), e - threshold);
  }
  return peaks;
}

/// The mean squared residual of single frames, as HealthSpec::e_space reads it.
std::vector<double> frame_errors(const Sequence& sequence, const Bundle& bundle, std::int64_t settle_frames) {
  const HealthModel model{bundle};
  const std::size_t tags = bundle.features.tag_count();
  std::vector<float> residuals(2 * tags);
  std::vector<double> errors;
  for (std::size_t i = 0; i < sequence.frames(); ++i) {
    if (sequence.since[i] < settle_frames) continue;
    const auto row = sequence.row(i);
    model.residuals(row, residuals);
    double total = 0, count = 0;
    for (std::size_t k = 0; k < residuals.size(); ++k) {
      if (row[3 * tags + k % tags] != 0) continue;  // not usable
      const auto r = static_cast<double>(residuals[k]);
      total += std::min(r * r, 100.0);
      count += 1;
    }
    if (count > 0) errors.push_back(total / count);
  }
  return errors;
}

}  // namespace

double tail_level(std::vector<double> excesses, double factor) {
  if (excesses.empty() || !(factor > 1)) return 0;
  std::sort(excesses.begin(), excesses.end());
  const auto n = static_cast<double>(excesses.size());
  double mean = 0, weighted = 0;
  for (std::size_t i = 0; i < excesses.size(); ++i) {
    mean += excesses[i] / n;
    if (n > 1) weighted += (n - 1 - static_cast<double>(i)) / (n - 1) * excesses[i] / n;
  }
  const double exponential = mean * numeric::log(factor);
  if (n < 20 || !(mean > 2 * weighted)) return exponential;
  const double shape = std::min(0.5, 2 - mean / (mean - 2 * weighted));
  if (!(shape > 1e-3)) return exponential;  // a lighter tail than the exponential one is not believed
  const double scale = mean * (1 - shape);
  return std::max(exponential, scale / shape * (numeric::exp(shape * numeric::log(factor)) - 1));
}

std::vector<float> autoencoder_rows(const Sequence& sequence, std::size_t tags, std::int64_t settle_frames) {
  std::vector<float> rows;
  for (std::size_t i = 0; i < sequence.frames(); ++i) {
    if (sequence.since[i] < settle_frames) continue;
    const auto x = sequence.row(i);
    rows.insert(rows.end(), x.begin(), x.begin() + static_cast<std::ptrdiff_t>(tags));
    for (std::size_t t = 0; t < tags; ++t) rows.push_back(x[t] - x[tags + t]);
  }
  return rows;
}

void fit_error_scale(const Sequence& train, std::int64_t settle_frames, Bundle& bundle) {
  const std::size_t width = 2 * bundle.features.tag_count();
  bundle.health.error_scale.assign(width, 1);
  const HealthModel model{bundle};
  std::vector<std::vector<double>> sizes(width);
  std::vector<float> residuals(width);
  for (std::size_t i = 0; i < train.frames(); ++i) {
    if (train.since[i] < settle_frames) continue;
    model.residuals(train.row(i), residuals);
    for (std::size_t k = 0; k < width; ++k) sizes[k].push_back(std::fabs(static_cast<double>(residuals[k])));
  }
  // 95 % of a normal residual lies within 1.96 sigma. The floor keeps a tag at rest from crying at its first step.
  for (std::size_t k = 0; k < width; ++k) bundle.health.error_scale[k] = std::max(0.05, quantile(sizes[k], 0.95) / 1.96);
}

HealthCalibration fit_health_limit(const Sequence& calibrate, std::int64_t settle_frames, double period_s, double false_alarms_per_24h, Bundle& bundle) {
  HealthSpec& health = bundle.health;
  health.e_typical = 1;
  health.e_limit = 10;
  const std::vector<double> errors = smoothed_errors(calibrate, bundle, settle_frames);
  std::vector<double> settled;
  std::copy_if(errors.begin(), errors.end(), std::back_inserter(settled), [](double e) { return !std::isnan(e); });
  HealthCalibration found;
  found.hours = static_cast<double>(settled.size()) * period_s / 3600;
  found.threshold = quantile(settled, 0.98);
  const auto peaks = excesses(errors, found.threshold, static_cast<std::size_t>(std::max(1.0, std::ceil(60 / period_s))));
  found.peaks = peaks.size();
  found.mean_excess = peaks.empty() ? 0 : numeric::sum(peaks) / static_cast<double>(peaks.size());
  const double peaks_per_24h = found.hours > 0 ? static_cast<double>(found.peaks) / found.hours * 24 : 0;
  const double factor = std::max(1.0, peaks_per_24h / false_alarms_per_24h);
  health.e_typical = std::max(0.05, quantile(settled, 0.5));
  health.e_limit = std::max(found.threshold + tail_level(peaks, factor), 2 * health.e_typical);
  // Four times what one frame in ten thousand reached is no longer this process; the cap of 100 bounds what can be seen at all.
  health.e_space = std::clamp(4 * quantile(frame_errors(calibrate, bundle, settle_frames), 0.9999), 4.0, 90.0);
  return found;
}

std::vector<float> run_engine(const Sequence& sequence, const Bundle& bundle) {
  const Forecaster engine{bundle};
  const std::size_t horizons = bundle.forecaster.horizons_s.size();
  const std::size_t quantiles = bundle.forecaster.quantiles.size();
  std::vector<float> state(engine.state_size()), out(engine.outputs()), all;
  all.reserve(sequence.frames() * out.size());
  for (std::size_t i = 0; i < sequence.frames(); ++i) {
    if (sequence.begins(i)) std::fill(state.begin(), state.end(), 0.0F);
    engine.step(sequence.row(i), state, out);
    for (std::size_t k = 0; k < out.size(); ++k) {
      const std::size_t place = bundle.forecaster.targets[k / (horizons * quantiles)];
      all.push_back(static_cast<float>((static_cast<double>(out[k]) - bundle.features.center[place]) / bundle.features.scale[place]));
    }
  }
  return all;
}

}  // namespace steadyline
