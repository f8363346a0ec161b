#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "support/feeder_means.h"
#include "support/one_feeder.h"
#include "twin/machines/feeder.h"

namespace steadyline {
namespace {

using namespace test;

constexpr std::size_t api = 0, mcc = 1;

TEST(Feeder, BridgingLowersTheFeedFactorAndTheScrewMakesUpForALittle) {  // F01
  OneFeeder line{api, 5};
  ASSERT_TRUE(reach(line, Feeder::Mode::gravimetric));
  const double before = mean_of(line, "screw_speed_pv", 120), factor = mean_of(line, "feed_factor", 60);
  line.effects.feed_factor = 0.8;
  mean_flow(line, 300);
  EXPECT_NEAR(mean_of(line, "screw_speed_pv", 120) / before, 1.25, 0.04);
  EXPECT_NEAR(mean_of(line, "feed_factor", 60) / factor, 0.8, 0.03);
  EXPECT_NEAR(mean_flow(line, 120), 1, 0.02);
  line.effects.feed_factor = 0.2;
  mean_flow(line, 300);
  EXPECT_EQ(line.value("screw_speed_out"), 300);  // saturated: more is not there
  EXPECT_LT(mean_flow(line, 60), 0.7);
}

TEST(Feeder, RefillOvershootIsInvisibleToItsOwnMassFlow) {  // F03
  OneFeeder line{api, 5};
  line.effects.refill_array_off = true;
  line.effects.refill_gain = 0.25;
  line.effects.refill_to = 1.2;
  ASSERT_TRUE(reach(line, Feeder::Mode::refill));
  double grams = 0, told = 0;
  int seconds = 0;
  while (line.feeder.mode() != Feeder::Mode::gravimetric) {
    grams += total(line.step());
    told += line.value("massflow_pv");
    ++seconds;
  }
  EXPECT_GT(grams / seconds / line.setpoint_g_s(), 1.10);
  EXPECT_NEAR(told / seconds / line.setpoint_kg_h, 1, 0.03);
  EXPECT_NEAR(line.feeder.weight_kg(), 6.0, 0.08);
  const double learned = line.value("feed_factor");
  mean_flow(line, 40);
  EXPECT_GT(line.value("feed_factor"), 1.08 * learned);  // then the feed factor jumps
}

TEST(Feeder, ADriftingScaleTellsThePerfectFlow) {  // F04
  for (const auto& [span, zero_g_s] : {std::pair{0.05, 0.0}, {-0.05, 0.0}, {0.0, 0.05}}) {
    OneFeeder line{api, 5};
    line.effects.weighed_span = span;
    line.effects.weighed_zero_g_s = zero_g_s;
    mean_flow(line, 300);
    OneFeeder later = line;
    const double truth = (1 - zero_g_s / line.setpoint_g_s()) / (1 + span);
    EXPECT_NEAR(mean_flow(line, 3600), truth, 0.006) << span << " " << zero_g_s;
    EXPECT_NEAR(mean_of(later, "massflow_pv", 3600), line.setpoint_kg_h, 0.01);
  }
}

TEST(Feeder, AWornScrewTurnsFasterWithLessTorqueAtTheSameFlow) {  // F05
  OneFeeder sound{api, 5}, worn{api, 5};
  worn.effects.feed_factor = 0.8;
  mean_flow(sound, 300), mean_flow(worn, 300);
  EXPECT_GT(mean_of(worn, "screw_speed_pv", 600), 1.2 * mean_of(sound, "screw_speed_pv", 600));
  EXPECT_LT(mean_of(worn, "drive_torque", 600), 0.9 * mean_of(sound, "drive_torque", 600));
  EXPECT_NEAR(mean_flow(worn, 1800), 1, 0.01);
}

TEST(Feeder, StopsAndComesBackWithoutAJump) {  // F06
  OneFeeder line{api};
  mean_flow(line, 100);
  line.effects.stopped = true;
  for (int t = 0; t < 30; ++t) EXPECT_EQ(total(line.step()), 0);
  EXPECT_EQ(line.feeder.mode(), Feeder::Mode::off);
  EXPECT_EQ(line.value("drive_torque"), 0);
  EXPECT_EQ(line.value("screw_speed_pv"), 0);
  EXPECT_LT(line.value("massflow_pv"), 0.1);
  EXPECT_NEAR(line.value("massflow_err_int"), -30 * line.setpoint_g_s(), 20);
  line.effects.stopped = false;
  line.step();
  EXPECT_EQ(line.feeder.mode(), Feeder::Mode::volumetric);
  double most = 0;
  for (int t = 0; t < 300; ++t) most = std::max(most, total(line.step()));
  EXPECT_EQ(line.feeder.mode(), Feeder::Mode::gravimetric);
  EXPECT_LT(most, 1.3 * line.setpoint_g_s());
}

TEST(Feeder, PowderHangingInTheOutletIsInvisible) {  // F07
  OneFeeder sound{5, 9}, hung{5, 9};
  hung.effects.outlet = 0.25;
  for (int t = 0; t < 600; ++t) {
    const double out = total(sound.step());
    ASSERT_EQ(total(hung.step()), 0.25 * out);
    for (std::uint32_t s = 0; s < sound.board.size(); ++s) ASSERT_EQ(sound.board.reading(SignalId{s}), hung.board.reading(SignalId{s}));
  }
}

TEST(Feeder, ControlsOnWhatItsInstrumentsRead) {
  OneFeeder stuck{api, 5}, gained{api, 5};
  for (OneFeeder* line : {&stuck, &gained}) {
    ASSERT_TRUE(reach(*line, Feeder::Mode::volumetric));
    mean_flow(*line, 120);
  }
  for (int t = 0; t < 120; ++t) {
    stuck.board.begin_second();
    stuck.board.sensor(stuck.id("netweight_pv")).stuck = true;
    stuck.finish();
    gained.board.begin_second();
    gained.board.sensor(gained.id("netweight_pv")).gain = 1.25;
    gained.finish();
  }
  EXPECT_LT(stuck.value("massflow_pv"), 0.05);  // no change of weight, no flow: the screw races
  EXPECT_GT(stuck.feeder.flow_g_s(), 2 * stuck.setpoint_g_s());
  EXPECT_NEAR(gained.feeder.flow_g_s() / gained.setpoint_g_s(), 0.8, 0.12);
}

TEST(Feeder, GoesOnWithItsLastWeightWhenReadingsAreMissing) {
  OneFeeder line{api, 5};
  ASSERT_TRUE(reach(line, Feeder::Mode::volumetric));
  mean_flow(line, 120);
  for (int t = 0; t < 60; ++t) {
    line.board.begin_second();
    if (t % 10 == 0) line.board.sensor(line.id("netweight_pv")).missing = true;
    ASSERT_TRUE(std::isfinite(total(line.finish())));
    ASSERT_TRUE(std::isfinite(line.value("massflow_pv")));
  }
  EXPECT_NEAR(mean_flow(line, 300), 1, 0.03);
}

TEST(Feeder, KnocksShowInTheWeightAndLeaveTheLoopAlone) {
  TwinParameters shaken = twin_parameters(), still = twin_parameters();
  shaken.feeding.vibration_per_h = 60;
  still.feeding.vibration_per_h = 0;
  OneFeeder one{api, 5, shaken}, two{api, 5, still};
  int knocks = 0;
  for (int t = 0; t < 3600; ++t) {
    ASSERT_NEAR(total(one.step()), total(two.step()), 4e-3);  // the rounding of readings is there
    const double knock = one.reading("netweight_pv") - two.reading("netweight_pv");
    knocks += knock > 5 * 3e-4;
    EXPECT_LT(knock, 31 * 3e-4);
  }
  EXPECT_NEAR(knocks, 60, 25);
}

TEST(Feeder, DampAirMakesTheApiAloneFeedLess) {
  for (const std::size_t i : {api, mcc}) {
    OneFeeder dry{i, 5}, damp{i, 5};
    damp.surroundings.room_rh_pct = 60;
    mean_flow(dry, 300), mean_flow(damp, 300);
    const double ratio = mean_of(damp, "screw_speed_pv", 600) / mean_of(dry, "screw_speed_pv", 600);
    EXPECT_NEAR(ratio, i == api ? 1 / 0.96 : 1, 0.005);
  }
}

TEST(Feeder, ALotShiftComesThroughTheHoppersMixing) {  // F09, F10
  OneFeeder line{api, 5};
  ASSERT_TRUE(reach(line, Feeder::Mode::gravimetric));
  Powder out = line.step();
  const double potency = out[part_active] / out[api], density = out[part_density] / out[api];
  line.effects.lot_potency = 0.95;
  line.effects.lot_density = 0.10;
  EXPECT_TRUE(reach(line, Feeder::Mode::refill));
  const double rpm = line.value("screw_speed_pv");
  double tail_s = 0, last = potency;
  for (int t = 0; t < 6 * 3600; ++t) {
    out = line.step();
    const double now = out[part_active] / out[api];
    ASSERT_LE(now, last + 1e-12);
    last = now;
    if (tail_s == 0 && now < (1 - 0.05 * 0.632) * potency) tail_s = t;
  }
  EXPECT_NEAR(tail_s / 60, 36, 3);  // two more refills: each leaves 70 % of what is old
  EXPECT_NEAR(last / potency, 0.95, 0.001);
  EXPECT_NEAR(out[part_density] / out[api] - density, 0.10, 0.002);
  ASSERT_TRUE(reach(line, Feeder::Mode::refill));
  EXPECT_NEAR(line.value("screw_speed_pv") / rpm, 1 / 1.08, 0.04);
  EXPECT_NEAR(line.station.lot().potency, potency, 1e-9);  // the certificate says nothing of it
}

// Faults, set-points and orders at random, changed every half minute or so: nothing negative, nothing infinite, no gram lost.
TEST(Feeder, KeepsItsMassAndItsLimitsWhateverHappens) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OneFeeder line{seed % feeder_count, seed, twin_parameters(), seed % 2 == 0};
    const RandomStream random{seed, 77};
    std::uint64_t draws = 0;
    const auto draw = [&](double low, double high) { return low + (high - low) * random.uniform(draws++); };
    const auto often = [&](double share) { return draw(0, 1) < share; };
    const double full_kg_h = line.setpoint_kg_h;
    line.step();
    double balance = total(line.feeder.contents()) + 1000 * line.station.lot_left_kg();
    for (int t = 0; t < 4000; ++t) {
      if (often(0.03)) {
        line.setpoint_kg_h = often(0.2) ? 0 : full_kg_h * draw(0.01, 1.5);
        line.refill_allowed = often(0.7);
        line.surroundings.room_rh_pct = draw(20, 90);
        line.effects = {.feed_factor = draw(0, 1.5),
                        .stopped = often(0.2),
                        .refill_array_off = often(0.5),
                        .refill_gain = often(0.5) ? draw(0, 0.5) : 0,
                        .refill_to = draw(1, 1.2),
                        .weighed_span = draw(-0.5, 0.5),
                        .weighed_zero_g_s = draw(-0.2, 0.2) * line.setpoint_g_s(),
                        .lot_potency = draw(0.9, 1.1),
                        .lot_density = draw(-0.15, 0.15)};
      }
      line.board.begin_second();
      SensorFault& scale = line.board.sensor(line.id("netweight_pv"));
      scale.stuck = t / 300 % 5 == 1;
      scale.missing = t / 300 % 5 == 2;
      const double out = total(line.finish());
      ASSERT_GE(out, 0);
      ASSERT_GE(line.feeder.weight_kg(), 0);
      ASSERT_LE(line.feeder.weight_kg(), 1.2501 * line.parameters.feeders[line.index].refill_to_kg);  // the hopper
      ASSERT_LE(line.value("screw_speed_out"), 300);
      for (std::uint32_t s = 0; s < line.board.size(); ++s)
        ASSERT_TRUE(std::isfinite(line.board.reading(SignalId{s}))) << line.board.path(SignalId{s});
      if (line.station.lot_changed()) balance = total(line.feeder.contents()) + 1000 * line.station.lot_left_kg() + out;
      balance -= out;
      ASSERT_NEAR(total(line.feeder.contents()) + 1000 * line.station.lot_left_kg(), balance, 1e-6);
    }
  }
}

