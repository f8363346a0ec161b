#include "evaluation/realism_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/philox.h"
#include "evaluation/realism.h"

namespace steadyline {
namespace {

constexpr double log_interval_s = 10;
constexpr double force_per_weight = 4.45;  // dlnF/dlnW at fixed gap
constexpr std::size_t fitted_hours = 6, seconds = fitted_hours * 3600;
constexpr std::size_t least_rows = 360;  // one hour

// What the loop is fitted by: quartiles of the window features of force and fill depth, without the levels.
constexpr std::array<std::size_t, 9> loop_features{1, 2, 3, 9, 10, 11, 16, 17, 18};
using Quartiles = std::array<std::array<double, 3>, loop_features.size()>;

Quartiles quartiles_of(const std::vector<WindowFeatures>& windows) {
  Quartiles q{};
  for (std::size_t f = 0; f < loop_features.size(); ++f) {
    std::vector<double> values;
    for (const WindowFeatures& w : windows) values.push_back(w[loop_features[f]]);
    std::ranges::sort(values);
    for (std::size_t k = 0; k < 3; ++k) q[f][k] = quantile(values, 0.25 * static_cast<double>(k + 1));
  }
  return q;
}

// The random numbers of all trials: one set, so that the misfit is a smooth function of the parameters.
struct Draws {
  std::vector<double> noise, fast, slow;
  explicit Draws(std::uint64_t seed, std::size_t count) {
    for (std::uint64_t stream = 0; auto* numbers : {&noise, &fast, &slow}) {
      const RandomStream random{seed, stream++};
      for (std::size_t i = 0; i < count; ++i) numbers->push_back(random.normal(i));
    }
  }
};

struct Wander {
  double memory, renewal, state;
  Wander(double sd, double tau_s, double first)
      : memory{std::exp(-1 / tau_s)}, renewal{sd * std::sqrt(1 - memory * memory)}, state{sd * first} {}
  double next(double draw) { return state = memory * state + renewal * draw; }
};

std::vector<PressReading> run_loop(const PressFit& fit, const Draws& draws) {
  std::vector<PressReading> log;
  Wander fast{fit.density_wander, fit.density_wander_tau_s, draws.fast[0]}, slow{fit.slow_wander, fit.slow_wander_tau_s, draws.slow[0]};
  const auto to_quantum = [&](double mm) { return std::floor(mm / fit.fill_quantum_mm + 0.5) * fit.fill_quantum_mm; };
  double fill = fit.fill_mm, sum = 0, count = 0, since = 0;
  for (std::size_t i = 0; i < draws.noise.size(); ++i) {
    const double weight = fill / fit.fill_mm - 1 + fast.next(draws.fast[i]) + slow.next(draws.slow[i]);
    const double off = force_per_weight * weight + fit.force_noise * draws.noise[i];
    sum += off;
    count += 1;
    since += 1;
    if (since >= fit.loop_s) {
      since -= fit.loop_s;
      const double mean = sum / count;
      sum = count = 0;
      if (std::fabs(mean) > fit.deadband) fill = to_quantum(fill - fill * mean / force_per_weight);
    }
    if (i % static_cast<std::size_t>(log_interval_s) == 0)
      log.push_back(as_logged({static_cast<double>(i), 1, fit.force_kn * (1 + off), fit.srel_pct, fill, fit.ejection_n}));
  }
  return log;
}

struct Target {
  Quartiles quartiles;
  double fill_180;  // Allan deviation of the fill depth, mm
};

double misfit_of(const Target& target, const PressFit& fit, const Draws& draws) {
  const auto log = run_loop(fit, draws);
  std::vector<WindowFeatures> windows;
  for (std::size_t i = 0; i + window_rows <= log.size(); i += window_rows)
    windows.push_back(window_features_of(std::span{log}.subspan(i, window_rows)));
  const Quartiles q = quartiles_of(windows);
  double squares = 0;
  for (std::size_t f = 0; f < q.size(); ++f) {
    const auto& wanted = target.quartiles[f];
    const double unit = std::max(wanted[2] - wanted[0], 0.02 * std::fabs(wanted[1]) + 1e-6);
    for (std::size_t k = 0; k < 3; ++k) squares += std::pow(std::clamp((q[f][k] - wanted[k]) / unit, -5.0, 5.0), 2);
  }
  double long_term = 0;
  if (std::isfinite(target.fill_180)) {
    const std::span<const PressReading> whole{log};
    const double have = allan_deviation(std::span{&whole, 1}, &PressReading::fill_mm, 180);
    long_term = std::log((have + 1e-3) / (target.fill_180 + 1e-3));
  }
  return std::sqrt(squares / static_cast<double>(3 * q.size()) + 0.2 * long_term * long_term);
}

struct Range {
  double PressFit::*member;
  double low, high;
};
constexpr std::array<Range, 6> searched{{{&PressFit::force_noise, 0.001, 0.06},
                                         {&PressFit::loop_s, 1, 60},
                                         {&PressFit::deadband, 0.0005, 0.04},
                                         {&PressFit::density_wander, 0.0001, 0.04},
                                         {&PressFit::density_wander_tau_s, 1, 900},
                                         {&PressFit::slow_wander, 0.0005, 0.02}}};

// Random search over logarithms, then steps around the best that grow shorter.
void search(PressFit& best, const Target& target, std::size_t wide, std::size_t near) {
  const Draws draws{0xF17, seconds};
  const RandomStream random{0x5EA, 0};
  std::uint64_t drawn = 0;
  best.misfit = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < wide + near; ++i) {
    PressFit trial = best;
    const double reach = 0.5 * std::exp(-4.0 * (static_cast<double>(i) - static_cast<double>(wide)) / static_cast<double>(near));
    for (const Range& range : searched) {
      const double low = std::log(range.low), high = std::log(range.high);
      const double place =
          i < wide ? low + random.uniform(drawn++) * (high - low) : std::log(best.*range.member) + reach * random.normal(drawn++);
      trial.*range.member = std::exp(std::clamp(place, low, high));
    }
    trial.misfit = misfit_of(target, trial, draws);
    if (trial.misfit < best.misfit) best = trial;
  }
}

// Allan variance of AR(1) of variance 1 at `m` samples, tau in samples: Zhang 2006 by way of the variance of means.
double unit_allan_variance(double tau, double m) {
  const double phi = std::exp(-1 / tau);
  const auto variance_of_mean = [&](double n) {
    return (1 + phi) / (1 - phi) / n - 2 * phi * (1 - std::pow(phi, n)) / (n * n * (1 - phi) * (1 - phi));
  };
  return 2 * (variance_of_mean(m) - variance_of_mean(2 * m));
}

}  // namespace

