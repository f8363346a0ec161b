#include "evaluation/realism_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/philox.h"
#include "evaluation/realism.h"

namespace steadyline {
namespace {

constexpr double force_per_weight = 4.45;  // dlnF/dlnW at fixed gap
constexpr std::size_t log_interval = 10;   // s
constexpr std::size_t fitted_rows = 4 * 360;
constexpr std::size_t least_rows = 360;  // an hour
constexpr std::size_t long_term = 180;   // samples
constexpr double long_term_share = 0.2;  // weight of its misfit
// Seconds of the loop's clock in one of the logger's: their phases drift past each other, as with any turret.
constexpr double drift = 1.0037;

// Features of windows, one column a feature, and what a fit compares of them.
using Columns = std::vector<std::vector<double>>;
struct Moments {
  std::vector<std::array<double, 3>> quartiles;
  double long_term;  // Allan deviation at `long_term` samples; NaN: stretches too short
};

std::vector<std::array<double, 3>> quartiles_of(Columns columns) {
  std::vector<std::array<double, 3>> all;
  for (auto& column : columns) {
    std::ranges::sort(column);
    all.push_back({quantile(column, 0.25), quantile(column, 0.5), quantile(column, 0.75)});
  }
  return all;
}

double misfit_of(const Moments& wanted, const Moments& have) {
  double squares = 0;
  for (std::size_t f = 0; f < wanted.quartiles.size(); ++f) {
    const auto& w = wanted.quartiles[f];
    const double unit = std::max(w[2] - w[0], 0.02 * std::fabs(w[1]) + 1e-6);
    for (std::size_t k = 0; k < 3; ++k) squares += std::pow(std::clamp((have.quartiles[f][k] - w[k]) / unit, -5.0, 5.0), 2);
  }
  squares /= static_cast<double>(3 * wanted.quartiles.size());
  if (wanted.long_term > 0 && have.long_term > 0) squares += long_term_share * std::pow(std::log(have.long_term / wanted.long_term), 2);
  return std::sqrt(squares);
}

// One tag as simulated or recorded, cut into windows.
using Series = std::vector<double>;

Columns tag_columns(std::span<const std::span<const double>> windows) {
  Columns columns(3);
  for (const auto window : windows) {
    const auto f = tag_features(window);
    for (std::size_t k = 0; k < 3; ++k) columns[k].push_back(f[k + 1]);
  }
  return columns;
}

Columns loop_columns(std::span<const std::span<const double>> force, std::span<const std::span<const double>> fill) {
  Columns columns = tag_columns(force);
  for (auto& column : tag_columns(fill)) columns.push_back(std::move(column));
  columns.resize(9);
  for (std::size_t i = 0; i < fill.size(); ++i) {
    const auto [moves, size] = move_features(fill[i]);
    columns[6].push_back(moves);
    columns[7].push_back(size);
    columns[8].push_back(correlation(force[i], fill[i]));
  }
  return columns;
}

std::vector<std::span<const double>> windows_in(const Series& series) {
  std::vector<std::span<const double>> windows;
  for (std::size_t i = 0; i + window_rows <= series.size(); i += window_rows) windows.push_back(std::span{series}.subspan(i, window_rows));
  return windows;
}

double long_term_of(const Series& series) {
  double squares = 0, sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < long_term; ++i) sum += series[i + long_term] - series[i];
  for (std::size_t i = 0; i + 2 * long_term < series.size(); ++i, ++count) {
    squares += sum * sum;
    sum += series[i + 2 * long_term] - 2 * series[i + long_term] + series[i];
  }
  return std::sqrt(squares / 2 / static_cast<double>(count)) / static_cast<double>(long_term);
}

struct Wander {
  double memory, renewal, state;
  Wander(double sd, double tau, double first)
      : memory{std::exp(-1 / tau)}, renewal{sd * std::sqrt(1 - memory * memory)}, state{sd * first} {}
  double next(double draw) { return state = memory * state + renewal * draw; }
};

// The random numbers of all trials: one set, so that the misfit is a smooth function of the parameters.
struct Draws {
  Series noise, fast, slow;
  Draws(std::uint64_t seed, std::size_t count) {
    for (std::uint64_t stream = 0; auto* numbers : {&noise, &fast, &slow}) {
      const RandomStream random{seed, stream++};
      for (std::size_t i = 0; i < count; ++i) numbers->push_back(random.normal(i));
    }
  }
};

double rounded(double value, double steps) { return std::floor(value * steps + 0.5) / steps; }

struct ForceAndFill {
  Series force, fill;
};

// Every second: dies are filled, tablets pressed, the force read; when it is time the loop moves the fill depth; then the logger looks.
ForceAndFill run_loop(const PressFit& fit, const Draws& draws) {
  ForceAndFill log;
  Wander fast{fit.weight_wander, fit.weight_wander_tau_s, draws.fast[0]}, slow{fit.slow_wander, slow_wander_tau_s, draws.slow[0]};
  const auto mean_of = std::clamp<std::size_t>(static_cast<std::size_t>(fit.force_mean_s + 0.5), 1, log_interval);
  std::array<double, log_interval> last{};
  const double mixing_gain = std::sqrt(1 + (fit.weight_mixing_s - 1) / fit.weight_wander_tau_s);  // mixing leaves the sd as it is
  double fill = fit.fill_mm, mixed = 0, sum = 0, count = 0, since = 0;
  for (std::size_t i = 0; i < draws.noise.size(); ++i) {
    mixed += (fast.next(draws.fast[i]) - mixed) / fit.weight_mixing_s;
    const double weight = fill / fit.fill_mm - 1 + mixing_gain * mixed + slow.next(draws.slow[i]);
    const double off = force_per_weight * weight + fit.force_noise * draws.noise[i];
    last[i % log_interval] = off;
    sum += off;
    count += 1;
    since += drift;
    if (since >= fit.loop_s) {
      since -= fit.loop_s;
      const double seen = sum / count;
      sum = count = 0;
      if (std::fabs(seen) > fit.deadband) fill = rounded(fill * (1 - fit.loop_gain * seen / force_per_weight), 1 / fit.fill_quantum_mm);
    }
    if (i % log_interval != log_interval - 1) continue;
    double shown = 0;
    for (std::size_t k = log_interval - mean_of; k < log_interval; ++k) shown += last[k] / static_cast<double>(mean_of);
    log.force.push_back(rounded(fit.force_kn * (1 + shown), 10));
    log.fill.push_back(rounded(fill, 100));
  }
  return log;
}

Series run_tag(double level, const WhiteAndWander& tag, double steps, const Draws& draws) {
  Series series;
  Wander wander{tag.wander, tag.wander_tau_s / static_cast<double>(log_interval), draws.slow[0]};
  for (std::size_t i = 0; i < draws.noise.size(); ++i)
    series.push_back(rounded(level + wander.next(draws.fast[i]) + tag.white * draws.noise[i], steps));
  return series;
}

// Differential evolution over logarithms (Storn & Price 1997): a trial steps from the best so far or from a member along the difference of
// two others.
struct Range {
  double* place;
  double low, high;
};

template <class Objective>
double search(std::span<const Range> ranges, std::size_t generations, const Objective& objective) {
  const std::size_t members = 2 * ranges.size();
  const RandomStream random{0x5EA2C4, 0};
  std::uint64_t drawn = 0;
  const auto any = [&](std::size_t count) { return static_cast<std::size_t>(random.uniform(drawn++) * static_cast<double>(count)); };
  const auto miss_of = [&](const Series& at) {
    for (std::size_t r = 0; r < ranges.size(); ++r) *ranges[r].place = std::exp(at[r]);
    return objective();
  };
  std::vector<Series> member(members, Series(ranges.size()));
  Series miss(members);
  for (std::size_t m = 0; m < members; ++m) {
    for (std::size_t r = 0; r < ranges.size(); ++r)
      member[m][r] = std::log(ranges[r].low) + random.uniform(drawn++) * (std::log(ranges[r].high) - std::log(ranges[r].low));
    miss[m] = miss_of(member[m]);
  }
  const auto best = [&] { return static_cast<std::size_t>(std::ranges::min_element(miss) - miss.begin()); };
  for (std::size_t generation = 0; generation < generations; ++generation)
    for (std::size_t m = 0; m < members; ++m) {
      const Series &base = member[random.uniform(drawn++) < 0.3 ? best() : any(members)], &a = member[any(members)],
                   &b = member[any(members)];
      Series trial = member[m];
      for (std::size_t r = 0; r < ranges.size(); ++r)
        if (random.uniform(drawn++) < 0.8)
          trial[r] = std::clamp(base[r] + 0.6 * (a[r] - b[r]), std::log(ranges[r].low), std::log(ranges[r].high));
      if (const double now = miss_of(trial); now < miss[m]) {
        miss[m] = now;
        member[m] = trial;
      }
    }
  return miss_of(member[best()]);
}

// A batch's tag, window by window.
std::vector<Series> recorded_windows(const Running& running, double PressReading::*tag) {
  std::vector<Series> windows;
  for (const auto rows : running.stretches)
    for (std::size_t i = 0; i + window_rows <= rows.size(); i += window_rows) {
      windows.emplace_back();
      for (const PressReading& r : rows.subspan(i, window_rows)) windows.back().push_back(r.*tag);
    }
  return windows;
}

std::vector<std::span<const double>> views(const std::vector<Series>& windows) { return {windows.begin(), windows.end()}; }

WhiteAndWander fit_tag(const Running& running, double PressReading::*tag, double level, double steps) {
  const auto windows = recorded_windows(running, tag);
  const Moments wanted{quartiles_of(tag_columns(views(windows))), allan_deviation(running.stretches, tag, long_term)};
  const Draws draws{0xE1EC, fitted_rows};
  const double size = std::max(allan_deviation(running.stretches, tag, 1), 0.1 / steps);
  WhiteAndWander fit{};
  const std::array<Range, 3> ranges{
      {{&fit.white, 0.02 * size, 2 * size}, {&fit.wander, 0.02 * size, 20 * size}, {&fit.wander_tau_s, 10, 7200}}};
  search(ranges, 25, [&] {
    const Series series = run_tag(level, fit, steps, draws);
    return misfit_of(wanted, {quartiles_of(tag_columns(windows_in(series))), long_term_of(series)});
  });
  return fit;
}

void fit_loop(const Running& running, PressFit& fit) {
  const auto force = recorded_windows(running, &PressReading::force_kn), fill = recorded_windows(running, &PressReading::fill_mm);
  const Moments wanted{quartiles_of(loop_columns(views(force), views(fill))),
                       allan_deviation(running.stretches, &PressReading::fill_mm, long_term)};
  const Draws draws{0xF17, fitted_rows * log_interval};
  const std::array<Range, 9> ranges{{{&fit.weight_mixing_s, 1, 200},
                                     {&fit.force_noise, 0.001, 0.06},
                                     {&fit.force_mean_s, 1, 10},
                                     {&fit.loop_s, 1, 20},
                                     {&fit.loop_gain, 0.2, 2},
                                     {&fit.deadband, 0.0005, 0.04},
                                     {&fit.weight_wander, 0.0001, 0.04},
                                     {&fit.weight_wander_tau_s, 1, 900},
                                     {&fit.slow_wander, 0.0005, 0.02}}};
  fit.misfit = search(ranges, 80, [&] {
    const ForceAndFill log = run_loop(fit, draws);
    return misfit_of(wanted, {quartiles_of(loop_columns(windows_in(log.force), windows_in(log.fill))), long_term_of(log.fill)});
  });
}

}  // namespace