TEST(Feeder, InOpenLoopGivesExactlyTheSetpointTimesTheEffects) {
  OneFeeder line{api, 5, twin_parameters(), true, true};
  const double setpoint = line.setpoint_g_s(), weight = line.feeder.weight_kg();
  EXPECT_EQ(total(line.step()), setpoint);
  line.effects.feed_factor = 0.5;
  line.effects.outlet = 0.5;
  EXPECT_DOUBLE_EQ(total(line.step()), 0.25 * setpoint);
  line.effects = {};
  line.effects.weighed_span = 0.25;
  EXPECT_DOUBLE_EQ(total(line.step()), 0.8 * setpoint);
  EXPECT_NEAR(line.value("massflow_pv"), line.setpoint_kg_h, 1e-12);
  line.effects = {};
  line.effects.lot_potency = 0.9;
  EXPECT_DOUBLE_EQ(line.step()[part_active], 0.9 * line.station.lot().potency * setpoint);
  line.effects = {};
  line.effects.stopped = true;
  EXPECT_EQ(total(line.step()), 0);
  EXPECT_EQ(line.value("massflow_pv"), 0);
  line.effects = {};
  for (int t = 0; t < 3600; ++t) ASSERT_EQ(total(line.step()), setpoint);
  EXPECT_EQ(line.feeder.weight_kg(), weight);
}

}  // namespace
}  // namespace steadyline