WhiteAndWander white_and_wander(std::span<const std::span<const PressReading>> stretches, double PressReading::*tag, double interval_s) {
  constexpr std::array<std::size_t, 6> samples{1, 3, 6, 18, 60, 180};
  std::array<double, samples.size()> measured{};
  for (std::size_t i = 0; i < samples.size(); ++i) measured[i] = allan_deviation(stretches, tag, samples[i]);
  double least = std::numeric_limits<double>::infinity();
  WhiteAndWander best{measured[0], 0, interval_s};
  for (double tau = 3; tau < 1000; tau *= 1.25)
    for (double share = 0.02; share < 0.9999; share += 0.02)  // of the variance at one sample that is white
    {
      const double white = share * measured[0] * measured[0],
                   wander = (1 - share) * measured[0] * measured[0] / unit_allan_variance(tau, 1);
      double miss = 0;
      for (std::size_t i = 1; i < samples.size(); ++i)
        if (measured[i] > 0) {
          const double m = static_cast<double>(samples[i]);
          const double have = white / m + wander * unit_allan_variance(tau, m);
          miss += std::pow(std::log(have / (measured[i] * measured[i])), 2);
        }
      if (miss < least) {
        least = miss;
        best = {std::sqrt(white), std::sqrt(wander), tau * interval_s};
      }
    }
  return best;
}

PressFit fit_press(const Running& running) {
  const LoopStatistics s = loop_statistics(running, log_interval_s);
  PressFit fit{};
  fit.force_kn = s.mean[0];
  fit.srel_pct = s.mean[1];
  fit.fill_mm = s.mean[2];
  fit.ejection_n = s.mean[3];
  const auto srel = white_and_wander(running.stretches, &PressReading::srel_pct),
             ejection = white_and_wander(running.stretches, &PressReading::ejection_n);
  fit.srel_noise_pct = srel.white;
  fit.srel_wander_pct = srel.wander;
  fit.srel_wander_tau_s = srel.wander_tau_s;
  fit.ejection_noise_n = ejection.white;
  fit.ejection_wander_n = ejection.wander;
  fit.ejection_wander_tau_s = ejection.wander_tau_s;
  fit.fill_quantum_mm = std::isfinite(s.move_quantum_mm) ? s.move_quantum_mm : 0.01;
  fit.slow_wander_tau_s = 1800;
  std::vector<WindowFeatures> windows;
  for (const auto rows : running.stretches)
    for (std::size_t i = 0; i + window_rows <= rows.size(); i += window_rows)
      windows.push_back(window_features_of(rows.subspan(i, window_rows)));
  search(fit, {quartiles_of(windows), allan_deviation(running.stretches, &PressReading::fill_mm, 180)}, 250, 250);
  return fit;
}

std::vector<PressFit> fit_press(std::span<const PressBatch> batches) {
  std::vector<PressFit> fits;
  for (const PressBatch& batch : batches) {
    const Running kept = running(batch);
    std::size_t rows = 0, longest = 0;
    for (const auto stretch : kept.stretches) rows += stretch.size(), longest = std::max(longest, stretch.size());
    if (rows >= least_rows && longest >= window_rows) fits.push_back(fit_press(kept));
  }
  return fits;
}

std::vector<PressReading> linear_press(const PressFit& fit, double hours, std::uint64_t seed) {
  const Draws draws{seed, static_cast<std::size_t>(hours * 3600)};
  auto log = run_loop(fit, draws);
  const RandomStream noise{seed, 7};
  Wander srel{fit.srel_wander_pct, fit.srel_wander_tau_s / log_interval_s, noise.normal(0)},
      ejection{fit.ejection_wander_n, fit.ejection_wander_tau_s / log_interval_s, noise.normal(1)};
  for (std::size_t i = 0; i < log.size(); ++i) {
    log[i].srel_pct += srel.next(noise.normal(4 * i + 2)) + fit.srel_noise_pct * noise.normal(4 * i + 3);
    log[i].ejection_n += ejection.next(noise.normal(4 * i + 4)) + fit.ejection_noise_n * noise.normal(4 * i + 5);
  }
  return log;
}

}  // namespace steadyline
