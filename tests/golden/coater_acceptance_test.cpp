// The coater against the steady table, the film and the faults of LINE §3.6 and §5.
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <string>

#include "support/one_coater.h"

namespace steadyline {
namespace {

using test::OneCoater;

struct Steady {
  double exhaust_c, exhaust_rh;
};

Steady steady(const std::function<void(OneCoater&)>& change) {
  OneCoater coater;
  change(coater);
  EXPECT_TRUE(coater.reach(Coater::Phase::spray));
  for (int t = 0; t < 3000; ++t) coater.step();
  EXPECT_EQ(coater.coater.phase(), Coater::Phase::spray);
  return {coater.value("exhaust_temp"), coater.value("exhaust_rh")};
}

TEST(Coater, HasTheSteadyTableOfTheSpecification) {
  struct Case {
    const char* name;
    std::function<void(OneCoater&)> change;
    double exhaust_c, exhaust_rh;
  };
  const Case cases[] = {
      {"nominal", [](OneCoater&) {}, 42.8, 25.6},
      {"inlet 55", [](OneCoater& c) { c.orders.inlet_c = 55; }, 38.7, 31.9},
      {"inlet 50", [](OneCoater& c) { c.orders.inlet_c = 50; }, 34.5, 39.9},
      {"air -20 %", [](OneCoater& c) { c.orders.inlet_m3_h = 1920; }, 39.4, 33.7},
      {"air -20 % by a fault", [](OneCoater& c) { c.effects.inlet_flow = 0.8; }, 39.4, 33.7},
      {"spray +20 %",
       [](OneCoater& c) {
         c.orders.spray_g_min = 360;
         c.parameters_change([](TwinParameters& p) { p.coater.gain_pct = 9; });
       },
       40.6, 31.1},
      {"one nozzle shut",
       [](OneCoater& c) {
         c.effects.nozzle[1] = 0;
         c.effects.rebalanced = false;
       },
       45.6, 19.9},
      {"humid inlet", [](OneCoater& c) { c.surroundings.inlet_humidity = 0.014; }, 42.9, 36.1},
      {"no spray", [](OneCoater& c) { c.orders.spray_g_min = 0; }, 53.9, 8.6},
  };
  for (const Case& c : cases) {
    const Steady got = steady(c.change);
    EXPECT_NEAR(got.exhaust_c, c.exhaust_c, 0.3) << c.name;
    EXPECT_NEAR(got.exhaust_rh, c.exhaust_rh, 1.0) << c.name;
  }
}

TEST(Coater, PutsTheFilmOnInItsTime) {
  OneCoater coater;
  ASSERT_TRUE(coater.reach(Coater::Phase::spray));
  int seconds = 0;
  while (coater.coater.phase() == Coater::Phase::spray) {
    coater.step();
    ++seconds;
    ASSERT_LT(seconds, 5000);
  }
  EXPECT_NEAR(seconds / 60.0, 52.6, 0.2);
  EXPECT_NEAR(coater.coater.film_pct(), 3.0, 0.01);
  EXPECT_NEAR(coater.value("spray_total"), 15790, 30);
  EXPECT_NEAR(coater.coater.film_cv_pct(), 4.8, 0.1);
}

TEST(Coater, SubLotTakesNinetyTwoMinutes) {
  OneCoater coater;
  ASSERT_TRUE(coater.reach(Coater::Phase::charge));
  int seconds = 0;
  while (coater.coater.phase() != Coater::Phase::idle) {
    coater.step();
    ASSERT_LT(++seconds, 9000);
  }
  EXPECT_NEAR(seconds / 60.0, 92, 0.5);
  EXPECT_EQ(coater.coater.sublots(), 1);
}

TEST(Coater, CloggedNozzleWithoutRebalanceWarmsTheExhaust) {  // F25: +2.8 K; film CV x 1.15
  const auto clog = [](bool rebalanced) {
    return [rebalanced](OneCoater& c) { c.effects.nozzle[0] = 0, c.effects.rebalanced = rebalanced; };
  };
  EXPECT_NEAR(steady(clog(false)).exhaust_c - steady([](OneCoater&) {}).exhaust_c, 2.8, 0.3);
  EXPECT_NEAR(steady(clog(true)).exhaust_c - steady([](OneCoater&) {}).exhaust_c, 0, 0.05);
}

TEST(Coater, InletLossCoolsTheExhaust) {  // F26: -4.1 K per 5 K, RH +6 %, with 120 s onset; bed gets wetter
  OneCoater coater;
  ASSERT_TRUE(coater.reach(Coater::Phase::spray));
  for (int t = 0; t < 1200; ++t) coater.step();
  const double warm = coater.value("exhaust_temp"), dry = coater.value("exhaust_rh"), moisture = coater.value("bed_moisture");
  double coolest_inlet = 60;
  for (int t = 1; t <= 1800; ++t) {
    coater.effects.inlet_loss_k = 5 * (1 - std::exp(-t / 120.0));
    coater.step();
    coolest_inlet = std::fmin(coolest_inlet, coater.value("inlet_temp_pv"));
  }
  EXPECT_NEAR(coolest_inlet, 55, 0.1);
  EXPECT_NEAR(coater.value("exhaust_temp") - warm, -4.1, 0.2);
  EXPECT_NEAR(coater.value("exhaust_rh") - dry, 6, 1);
  EXPECT_GT(coater.value("bed_moisture"), moisture + 0.2);
}

}  // namespace
}  // namespace steadyline
