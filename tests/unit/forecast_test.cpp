#include <cmath>
#include <gtest/gtest.h>

#include "core/philox.h"
#include "evaluation/baselines.h"
#include "evaluation/disturbed_runs.h"
#include "evaluation/exam_sums.h"
#include "frames/features.h"
#include "models/forecaster.h"
#include "monitor/limits.h"
#include "support/random_bundle.h"
#include "training/conformal.h"
#include "training/namesakes.h"

namespace steadyline {
namespace {

const std::vector<double> levels{0.05, 0.5, 0.95};

TEST(BreachProbability, FollowsTheQuantiles) {
  const std::vector<float> values{-1, 0, 2};
  EXPECT_NEAR(breach_probability({.low = -1}, levels, values), 0.05, 1e-12);
  EXPECT_NEAR(breach_probability({.high = 2}, levels, values), 0.05, 1e-12);
  EXPECT_NEAR(breach_probability({.high = 1}, levels, values), 0.275, 1e-9) << "half way between median and upper quantile";
  EXPECT_NEAR(breach_probability({.low = -1, .high = 2}, levels, values), 0.10, 1e-9);
  EXPECT_LT(breach_probability({.high = 4}, levels, values), 0.05 * std::exp(-8));
  EXPECT_GT(breach_probability({.high = -4}, levels, values), 0.999) << "all of it is beyond the limit";
  EXPECT_EQ(breach_probability({}, levels, values), 0);
}

TEST(BreachProbability, FallsAsTheLimitGoesAway) {
  const std::vector<float> values{9, 10, 11.5F};
  double before = 1;
  for (double limit = 5; limit < 20; limit += 0.25) {
    const double now = breach_probability({.high = limit}, levels, values);
    EXPECT_LE(now, before) << limit;
    before = now;
  }
}

TEST(BreachProbability, ASureForecastIsSure) {
  const std::vector<float> values{3, 3, 3};
  EXPECT_EQ(breach_probability({.high = 4}, levels, values), 0);
  EXPECT_EQ(breach_probability({.low = 4}, levels, values), 1);
}

TEST(Forecast, ABadTargetSaysNothing) {
  const std::vector<double> horizons{10, 30};
  const std::vector<float> nothing(6, std::nanf(""));
  const ForecastReading reading = read_forecast(1, {.high = 2}, 0.05, horizons, 3, nothing, 0);
  EXPECT_EQ(reading.sign, Sign::unknown);
  EXPECT_FALSE(reading.time_to_limit);
}

/// One tag that rises by `slope` a second.
TargetSeries rising(double slope) {
  TargetSeries series;
  series.targets = 1;
  series.ahead = {10};
  Sequence& rows = series.rows;
  rows.inputs = rows.fans = rows.targets = rows.tags = 1;
  constexpr int frames = 600;
  for (int i = 0; i < frames; ++i) {
    rows.features.push_back(static_cast<float>(slope * i));
    rows.futures.push_back(i + 10 < frames ? static_cast<float>(slope * (i + 10)) : std::nanf(""));
    rows.run.push_back(0);
    rows.since.push_back(i);
    rows.times.push_back(EventTime{Milliseconds{1000 * i}});
    rows.eventful.push_back(0);
  }
  return series;
}

TEST(Baselines, HoltFollowsATrendThatEwmaCannot) {
  const TargetSeries series = rising(0.5);
  for (const auto& baseline : fit_baselines(series)) {
    baseline->begin();
    std::vector<double> forecast(1);
    for (std::size_t i = 0; i < 400; ++i) baseline->step(series.now(i), series.eventful(i), forecast);
    const double miss = std::fabs(forecast[0] - static_cast<double>(series.future(399, 0)));
    if (baseline->name() == "holt") {
      EXPECT_LT(miss, 0.1);
    }
    if (baseline->name() == "persistence") {
      EXPECT_NEAR(miss, 5, 1e-3);
    }
    if (baseline->name() == "ewma") {
      EXPECT_GE(miss, 4.9);
    }
  }
}

TEST(Conformal, EachGroupHasItsOwnWidth) {
  constexpr std::uint64_t seed = 5;
  const Line line = plain_line(4);
  Bundle bundle = random_bundle(line, seed, {.hidden = 8, .horizons_s = {10}});
  Sequence calm;
  calm.targets = bundle.forecaster.targets.size();
  calm.fans = calm.targets;
  const RandomStream random{seed, 1};
  std::vector<float> forecasts;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    const bool event = i % 2 == 1;
    calm.run.push_back(0);
    for (std::size_t t = 0; t < calm.targets; ++t) {
      calm.eventful.push_back(event ? 1 : 0);
      calm.group.push_back(event ? 1 : 0);
      calm.futures.push_back(static_cast<float>(random.normal(i * calm.targets + t) * (event ? 3 : 1)));
      for (const float q : {-1.0F, 0.0F, 1.0F}) forecasts.push_back(q);
    }
  }
  fit_conformal({&calm, &forecasts}, {}, bundle);
  for (std::size_t t = 0; t < calm.targets; ++t) {
    EXPECT_NEAR(bundle.forecaster.conformal_high[t], 1.645 - 1, 0.15) << "steady";
    EXPECT_NEAR(bundle.forecaster.conformal_high[calm.fans + t], 3 * 1.645 - 1, 0.45) << "eventful";
    EXPECT_NEAR(bundle.forecaster.conformal_low[calm.fans + t], 3 * 1.645 - 1, 0.45);
  }
}

TEST(Conformal, WhereATagNeverStoodItsNamesakesAnswer) {
  EXPECT_EQ(namesakes({"fd1/flow", "fd1/speed", "fd2/flow", "x/holdup"}, {0, 1, 2, 3}), (std::vector<std::size_t>{0, 1, 0, 3}));
  const Line line = plain_line(3);
  Bundle bundle = random_bundle(line, 5, {.hidden = 8, .horizons_s = {10}});
  bundle.tag_paths = {"fd1/flow", "fd2/flow", "x/holdup"};
  bundle.forecaster.targets = {0, 1, 2};
  Sequence calm;
  calm.targets = calm.fans = 3;
  const RandomStream random{5, 1};
  std::vector<float> forecasts;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    for (std::uint64_t t = 0; t < 3; ++t) {
      const bool stands = t == 0 && i % 2 == 1;
      calm.group.push_back(stands ? standing_group : 0);
      calm.futures.push_back(static_cast<float>(random.normal(3 * i + t) * (stands ? 9 : 1)));
      for (const float q : {-1.0F, 0.0F, 1.0F}) forecasts.push_back(q);
    }
    calm.run.push_back(0);
  }
  fit_conformal({&calm, &forecasts}, {}, bundle);
  const std::vector<double>& high = bundle.forecaster.conformal_high;
  EXPECT_NEAR(high[3 * standing_group], 9 * 1.645 - 1, 2);
  EXPECT_EQ(high[3 * standing_group + 1], high[3 * standing_group]) << "its namesake's";
  EXPECT_EQ(high[3 * standing_group + 2], high[2]) << "no namesake: what calm production says";
}

