#include "twin/machines/feeder.h"

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

namespace steadyline {
namespace {

using namespace test;

constexpr std::size_t api = 0, mcc = 1;

TEST(FlowEstimator, FindsTheSlopeOfAStraightLineAndStartsFromWhatItIsTold) {
  FlowEstimator estimator;
  estimator.restart(2.0);
  for (int k = 0; k < 10; ++k) estimator.add(4000 - 1.5 * k);
  EXPECT_DOUBLE_EQ(estimator.flow_g_s(), 2.0);
  for (int k = 10; k < 100; ++k) estimator.add(4000 - 1.5 * k);
  EXPECT_NEAR(estimator.flow_g_s(), 1.5, 1e-6);
}

TEST(FlowEstimator, WeighsTheReadingsAsALeastSquaresLineDoes) {
  FlowEstimator estimator;
  const std::array<double, 11> w{7, -3, 4, 11, 0, 2, 9, -5, 1, 8, 3};
  estimator.restart(0);
  double slope = 0;
  for (std::size_t k = 0; k < w.size(); ++k) {
    estimator.add(w[k]);
    slope += (static_cast<double>(k) - 5) * w[k] / 110;
  }
  EXPECT_NEAR(estimator.flow_g_s(), -0.2 * slope, 1e-12);
}

TEST(Feeder, HasTwelveSignalsAndFeedsItsOwnMaterialOnly) {
  for (std::size_t i = 0; i < feeder_count; ++i) {
    OneFeeder line{i};
    const Powder out = line.step();
    for (const char* tag : {"massflow_sp", "massflow_pv", "massflow_err_int", "netweight_pv", "screw_speed_pv", "screw_speed_out",
                            "feed_factor", "drive_torque", "agitator_rpm", "mode", "refill_count", "hopper_dp"})
      EXPECT_TRUE(line.board.find("fd" + std::to_string(i + 1) + "/" + tag)) << tag;
    EXPECT_EQ(total(out), out[i]);
    EXPECT_GT(out[i], 0);
    EXPECT_EQ(out[part_active] > 0, i == api);
    EXPECT_EQ(out[part_age], 0);
    EXPECT_NEAR(line.value("massflow_sp"), line.setpoint_kg_h, 1e-12);
  }
}

TEST(Feeder, HoldsItsSetpointThroughRefills) {
  OneFeeder line{api};
  EXPECT_NEAR(mean_flow(line, 4 * 3600), 1, 0.004);
  EXPECT_NEAR(line.value("refill_count"), 240 / 18.0, 1.5);
}

TEST(Feeder, StandsAtTheSpeedOfItsRow) {
  const std::array<double, feeder_count> rpm{106, 125, 48, 49, 68, 56};  // LINE §2.1
  TwinParameters p = twin_parameters();
  p.feeding.feed_factor_wander = 0;
  for (std::size_t i = 0; i < feeder_count; ++i) {
    p.feeders[i].lot.density_sd = 0;
    OneFeeder line{i, 3, p};
    EXPECT_NEAR(mean_of(line, "screw_speed_pv", 3600), rpm[i], 0.025 * rpm[i]) << i;
  }
}

TEST(Feeder, IsOffWithoutASetpointAndStartsBlind) {
  OneFeeder line{api, 3, twin_parameters(), false};
  const double setpoint = std::exchange(line.setpoint_kg_h, 0);
  for (int t = 0; t < 100; ++t) EXPECT_EQ(total(line.step()), 0);
  EXPECT_EQ(line.value("mode"), 0);
  EXPECT_EQ(line.value("agitator_rpm"), 0);
  EXPECT_EQ(line.value("drive_torque"), 0);
  line.setpoint_kg_h = setpoint;
  line.step();
  EXPECT_EQ(line.feeder.mode(), Feeder::Mode::volumetric);
  EXPECT_TRUE(reach(line, Feeder::Mode::gravimetric, 21));
  mean_flow(line, 120);
  EXPECT_NEAR(mean_flow(line, 120), 1, 0.02);
}

TEST(Feeder, FollowsAStepOfItsSetpointWithinAMinuteAndAHalf) {
  OneFeeder line{api, 11};
  ASSERT_TRUE(reach(line, Feeder::Mode::refill));  // the next one is far
  mean_flow(line, 120);
  line.setpoint_kg_h *= 1.1;
  mean_flow(line, 75);
  EXPECT_NEAR(mean_flow(line, 60), 1, 0.025);
}

TEST(Feeder, RefillsInTheTimeOfItsRowAndTellsIt) {
  OneFeeder line{api};
  ASSERT_TRUE(reach(line, Feeder::Mode::refill));
  EXPECT_TRUE(line.feeder.refill_began());
  EXPECT_EQ(line.value("refill_count"), 1);
  EXPECT_NEAR(line.reading("netweight_pv"), 3.6, 0.01);
  EXPECT_GT(line.value("hopper_dp"), 0);
  int refilling = 1, settling = 0;
  while (line.feeder.mode() != Feeder::Mode::gravimetric) {
    line.step();
    EXPECT_FALSE(line.feeder.refill_began());
    refilling += line.feeder.mode() == Feeder::Mode::refill;
    settling += line.feeder.mode() == Feeder::Mode::volumetric;
  }
  EXPECT_EQ(refilling, 15);
  EXPECT_EQ(settling, 20);
  EXPECT_NEAR(line.feeder.weight_kg(), 5.0 - 35 * 1.39e-3, 0.01);
  EXPECT_EQ(line.value("hopper_dp"), 0);
}

TEST(Feeder, ClosesTheMassBalanceOfHopperAndStation) {
  for (const std::size_t i : {api, mcc, std::size_t{4}}) {
    OneFeeder line{i, 8};
    line.step();
    const double start = total(line.feeder.contents()) + 1000 * line.station.lot_left_kg();
    const std::uint32_t lot = line.station.lot().number;
    double out = 0;
    for (int t = 0; t < 3600 && line.station.lot().number == lot; ++t) {
      out += total(line.step());
      ASSERT_GE(line.feeder.weight_kg(), 0);
    }
    EXPECT_NEAR(total(line.feeder.contents()) + 1000 * line.station.lot_left_kg(), start - out, 1e-6);
  }
}

TEST(Feeder, RunsEmptyWhenRefillsAreForbidden) {
  OneFeeder line{api};
  line.refill_allowed = false;
  double least = 1;
  for (int t = 0; t < 2 * 3600; ++t) {
    ASSERT_GE(total(line.step()), 0);
    least = std::min(least, line.feeder.weight_kg());
  }
  EXPECT_EQ(line.value("refill_count"), 0);
  EXPECT_EQ(least, 0);
  line.refill_allowed = true;
  EXPECT_TRUE(reach(line, Feeder::Mode::refill, 1));
}

TEST(Feeder, OfEqualSeedAndItsCopyGoOnWithTheSameBits) {
  OneFeeder one{api, 21}, two{api, 21}, other{api, 22};
  ASSERT_TRUE(reach(one, Feeder::Mode::refill));
  ASSERT_TRUE(reach(two, Feeder::Mode::refill));
  OneFeeder copy = one;
  bool differs = false;
  for (int t = 0; t < 3000; ++t) {
    const Powder out = one.step();
    ASSERT_TRUE(same_bits(out, two.step())) << t;
    ASSERT_TRUE(same_bits(out, copy.step())) << t;
    for (std::uint32_t s = 0; s < one.board.size(); ++s)
      ASSERT_EQ(one.board.reading(SignalId{s}), copy.board.reading(SignalId{s})) << one.board.path(SignalId{s});
    differs = differs || !same_bits(out, other.step());
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace steadyline
