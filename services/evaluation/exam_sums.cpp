#include "evaluation/exam_sums.h"

#include <algorithm>
#include <cmath>

#include "core/philox.h"

namespace steadyline {
namespace {

constexpr std::size_t resamples = 400;
constexpr double least_count = 300;  // forecasts: a fan with fewer is not judged

}  // namespace

double pinball_loss(double truth, double forecast, double quantile) {
  const double miss = truth - forecast;
  return std::max(quantile * miss, (quantile - 1) * miss);
}

ExamSums::ExamSums(std::size_t fans, std::size_t baselines, std::size_t runs) : fans_{fans}, baselines_{baselines}, runs_{runs} {
  Sums none;
  none.baselines.assign(baselines, 0);
  sums_.assign(runs * forecast_window_count * fans, none);
  at_oracle_.assign(forecast_window_count * fans, none);
}

void ExamSums::add_ours(std::size_t run, std::size_t window, std::size_t fan, double loss, bool covered) {
  Sums& sums = at(run, window, fan);
  sums.count += 1;
  sums.covered += covered ? 1 : 0;
  sums.ours += loss;
}

void ExamSums::add_baseline(std::size_t run, std::size_t window, std::size_t fan, std::size_t baseline, double loss) {
  at(run, window, fan).baselines[baseline] += loss;
}

void ExamSums::add_oracle(std::size_t window, std::size_t fan, double loss, double ours) {
  Sums& sums = at_oracle_[window * fans_ + fan];
  sums.count += 1;
  sums.covered += loss;
  sums.ours += ours;
}

void ExamSums::add_baseline_at_oracle(std::size_t window, std::size_t fan, std::size_t baseline, double loss) {
  at_oracle_[window * fans_ + fan].baselines[baseline] += loss;
}

/// Ratios of one set of runs: [windows][fans].
struct ExamSums::Summary {
  std::vector<Sums> totals;
  std::size_t best(std::size_t place) const {
    const auto& losses = totals[place].baselines;
    return static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
  }
  bool judged(std::size_t place) const { return totals[place].count >= least_count && totals[place].baselines[best(place)] > 0; }
  double gain(std::size_t place) const { return 1 - totals[place].ours / totals[place].baselines[best(place)]; }
};

ExamSums::Summary ExamSums::summarise(const std::vector<std::size_t>& runs) const {
  Summary summary;
  Sums none;
  none.baselines.assign(baselines_, 0);
  summary.totals.assign(forecast_window_count * fans_, none);
  for (const std::size_t run : runs)
    for (std::size_t place = 0; place < summary.totals.size(); ++place) {
      const Sums& from = sums_[run * summary.totals.size() + place];
      Sums& to = summary.totals[place];
      to.count += from.count;
      to.covered += from.covered;
      to.ours += from.ours;
      for (std::size_t b = 0; b < baselines_; ++b) to.baselines[b] += from.baselines[b];
    }
  return summary;
}

ForecastExam ExamSums::conclude(const std::vector<std::string>& tags, const std::vector<double>& horizons_s,
                                const std::vector<std::string>& baselines, std::uint64_t seed) const {
  const std::size_t horizons = horizons_s.size();
  std::vector<std::size_t> all(runs_);
  for (std::size_t run = 0; run < runs_; ++run) all[run] = run;
  const Summary whole = summarise(all);
  std::vector<Summary> drawn;
  for (std::size_t k = 0; k < resamples; ++k) {
    const RandomStream chance{seed, k + 1};
    std::vector<std::size_t> runs;
    for (std::size_t i = 0; i < runs_; ++i)
      runs.push_back(std::min(runs_ - 1, static_cast<std::size_t>(chance.uniform(i) * static_cast<double>(runs_))));
    drawn.push_back(summarise(runs));
  }
  // A figure of all runs with its interval over the resamples.
  const auto estimate = [&](auto figure) {
    Estimate out;
    out.value = out.low = out.high = figure(whole);
    std::vector<double> values;
    for (const Summary& summary : drawn)
      if (const double value = figure(summary); !std::isnan(value)) values.push_back(value);
    if (values.empty()) return out;
    std::sort(values.begin(), values.end());
    out.low = values[static_cast<std::size_t>(0.025 * static_cast<double>(values.size()))];
    out.high = values[std::min(values.size() - 1, static_cast<std::size_t>(0.975 * static_cast<double>(values.size())))];
    return out;
  };

  ForecastExam exam;
  exam.hours = hours_;
  exam.runs = runs_;
  exam.moments = moments_;
  for (std::size_t window = 0; window < forecast_window_count; ++window)
    for (std::size_t fan = 0; fan < fans_; ++fan) {
      const std::size_t place = window * fans_ + fan;
      if (!whole.judged(place)) continue;
      const Sums& sums = whole.totals[place];
      const Sums& there = at_oracle_[place];
      const std::size_t best = whole.best(place);
      FanExam out{.tag = tags[fan / horizons],
                  .horizon_s = horizons_s[fan % horizons],
                  .window = static_cast<ForecastWindow>(window),
                  .count = static_cast<std::size_t>(sums.count),
                  .covered = static_cast<std::size_t>(sums.covered),
                  .ours = sums.ours / sums.count,
                  .baselines = {},
                  .best = baselines[best],
                  .gain = {},
                  .oracle_count = static_cast<std::size_t>(there.count)};
      for (std::size_t b = 0; b < baselines_; ++b) out.baselines[baselines[b]] = sums.baselines[b] / sums.count;
      out.gain = estimate([&](const Summary& s) {
        return s.totals[place].count > 0 ? 1 - s.totals[place].ours / s.totals[place].baselines[best] : std::nan("");
      });
      if (there.count > 0) {
        out.oracle = there.covered / there.count;
        out.ours_there = there.ours / there.count;
        out.best_there = there.baselines[best] / there.count;
      }
      exam.fans.push_back(std::move(out));
    }

  const auto window_exam = [&](std::size_t first, std::size_t last, std::size_t horizon) {  // horizon == horizons: all
    WindowExam out;
    out.window = static_cast<ForecastWindow>(last);
    out.horizon_s = horizon == horizons ? 0 : horizons_s[horizon];
    double of_ours = 0, of_oracle = 0, asked = 0;
    std::vector<std::size_t> places;
    for (std::size_t window = first; window <= last; ++window)
      for (std::size_t fan = 0; fan < fans_; ++fan) {
        const std::size_t place = window * fans_ + fan;
        if ((horizon != horizons && fan % horizons != horizon) || !whole.judged(place)) continue;
        places.push_back(place);
        out.count += static_cast<std::size_t>(whole.totals[place].count);
        const Sums& there = at_oracle_[place];
        const double best = there.baselines[whole.best(place)];
        if (there.count < 10 || !(best > 0)) continue;
        of_ours += there.ours / best;
        of_oracle += there.covered / best;
        asked += 1;
      }
    out.fans = places.size();
    if (places.empty()) return out;
    out.gain = estimate([&](const Summary& s) {
      double sum = 0, count = 0;
      for (const std::size_t place : places)
        if (s.totals[place].count > 0) sum += 1 - s.totals[place].ours / s.totals[place].baselines[whole.best(place)], count += 1;
      return sum / count;
    });
    out.coverage = estimate([&](const Summary& s) {
      double sum = 0, count = 0;
      for (const std::size_t place : places) sum += s.totals[place].covered, count += s.totals[place].count;
      return sum / count;
    });
    if (asked > 0 && of_oracle < asked) out.gap_closed = (asked - of_ours) / (asked - of_oracle);
    return out;
  };
  const auto fault = static_cast<std::size_t>(ForecastWindow::fault);
  for (std::size_t window = 0; window < forecast_window_count; ++window)
    for (std::size_t h = 0; h <= horizons; ++h) exam.windows.push_back(window_exam(window, window, h));
  for (std::size_t h = 0; h <= horizons; ++h) exam.event_windows.push_back(window_exam(1, fault, h));
  return exam;
}

}  // namespace steadyline