TEST(Conformal, TheEngineTakesTheGroupFromItsInputs) {
  const Line line = plain_line(4);
  Bundle bundle = random_bundle(line, 6, {.hidden = 8, .horizons_s = {10}});
  const std::size_t fans = bundle.forecaster.targets.size();
  for (std::size_t i = fans; i < ForecasterSpec::groups * fans; ++i) bundle.forecaster.conformal_low[i] = bundle.forecaster.conformal_high[i] = 50;
  for (const char* name : {"forecaster.heads.weight", "forecaster.linear.weight", "forecaster.linear.bias"})
    for (float& w : bundle.tensors[name].values) w = 0;  // the forecast does not hang on the flag itself
  const Forecaster engine{bundle};
  std::vector<float> x(engine.inputs(), 0.0F), state(engine.state_size(), 0.0F), steady(engine.outputs()), eventful(engine.outputs());
  engine.step(x, state, steady);
  x[bundle.features.line_at()] = 1;
  engine.step(x, state, eventful);
  EXPECT_NEAR(eventful[2] - steady[2], (50 - 0.2) * bundle.features.scale[0], 1e-3);
  EXPECT_EQ(eventful[1], steady[1]) << "the median stays";
}

TEST(Features, TheContextIsAnInput) {
  Line line = plain_line(2);
  FeatureSpec spec{.tags = {TagIndex{0}, TagIndex{1}}, .center = {0, 0}, .scale = {1, 1}};
  spec.units = {UnitIndex{0}};
  Frame frame;
  frame.values = {1, 2};
  frame.flaws = {Flaw::good, Flaw::null};
  frame.running = true;
  Context context;
  context.settled_s = 1e6;
  context.units.resize(1);
  context.units[0].refill_s = 40;
  FeatureState state;
  std::vector<float> out(spec.size(), -1.0F);
  step_features(spec, line, frame, context, state, out);
  EXPECT_EQ(out[spec.unit_at(0)], 1.0F) << "under refill";
  EXPECT_NEAR(out[spec.unit_at(0) + 2], std::exp(-1.0), 1e-6);
  EXPECT_EQ(out[spec.line_at()], 0.0F) << "settled";
  EXPECT_EQ(out[3 * 2 + 1], 1.0F) << "the second tag is missing";
  context.settled_s = 10;
  step_features(spec, line, frame, context, state, out);
  EXPECT_EQ(out[spec.line_at()], 1.0F);
}

