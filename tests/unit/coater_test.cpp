#include "twin/machines/coater.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "support/one_coater.h"
#include "twin/machines/air.h"

namespace steadyline {
namespace {

using test::OneCoater;
using Phase = Coater::Phase;

TEST(Air, KnowsSaturationAndDewPoint) {
  EXPECT_NEAR(air::saturation_pa(20), 2333, 5);
  EXPECT_NEAR(air::saturation_pa(42.8), 8540, 10);
  EXPECT_NEAR(air::dew_point_c(air::saturation_pa(11.5)), 11.5, 1e-9);
  EXPECT_NEAR(air::humidity(air::vapour_pa(0.008)), 0.008, 1e-12);
}

TEST(Coater, WaitsForALoadAndForLeave) {
  OneCoater line;
  line.orders.coat = false;
  for (int t = 0; t < 100; ++t) line.step();
  EXPECT_EQ(line.coater.phase(), Phase::idle);
  EXPECT_EQ(line.coater.bed_kg(), 0);
  line.orders.coat = true;
  line.step();
  EXPECT_EQ(line.coater.phase(), Phase::charge);
  EXPECT_NEAR(line.coater.waiting_kg(), 0, 1e-12);
}

TEST(Coater, TakesTheNextSubLotOnceEnoughWasOffered) {
  OneCoater line;
  int begun_at = 0;
  for (int t = 1; t < 6 * 3600; ++t) {
    line.coater.offer(25.0 / 3600);
    line.step();
    if (line.coater.sublots() == 2 && begun_at == 0) begun_at = t;
  }
  EXPECT_NEAR(begun_at, 4 * 3600, 5) << "100 kg at 25 kg/h";
}

TEST(Coater, GoesThroughItsPhasesInOrder) {
  OneCoater line;
  std::vector<Phase> phases{Phase::idle};
  for (int t = 0; t < 6000; ++t) {
    line.step();
    if (line.coater.phase() != phases.back()) phases.push_back(line.coater.phase());
    ASSERT_EQ(line.value("phase"), static_cast<double>(line.coater.phase()));
  }
  EXPECT_EQ(phases, (std::vector{Phase::idle, Phase::charge, Phase::preheat, Phase::spray, Phase::dry, Phase::cool, Phase::discharge,
                                 Phase::idle}));
  EXPECT_EQ(line.coater.bed_kg(), 0);
}

TEST(Coater, StaysWithinPhysicalBoundsThroughTheCycle) {
  OneCoater line;
  for (int t = 0; t < 6000; ++t) {
    line.step();
    ASSERT_GT(line.value("exhaust_temp"), 15) << t;
    ASSERT_LT(line.value("exhaust_temp"), 58) << t;
    ASSERT_GE(line.value("exhaust_rh"), 0) << t;
    ASSERT_LE(line.value("exhaust_rh"), 100) << t;
    ASSERT_GT(line.value("bed_moisture"), 0.5) << t;
    ASSERT_LT(line.value("bed_moisture"), 4.5) << t;
    ASSERT_LE(line.value("drum_load"), 103.1) << t;
  }
}

TEST(Coater, ReadsItsNominalValuesWhileItSprays) {  // LINE §2.4
  OneCoater line;
  ASSERT_TRUE(line.reach(Phase::spray));
  for (int t = 0; t < 2000; ++t) line.step();
  EXPECT_NEAR(line.value("inlet_temp_pv"), 60, 0.1);
  EXPECT_NEAR(line.value("inlet_flow_pv"), 2400, 5);
  EXPECT_NEAR(line.value("inlet_dew"), 10.7, 0.1);
  EXPECT_NEAR(line.value("bed_temp"), 41.3, 0.3);
  EXPECT_NEAR(line.value("spray_pv"), 300, 0.1);
  EXPECT_NEAR(line.value("noz3_press"), 0.60, 1e-6);
  EXPECT_NEAR(line.value("atom_air"), 2.5, 1e-9);
  EXPECT_NEAR(line.value("pattern_air"), 2.0, 1e-9);
  EXPECT_NEAR(line.value("pan_rpm_pv"), 8, 1e-9);
  EXPECT_NEAR(line.value("pan_dp"), -60, 0.5);
  EXPECT_NEAR(line.value("filter_dp"), 600 + 0.5 * 2000 / 60, 2);
  EXPECT_NEAR(line.value("bed_moisture"), 2.4, 0.1);
  EXPECT_NEAR(line.value("drum_torque"), 38, 0.1);
  EXPECT_NEAR(line.value("pump_rpm"), 62, 1e-6);
  EXPECT_NEAR(line.value("pump_press"), 0.9, 1e-6);
  EXPECT_NEAR(line.value("weight_gain_est"), 3.0 * 2000 / 3158, 0.01);
  EXPECT_EQ(line.value("phase_time"), 2000);
}

// What the inlet air and the bed bring in as water leaves with the exhaust or stays: integrated over spray and drying.
TEST(Coater, AccountsForItsWater) {
  OneCoater line;
  ASSERT_TRUE(line.reach(Phase::spray));
  const double before = line.coater.moisture_pct();
  double sprayed_kg = 0, gone_kg = 0;
  while (line.coater.phase() == Phase::spray || line.coater.phase() == Phase::dry) {
    line.step();
    if (line.coater.phase() == Phase::spray) sprayed_kg += line.value("spray_pv") / 60000 * 0.8;
    const double humidity = air::humidity(air::saturation_pa(line.value("exhaust_temp")) * line.value("exhaust_rh") / 100);
    gone_kg += line.value("inlet_flow_pv") / 2400 * 0.70 * (humidity - line.surroundings.inlet_humidity);
  }
  EXPECT_NEAR(gone_kg, sprayed_kg - (line.coater.moisture_pct() - before), 0.02 * sprayed_kg);
}

TEST(Coater, CloggedNozzleRaisesItsPressureAndTheScatterOfTheFilm) {  // F25: +0.1 .. +0.6 bar, CV x 1.15
  const auto end_of_spray = [](double clogged) {
    OneCoater line;
    line.effects.nozzle[2] = 1 - clogged;
    line.reach(Phase::spray);
    for (int t = 0; t < 3000; ++t) line.step();
    return std::array{line.value("noz3_press"), line.value("noz1_press"), line.coater.film_cv_pct(), line.value("spray_pv")};
  };
  const auto healthy = end_of_spray(0), little = end_of_spray(0.3), shut = end_of_spray(1);
  EXPECT_NEAR(little[0] - healthy[0], 0.1, 0.02);
  EXPECT_NEAR(shut[0] - healthy[0], 0.6, 0.02);
  EXPECT_NEAR(shut[1], healthy[1], 1e-9);
  EXPECT_NEAR(shut[2] / healthy[2], 1.155, 0.01);
  EXPECT_NEAR(shut[3], healthy[3], 1e-6) << "the pump gives it to the others";
}

TEST(Coater, OverwetsWhenTheAirFails) {
  OneCoater line;
  ASSERT_TRUE(line.reach(Phase::spray));
  for (int t = 0; t < 600; ++t) line.step();
  line.effects.inlet_loss_k = 20;
  line.effects.inlet_flow = 0.5;
  for (int t = 0; t < 1500; ++t) {
    line.step();
    ASSERT_LE(line.value("exhaust_rh"), 100);
    ASSERT_TRUE(std::isfinite(line.value("bed_moisture")));
  }
  EXPECT_GT(line.value("bed_moisture"), 4.5);
  EXPECT_LT(line.value("exhaust_temp"), 28);
}

}  // namespace
}  // namespace steadyline
