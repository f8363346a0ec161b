#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "line/line.h"
#include "models/bundle.h"
#include "twin/options.h"
#include "twin/parameters.h"

namespace steadyline {

/// In what a forecast was issued. Faults: between their onset and the first breach, or their end, on the tags that they move.
enum class ForecastWindow : std::uint8_t { steady, refill, move, start_up, fault };
inline constexpr std::size_t forecast_window_count = 5;
std::string_view to_text(ForecastWindow window);

/// A number with its 95 % interval by a block bootstrap over runs.
struct Estimate {
  double value = 0, low = 0, high = 0;
};

/// One tag, horizon and window: mean pinball losses over the bundle's quantiles, in the tag's unit.
struct FanExam {
  std::string tag;
  double horizon_s = 0;
  ForecastWindow window = ForecastWindow::steady;
  std::size_t count = 0, covered = 0;  ///< forecasts judged; of these with the truth inside the outer quantiles
  double ours = 0;
  std::map<std::string, double> baselines;            ///< with conformal residual quantiles per tag, horizon and context
  std::string best;                                   ///< of the baselines
  Estimate gain;                                      ///< 1 - ours / best
  std::size_t oracle_count = 0;                       ///< moments at which the twin itself was asked
  double oracle = 0, ours_there = 0, best_there = 0;  ///< mean pinball losses at those moments
};

/// All tags of one window at one horizon (0: all horizons): every tag and horizon counts alike.
struct WindowExam {
  ForecastWindow window = ForecastWindow::steady;
  double horizon_s = 0;
  std::size_t fans = 0, count = 0;
  Estimate gain;                     ///< 1 - mean over tags of ours / best baseline, the best one of each tag
  Estimate coverage;                 ///< of the interval between the outer quantiles
  std::optional<double> gap_closed;  ///< share of the way from the best baseline to the oracle, mean losses over tags
};

struct ForecastExam {
  std::vector<FanExam> fans;
  std::vector<WindowExam> windows;        ///< by window, then by horizon; at last all horizons (0). `event_windows` pools all but steady
  std::vector<WindowExam> event_windows;  ///< by horizon; at last all; window is `fault` there and means "any event"
  double hours = 0;
  std::size_t runs = 0, moments = 0;  ///< moments: at which the oracle was asked, each with `rollouts` continuations
};

/// What is lived through: scenarios with seeds of their own, unlike those of training.
struct ForecastPlan {
  std::vector<Scenario> teach;      ///< baselines learn from these
  std::vector<Scenario> calibrate;  ///< and take their residual quantiles from these
  std::vector<Scenario> judged;     ///< normal runs and fault runs (those with faults)
  std::size_t moments_a_run = 24;   ///< at which the twin itself is asked, per judged run
  std::size_t rollouts = 64;
  std::uint64_t seed = 1;  ///< of moments, rollouts and bootstrap
};

/// The standard plan: `runs` normal runs and `runs` fault runs with seeds from exam_seed(commit, …); baselines learn from as many
/// disturbed and normal runs as `disturbed` (the training scenario) gives with other seeds.
ForecastPlan forecast_plan(const Scenario& disturbed, std::string_view commit, std::size_t runs);

/// Lives through the plan second by second, forecasting with the bundle's streaming engine and with persistence, EWMA, Holt and ridge AR.
///
/// line     watched_part of the described one: readings that are looked at. Cost: some 0.5 s a run, 0.2 s a moment. Threads: one.
/// progress called with the share done, 0..1.
ForecastExam run_forecast_exam(const Line& line, const TwinParameters& parameters, const Bundle& bundle, const ForecastPlan& plan,
                               const std::function<void(double)>& progress = {});

}  // namespace steadyline