TEST(ExamSums, GainIsAgainstTheBestBaselineAndCoverageIsCounted) {
  ExamSums sums{1, 2, 10};
  for (std::size_t run = 0; run < 10; ++run)
    for (int i = 0; i < 100; ++i) {
      sums.add_ours(run, 0, 0, 0.6, i < 90);
      sums.add_baseline(run, 0, 0, 0, 1.0);
      sums.add_baseline(run, 0, 0, 1, 0.8);
      if (i < 5) {
        sums.add_oracle(0, 0, 0.4, 0.6);
        sums.add_baseline_at_oracle(0, 0, 0, 1.0);
        sums.add_baseline_at_oracle(0, 0, 1, 0.8);
      }
    }
  const ForecastExam exam = sums.conclude({"u1/t0"}, {10}, {"persistence", "holt"}, 1);
  ASSERT_EQ(exam.fans.size(), 1U);
  EXPECT_EQ(exam.fans[0].best, "holt");
  EXPECT_NEAR(exam.fans[0].gain.value, 0.25, 1e-9);
  EXPECT_NEAR(exam.fans[0].gain.low, 0.25, 1e-9) << "all runs are alike";
  EXPECT_NEAR(exam.windows[0].coverage.value, 0.9, 1e-9);
  ASSERT_TRUE(exam.windows[0].gap_closed);
  EXPECT_NEAR(*exam.windows[0].gap_closed, 0.5, 1e-9);
}

TEST(DisturbedRuns, AreDrawnBySeedAndOnlyBySeed) {
  Scenario base;
  base.duration_s = 7200;
  std::size_t faults = 0, moves = 0, cold = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Scenario run = disturbed_scenario(base, seed, true), again = disturbed_scenario(base, seed, true);
    ASSERT_EQ(run.faults.size(), again.faults.size());
    for (std::size_t i = 0; i < run.faults.size(); ++i) {
      EXPECT_EQ(run.faults[i].on_s, again.faults[i].on_s);
      if (i > 0) {
        EXPECT_GE(run.faults[i].on_s, run.faults[i - 1].on_s + run.faults[i - 1].duration_s) << "one after the other";
      }
    }
    EXPECT_TRUE(disturbed_scenario(base, seed, false).faults.empty());
    faults += run.faults.size();
    moves += run.recipes.size();
    cold += run.start_in_production ? 0 : 1;
  }
  EXPECT_GT(faults, 150U);
  EXPECT_GT(moves, 30U);
  EXPECT_GT(cold, 3U);
}

TEST(DisturbedRuns, HaveTheEventsThatAreAskedFor) {
  Scenario base;
  base.duration_s = 7200;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Scenario faults_alone = disturbed_scenario(base, seed, true, no_events);
    EXPECT_TRUE(faults_alone.recipes.empty() && faults_alone.start_in_production && !faults_alone.faults.empty());
    const Scenario busy = disturbed_scenario(base, seed, false, {.least_moves = 2, .most_moves = 4, .start_share = 1});
    EXPECT_FALSE(busy.start_in_production);
    EXPECT_TRUE(busy.recipes.size() >= 2 && busy.recipes.size() <= 4) << busy.recipes.size();
  }
}

}  // namespace
}  // namespace steadyline
