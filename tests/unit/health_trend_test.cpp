#include "models/health_trend.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <gtest/gtest.h>

#include "core/philox.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;

constexpr double memory_s = 600;
const EventTime start{1'700'000'000s};

/// A score that wanders about a middle as the mean of white noise over `memory_s` does, with this standard deviation.
class Wandering {
 public:
  Wandering(std::uint64_t seed, std::uint64_t stream, double deviation) : random_{seed, stream}, deviation_{deviation} {
    for (int i = 0; i < 3000; ++i) next();
  }
  double next() {
    double sum = 0;  // of four even ones: nearly normal, variance 1/3
    for (int i = 0; i < 4; ++i) sum += random_.uniform(at_++) - 0.5;
    mean_ += (sum * std::sqrt(3.0) - mean_) / memory_s;
    return deviation_ * mean_ * std::sqrt(2 * memory_s - 1);
  }

 private:
  RandomStream random_;
  double deviation_, mean_ = 0;
  std::uint64_t at_ = 0;
};

/// Lives through a batch of so many hours; the reading after each second goes to `see`.
TrendReading live(double hours, const std::function<double(double)>& score,
                  const std::function<void(double, const TrendReading&)>& see = {}) {
  const HealthTrend trend{1, memory_s};
  TrendTrack track;
  Context context;
  TrendReading last;
  for (std::int64_t s = 0; s < static_cast<std::int64_t>(3600 * hours); ++s) {
    last = trend.step(std::clamp(score(static_cast<double>(s)), 0.0, 100.0), start + std::chrono::seconds{s}, context, track);
    if (see) see(static_cast<double>(s) / 3600, last);
  }
  return last;
}

double hours_until(TrendState wanted, double hours, const std::function<double(double)>& score) {
  double at = -1;
  live(hours, score, [&](double hour, const TrendReading& said) {
    if (at < 0 && said.state == wanted) at = hour;
  });
  return at;
}

TEST(HealthTrendTest, NoiseWithTheScoresOwnMemoryIsSeldomCalledATrend) {
  constexpr std::uint64_t seed = 20261121;
  constexpr int batches = 60;
  for (const double deviation : {3.0, 8.0}) {
    int called = 0;
    double wrong_s = 0;
    for (int batch = 0; batch < batches; ++batch) {
      Wandering noise{seed, static_cast<std::uint64_t>(batch) + 1000 * static_cast<std::uint64_t>(deviation), deviation};
      bool any = false;
      live(
          12, [&](double) { return 80 + noise.next(); },
          [&](double, const TrendReading& said) {
            const bool wrong = said.state == TrendState::up || said.state == TrendState::down;
            any = any || wrong;
            wrong_s += wrong ? 1 : 0;
          });
      called += any ? 1 : 0;
    }
    std::printf("seed %llu, deviation %g points: %d of %d batches of 12 h with a false trend, %.2f %% of the time\n",
                static_cast<unsigned long long>(seed), deviation, called, batches, 100 * wrong_s / (batches * 12 * 3600));
    EXPECT_LE(called, batches / 15) << deviation;
    EXPECT_LE(wrong_s, 0.01 * batches * 12 * 3600) << deviation;
  }
}

TEST(HealthTrendTest, ASlowDeclineAndASlowRecoveryAreCalled) {
  for (const double sign : {-1.0, 1.0}) {
    for (const double points_an_hour : {5.0, 10.0, 20.0}) {
      Wandering noise{7, 3, 2};
      const auto wanted = sign < 0 ? TrendState::down : TrendState::up;
      const double at = hours_until(wanted, 8, [&](double s) {
        return 60 + sign * points_an_hour * std::max(0.0, s / 3600 - 2) * (s < 6 * 3600 ? 1 : 0) + noise.next();
      });
      std::printf("%+.0f points an hour from 2 h on: called after %.2f h of it\n", sign * points_an_hour, at - 2);
      EXPECT_GT(at, 2) << points_an_hour;
      EXPECT_LT(at, 2 + 2.5) << points_an_hour;
    }
  }
}

TEST(HealthTrendTest, SaysHowFarByTheilAndSensSlope) {
  const TrendReading said = live(2.1, [](double s) { return 90 - 12 * s / 3600; });
  EXPECT_EQ(said.state, TrendState::down);
  EXPECT_EQ(said.over_s, 25 * 300);
  EXPECT_NEAR(said.change, -24, 0.01);  // 25 medians of 5 min: 24 steps of a point each
  EXPECT_EQ(said.batch_began, start);
}

TEST(HealthTrendTest, ALossOfAPointOrTwoIsNoTrend) {
  EXPECT_EQ(live(4, [](double s) { return 90 - s / 3600; }).state, TrendState::steady);
}

TEST(HealthTrendTest, AnOutlierIsNoTrend) {
  Wandering noise{7, 4, 1};
  live(
      6, [&](double s) { return (s >= 9000 && s < 9900 ? 10 : 92) + noise.next(); },
      [](double hour, const TrendReading& said) {
        if (hour < 1.1) return;
        ASSERT_EQ(said.state, TrendState::steady) << hour;
      });
}

TEST(HealthTrendTest, EndsWhenTheScoreRestsAgain) {
  Wandering noise{7, 5, 1};
  EXPECT_EQ(live(12, [&](double s) { return 95 - 30 * std::clamp(s / 3600 - 2, 0.0, 1.0) + noise.next(); }).state, TrendState::steady);
}

TEST(HealthTrendTest, AFlatScoreIsSteadyAndTheFirstHourIsUnknown) {
  live(
      3, [](double) { return 100.0; },
      [](double hour, const TrendReading& said) {
        ASSERT_EQ(said.state, hour * 3600 < 3599 ? TrendState::unknown : TrendState::steady) << hour;
      });
}

struct Batches : testing::Test {
  void run(double hours) {
    for (int s = 0; s < static_cast<int>(3600 * hours); ++s, now += 1s)
      said = trend.step(95 - (falls ? 10.0 * count++ / 3600 : 0), now, context, track);
  }
  const HealthTrend trend{1, memory_s};
  TrendTrack track;
  Context context;
  TrendReading said;
  EventTime now = start;
  bool falls = true;
  int count = 0;
};

TEST_F(Batches, EachBatchHasItsOwnTrend) {
  run(3);
  ASSERT_EQ(said.state, TrendState::down);
  const EventTime second = now;
  context.batch = 2;
  run(0.5);
  EXPECT_EQ(said.state, TrendState::unknown);
  EXPECT_EQ(said.batch_began, second);
  const EventTime third = now;
  context.recipe = 7;
  run(0.1);
  EXPECT_EQ(said.batch_began, third);
  now += 1800s;
  run(0.1);
  EXPECT_EQ(said.batch_began, third) << "a stop of half an hour is of the same batch";
  now += 3600s;
  const EventTime fourth = now;
  run(0.1);
  EXPECT_EQ(said.batch_began, fourth);
}

TEST_F(Batches, ACopyOfTheTrackGoesOnAlike) {
  run(1.99);
  TrendTrack copy = track;
  const auto step = [&](TrendTrack& which, int s) { return trend.step(70 - s / 600.0, now + std::chrono::seconds{s}, context, which); };
  for (int s = 0; s < 3600; ++s) ASSERT_EQ(step(track, s), step(copy, s));
  EXPECT_EQ(track, copy);
}

}  // namespace
}  // namespace steadyline
