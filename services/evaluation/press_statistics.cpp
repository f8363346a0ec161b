#include "evaluation/press_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace steadyline {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double least_move_mm = 0.005;  // half a step of the log

bool complete(const PressReading& r) {
  return std::ranges::all_of(press_tag, [&](auto tag) { return std::isfinite(r.*tag); });
}

bool same(const PressReading& a, const PressReading& b) {
  return std::ranges::all_of(press_tag, [&](auto tag) { return a.*tag == b.*tag; });
}

// True for rows in a run of `least` or more that do not differ from each other.
std::vector<bool> stale_rows(std::span<const PressReading> rows, std::size_t least) {
  std::vector<bool> stale(rows.size(), false);
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first + 1;
    while (last < rows.size() && same(rows[last], rows[first])) ++last;
    if (last - first >= least)
      std::fill(stale.begin() + static_cast<std::ptrdiff_t>(first), stale.begin() + static_cast<std::ptrdiff_t>(last), true);
    first = last;
  }
  return stale;
}

double to_step(double value, double steps_per_unit) { return std::floor(value * steps_per_unit + 0.5) / steps_per_unit; }

// Sum of squared differences of adjacent means, and how many.
std::pair<double, std::size_t> adjacent_squares(std::span<const PressReading> rows, double PressReading::*tag, std::size_t m) {
  std::vector<double> sum(rows.size() + 1, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) sum[i + 1] = sum[i] + rows[i].*tag;
  double squares = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i + 2 * m < sum.size(); ++i, ++count) {
    const double change = (sum[i + 2 * m] - 2 * sum[i + m] + sum[i]) / static_cast<double>(m);
    squares += change * change;
  }
  return {squares, count};
}

double smallest_common(const std::map<long, std::size_t>& steps, std::size_t moves) {
  for (const auto& [step, count] : steps)
    if (10 * count >= moves) return static_cast<double>(step) / 100;
  return none;
}

}  // namespace

PressReading as_logged(PressReading r) {
  r.force_kn = to_step(r.force_kn, 10);
  r.srel_pct = to_step(r.srel_pct, 10);
  r.fill_mm = to_step(r.fill_mm, 100);
  r.ejection_n = to_step(r.ejection_n, 1);
  return r;
}

Running running(const PressBatch& batch, const RunningRules& rules) {
  Running result;
  const auto& rows = batch.readings;
  const auto stale = stale_rows(rows, rules.stale_rows);
  const auto settle = static_cast<std::size_t>(rules.settle_s / rules.interval_s);
  std::size_t first = 0, ran = 0;  // of the open stretch; rows since the press began to run
  const auto end_stretch = [&](std::size_t last) {
    if (last > first) result.stretches.push_back(std::span{rows}.subspan(first, last - first));
  };
  const auto usable = [&](std::size_t i) {
    if (ran <= settle) return ++result.settling, false;
    if (!complete(rows[i])) return ++result.incomplete, false;
    if (stale[i]) return ++result.stale, false;
    return true;
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool follows = i > 0 && rows[i].time_s - rows[i - 1].time_s <= rules.gap_s;
    const bool runs = rows[i].speed > 0;  // false for NaN
    ran = !runs ? 0 : follows ? ran + 1 : 1;
    result.rows += runs;
    const bool good = runs && usable(i);
    if (good && follows) continue;
    end_stretch(i);
    first = good ? i : i + 1;
  }
  end_stretch(rows.size());
  return result;
}

double allan_deviation(std::span<const std::span<const PressReading>> stretches, double PressReading::*tag, std::size_t samples) {
  double squares = 0;
  std::size_t count = 0;
  for (const auto rows : stretches) {
    const auto [more, n] = adjacent_squares(rows, tag, samples);
    squares += more;
    count += n;
  }
  return count == 0 ? none : std::sqrt(squares / 2 / static_cast<double>(count));
}

LoopStatistics loop_statistics(const Running& running, double interval_s) {
  LoopStatistics s{};
  std::map<long, std::size_t> steps;  // size in 0.01 mm
  std::size_t pairs = 0, moves = 0;
  double size = 0;
  double sum[press_tags]{};
  for (const auto rows : running.stretches) {
    s.rows += rows.size();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t k = 0; k < press_tags; ++k) sum[k] += rows[i].*press_tag[k];
      if (i == 0) continue;
      ++pairs;
      const double move = std::fabs(rows[i].fill_mm - rows[i - 1].fill_mm);
      if (move < least_move_mm) continue;
      ++moves;
      size += move;
      ++steps[std::lround(move * 100)];
    }
  }
  for (std::size_t k = 0; k < press_tags; ++k) {
    s.mean[k] = sum[k] / static_cast<double>(s.rows);
    s.white[k] = allan_deviation(running.stretches, press_tag[k], 1);
  }
  const auto relative = [&](std::size_t m) { return allan_deviation(running.stretches, &PressReading::force_kn, m) / s.white[0]; };
  s.allan_6 = relative(6);
  s.allan_30 = relative(30);
  s.allan_180 = relative(180);
  s.moves_per_h = 3600 / interval_s * static_cast<double>(moves) / static_cast<double>(pairs);
  s.move_mm = size / static_cast<double>(moves);
  s.move_quantum_mm = smallest_common(steps, moves);
  return s;
}

double PressStops::per_h() const { return static_cast<double>(durations_s.size()) / running_h; }
double PressStops::quantile_s(double p) const { return durations_s.empty() ? none : quantile(durations_s, p); }

PressStops press_stops(std::span<const PressBatch> batches, double interval_s) {
  PressStops s;
  for (const PressBatch& batch : batches) {
    double stopped_at = none;  // NaN: running, or not yet started
    bool ran = false;
    for (const PressReading& r : batch.readings) {
      if (r.speed > 0) {
        s.running_h += interval_s / 3600;
        if (!std::isnan(stopped_at)) s.durations_s.push_back(r.time_s - stopped_at);
        stopped_at = none;
        ran = true;
      } else if (r.speed <= 0 && ran && std::isnan(stopped_at)) {  // no reading of the speed: neither
        stopped_at = r.time_s;
      }
    }
  }
  std::ranges::sort(s.durations_s);
  return s;
}

double quantile(std::span<const double> sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double median_of(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  std::ranges::sort(values);
  return values.empty() ? none : quantile(values, 0.5);
}

double slope(std::span<const double> x, std::span<const double> y) {
  const auto n = static_cast<double>(x.size());
  const double mx = std::accumulate(x.begin(), x.end(), 0.0) / n, my = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
  }
  return xy / xx;
}

}  // namespace steadyline
