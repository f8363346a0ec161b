#include "monitor/limits.h"

#include <gtest/gtest.h>

#include <limits>

namespace steadyline {
namespace {

const std::vector<double> horizons{10, 30, 60, 120, 300};

/// One target, quantiles low, median, high: the median runs from `now` by `slope` per second, the others with slopes 50 % off.
std::vector<float> fan_of(double now, double slope) {
  std::vector<float> fan;
  for (const double h : horizons) {
    const double narrow = now + 0.5 * slope * h;
    const double wide = now + 1.5 * slope * h;
    for (const double v : {std::min(narrow, wide), now + slope * h, std::max(narrow, wide)}) fan.push_back(static_cast<float>(v));
  }
  return fan;
}

ForecastReading read(double now, double slope, Band band) { return read_forecast(now, band, 0.05, horizons, 3, fan_of(now, slope), 0); }

TEST(LimitReading, HasADeadbandInsideTheLimit) {
  const Band band{4.5, 5.5};
  EXPECT_EQ(read_limit(5.0, band, 0.05).sign, Sign::clear);
  EXPECT_EQ(read_limit(5.46, band, 0.05).sign, Sign::between);
  EXPECT_EQ(read_limit(4.54, band, 0.05).sign, Sign::between);
  EXPECT_EQ(read_limit(5.5, band, 0.05).sign, Sign::between);
  EXPECT_EQ(read_limit(5.51, band, 0.05).sign, Sign::raise);
  EXPECT_EQ(read_limit(5.51, band, 0.05).limit, 5.5);
  EXPECT_EQ(read_limit(4.0, band, 0.05).limit, 4.5);
  EXPECT_EQ(read_limit(std::numeric_limits<double>::quiet_NaN(), band, 0.05).sign, Sign::unknown);
}

TEST(LimitReading, OfAOneSidedBandTakesTheLimitForItsWidth) {
  Band band;
  band.high = 300;
  EXPECT_EQ(read_limit(290, band, 0.05).sign, Sign::between);
  EXPECT_EQ(read_limit(280, band, 0.05).sign, Sign::clear);
  EXPECT_EQ(read_limit(-1e9, band, 0.05).sign, Sign::clear);
}

TEST(TimeToLimit, IsLinearBetweenHorizonsAndStartsAtThePresentValue) {
  Band band;
  band.high = 300;
  const ForecastReading soon = read(200, 20, band);  // 300 after 5 s, before the first horizon
  ASSERT_TRUE(soon.time_to_limit);
  EXPECT_NEAR(soon.time_to_limit->s, 5, 1e-9);
  const ForecastReading later = read(212, 0.9263157894736842, band);  // 88 rpm in 95 s
  ASSERT_TRUE(later.time_to_limit);
  EXPECT_EQ(later.sign, Sign::raise);
  EXPECT_EQ(later.limit, 300);
  EXPECT_NEAR(later.time_to_limit->s, 95, 1e-3);
  EXPECT_NEAR(later.time_to_limit->s_low, 95 / 1.5, 1e-3);
  ASSERT_TRUE(later.time_to_limit->s_high);
  EXPECT_NEAR(*later.time_to_limit->s_high, 190, 1e-3);
}

TEST(TimeToLimit, LeavesTheLateEndOpenWhenTheSlowQuantileNeverGetsThere) {
  const ForecastReading reading = read(5.0, -0.002, {4.5, 5.5});  // the median after 250 s, the slow one after 500 s
  ASSERT_TRUE(reading.time_to_limit);
  EXPECT_EQ(reading.limit, 4.5);
  EXPECT_NEAR(reading.time_to_limit->s, 250, 0.01);
  EXPECT_EQ(reading.time_to_limit->s_high, std::nullopt);
}

TEST(TimeToLimit, IsSilentInsideOutsideAndWithoutAPresentValue) {
  const Band band{4.5, 5.5};
  EXPECT_EQ(read(5.0, 0.001, band).sign, Sign::clear);
  EXPECT_EQ(read(5.0, 0.0016, band).sign, Sign::between);  // 5.48 at 300 s: within the deadband
  EXPECT_EQ(read(6.0, 0.1, band).sign, Sign::clear);       // already outside: the hard limit speaks
  EXPECT_EQ(read(std::numeric_limits<double>::quiet_NaN(), 0.1, band).sign, Sign::unknown);
}

}  // namespace
}  // namespace steadyline
