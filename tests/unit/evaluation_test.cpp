#include <gtest/gtest.h>

#include <cmath>

#include "evaluation/alarm_score.h"
#include "evaluation/baselines.h"
#include "evaluation/forecast_score.h"

namespace steadyline {
namespace {

EventTime at(int seconds) { return EventTime{std::chrono::seconds{seconds}}; }

TEST(PoissonInterval, EqualsTheExactTable) {
  // Garwood's table, 95 %.
  const std::vector<std::tuple<std::size_t, double, double>> table{{0, 0, 3.688879}, {1, 0.025318, 5.571643}, {2, 0.242209, 7.224688}, {10, 4.795389, 18.390356}, {100, 81.363991, 121.626794}};
  for (const auto& [events, low, high] : table) {
    const auto [l, h] = poisson_interval(events);
    EXPECT_NEAR(l, low, 2e-5) << events;
    EXPECT_NEAR(h, high, 2e-5) << events;
  }
  const EventRate rate = event_rate(1, 48);
  EXPECT_DOUBLE_EQ(rate.per_24h, 0.5);
  EXPECT_NEAR(rate.per_24h_high, 5.571643 / 2, 1e-5);
}

TEST(MergeEpisodes, JoinsThoseLessThanAMinuteApart) {
  const std::vector<RaisedAlarm> all{{"u", "*", "low_health", at(0), at(100)}, {"u", "*", "low_health", at(159), at(200)}, {"u", "*", "bad_data", at(10), at(20)},
                                      {"u", "*", "low_health", at(260), at(300)}};
  const auto merged = merge_episodes(all, "low_health");
  ASSERT_EQ(merged.size(), 2U);
  EXPECT_EQ(merged[0].ended, at(200));
  EXPECT_EQ(merged[1].raised, at(260));
}

TEST(Inject, FrozenDriftAndFactor) {
  std::vector<Frame> frames;
  for (int i = 0; i < 5; ++i) frames.push_back({at(1800 * i), i == 0, true, {10.0 + i}, {Flaw::good}});
  auto frozen = frames, drift = frames, factor = frames;
  inject({"", "", InjectedFault::Form::frozen, 0}, TagIndex{0}, at(1800), frozen);
  inject({"", "", InjectedFault::Form::drift_per_hour, 0.01}, TagIndex{0}, at(1800), drift);
  inject({"", "", InjectedFault::Form::factor, 1.3}, TagIndex{0}, at(1800), factor);
  EXPECT_DOUBLE_EQ(frozen[0].values[0], 10);
  EXPECT_DOUBLE_EQ(frozen[4].values[0], 11);
  EXPECT_DOUBLE_EQ(drift[1].values[0], 11);
  EXPECT_DOUBLE_EQ(drift[3].values[0], 13 + 0.11);
  EXPECT_DOUBLE_EQ(factor[2].values[0], 12 * 1.3);
}

TEST(RidgeRegression, FindsTheLineAndShrinks) {
  const std::vector<double> x{0, 1, 1, 1, 2, 1, 3, 1}, y{1, 3, 5, 7};
  const auto free = ridge_regression(x, y, 2, std::vector<double>{0, 0});
  EXPECT_NEAR(free[0], 2, 1e-12);
  EXPECT_NEAR(free[1], 1, 1e-12);
  EXPECT_LT(std::fabs(ridge_regression(x, y, 2, std::vector<double>{1e6, 0})[0]), 1e-4);
}

TEST(FanScore, SkillIsAgainstTheBestBaseline) {
  FanScore fan;
  fan.count = 10;
  fan.ours = {9, 4};
  fan.baselines["persistence"] = {20, 8};
  fan.baselines["ewma"] = {10, 5};
  EXPECT_EQ(fan.best_baseline(), "ewma");
  EXPECT_DOUBLE_EQ(fan.skill(), 0.1);
  EXPECT_DOUBLE_EQ(fan.pinball_skill(), 0.2);
  ForecastScore sum;
  pool(sum, {fan});
  pool(sum, {fan});
  EXPECT_EQ(sum[0].count, 20U);
  EXPECT_DOUBLE_EQ(sum[0].mae(), 0.9);
}

Line one_tag() {
  Line line;
  line.id = "l";
  line.units = {{"u", "", 0}};
  Tag tag;
  tag.name = "v";
  tag.path = "u/v";
  line.tags = {tag};
  return line;
}

TEST(Baselines, FuturesStayWithinTheRunAndPersistenceIsPerfectOnAConstant) {
  Recording recording{"a", {}};
  for (int i = 0; i < 100; ++i) recording.frames.push_back({at(i), i == 0 || i == 60, true, {i < 60 ? 3.0 : 5.0}, {Flaw::good}});
  const Line line = one_tag();
  const std::vector<TagIndex> tags{TagIndex{0}};
  const std::vector<double> horizons{10};
  const auto series = to_targets(line, tags, horizons, std::span{&recording, 1});
  EXPECT_FALSE(std::isnan(series.future(49, 0)));
  EXPECT_TRUE(std::isnan(series.future(50, 0)));  // 10 s later another run has begun
  EXPECT_TRUE(std::isnan(series.future(95, 0)));
  for (const auto& baseline : fit_baselines(series)) {
    std::vector<double> forecast(1);
    baseline->begin();
    baseline->step(series.now(0), series.eventful(0), forecast);
    EXPECT_NEAR(forecast[0], 3, 0.05) << baseline->name();
  }
}

}  // namespace
}  // namespace steadyline