PressFit fit_press(const Running& running) {
  const LoopStatistics s = loop_statistics(running);
  PressFit fit{};
  fit.force_kn = s.mean[0];
  fit.srel_pct = s.mean[1];
  fit.fill_mm = s.mean[2];
  fit.ejection_n = s.mean[3];
  fit.fill_quantum_mm = std::isfinite(s.move_quantum_mm) ? s.move_quantum_mm : 0.01;
  fit.srel = fit_tag(running, &PressReading::srel_pct, fit.srel_pct, 10);
  fit.ejection = fit_tag(running, &PressReading::ejection_n, fit.ejection_n, 1);
  fit_loop(running, fit);
  return fit;
}

std::vector<PressFit> fit_press(std::span<const PressBatch> batches) {
  std::vector<PressFit> fits;
  for (const PressBatch& batch : batches) {
    const Running kept = running(batch);
    std::size_t rows = 0, longest = 0;
    for (const auto stretch : kept.stretches) {
      rows += stretch.size();
      longest = std::max(longest, stretch.size());
    }
    if (rows >= least_rows && longest >= window_rows) fits.push_back(fit_press(kept));
  }
  return fits;
}

std::vector<PressReading> linear_press(const PressFit& fit, double hours, std::uint64_t seed) {
  const auto rows = static_cast<std::size_t>(hours * 360);
  const ForceAndFill log = run_loop(fit, Draws{seed, rows * log_interval});
  const Series srel = run_tag(fit.srel_pct, fit.srel, 10, Draws{seed + 0x51, rows}),
               ejection = run_tag(fit.ejection_n, fit.ejection, 1, Draws{seed + 0xE1, rows});
  std::vector<PressReading> readings;
  for (std::size_t i = 0; i < rows; ++i)
    readings.push_back({static_cast<double>(log_interval * i), 1, log.force[i], srel[i], log.fill[i], ejection[i]});
  return readings;
}

}  // namespace steadyline
