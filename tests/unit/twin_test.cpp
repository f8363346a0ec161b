#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "support/twin_runs.h"
#include "twin/blender.h"
#include "twin/compression.h"
#include "twin/faults.h"
#include "twin/feed.h"
#include "twin/feeder.h"

namespace steadyline {
namespace {

using test::bridging;
using test::demo_line;
using test::production;

const TwinParameters nominal;

TEST(Compression, GivesTheForceTableOfTheSpecification) {
  const auto force = [](double weight_change, double gap_change) {
    return compress(nominal, 250 * (1 + weight_change), nominal.gap_main_mm + gap_change, nominal.turret_rpm).force_kn;
  };
  EXPECT_NEAR(force(0, 0), 10.0, 0.03);
  EXPECT_NEAR(force(-0.05, 0), 8.06, 0.05);
  EXPECT_NEAR(force(-0.02, 0), 9.16, 0.05);
  EXPECT_NEAR(force(-0.01, 0), 9.57, 0.05);
  EXPECT_NEAR(force(0.01, 0), 10.46, 0.05);
  EXPECT_NEAR(force(0.02, 0), 10.95, 0.05);
  EXPECT_NEAR(force(0.05, 0), 12.65, 0.08);
  EXPECT_NEAR(force(0, -0.10), 11.7, 0.06);
  EXPECT_NEAR(force(0, -0.05), 10.8, 0.06);
  EXPECT_NEAR(force(0, 0.05), 9.3, 0.06);
  EXPECT_NEAR(force(0, 0.10), 8.7, 0.06);
}

TEST(Compression, GivesTheEjectionForcesOfTheSpecification) {
  const Compression tablet = compress(nominal, 250, nominal.gap_main_mm, nominal.turret_rpm);
  EXPECT_NEAR(ejection_n(nominal, tablet, 1.0, nominal.turret_rpm), 187, 2);
  EXPECT_NEAR(ejection_n(nominal, tablet, 0.5, nominal.turret_rpm), 313, 3);
  EXPECT_NEAR(ejection_n(nominal, tablet, 0.0, nominal.turret_rpm), 727, 6);
}

TEST(Compression, FillsTheNominalTabletAtTheNominalDepth) {
  EXPECT_NEAR(die_fill_mg(nominal, 8.586, nominal.turret_rpm, nominal.die_density), 250, 0.3);
}

// API entered in one second must reach the tablets after 211.6 s in the mean (LINE §3.2).
TEST(MaterialPathStages, HaveTheMeanResidenceTimeOfTheSpecification) {
  const double flow = nominal.nominal_kg_h / 3.6;
  const Powder base{0, flow, 0, 0, 0, 0};
  std::vector<Vessel> stages;
  for (const VesselParameters& v : {nominal.blender1, nominal.blender2, nominal.chute, nominal.feed_frame})
    stages.emplace_back(v, v.holdup_kg * 1000, base, flow);
  double marked = 0, moment = 0, square = 0;
  for (int t = 0; t < 3000; ++t) {
    Powder powder = t == 0 ? Powder{flow, 0, 0, 0, 0, 0} : base;
    for (Vessel& stage : stages) powder = stage.step(powder, flow);
    marked += powder[0];
    moment += powder[0] * t;
    square += powder[0] * t * t;
  }
  EXPECT_NEAR(marked, flow, 1e-6);
  const double mean = moment / marked;
  EXPECT_NEAR(mean, 211.6, 1.0);
  EXPECT_NEAR(std::sqrt(square / marked - mean * mean), 57.3, 1.0);
}

TEST(PlugFlow, KeepsItsMassWhateverTheSizeOfThePortions) {
  PlugFlow plug{10, Powder{1, 0, 0, 0, 0, 0}};
  Powder out{};
  for (const double grams : {0.5, 7.0, 0.0, 30.0, 0.001}) out += plug.step(Powder{0, grams, 0, 0, 0, 0});
  EXPECT_NEAR(total(plug.contents()), 10, 1e-12);
  EXPECT_NEAR(out[0], 10, 1e-12);
  EXPECT_NEAR(out[1], 27.501, 1e-12);
}

TEST(Blender, SettlesAtTheHoldupOfItsFlowAndSpeed) {
  const double flow = nominal.nominal_kg_h / 3.6;
  Blender blender{nominal.blender1, {flow, 300, 4.2}, Powder{1, 0, 0, 0, 0, 0}, flow, 1, "bl1"};
  EXPECT_NEAR(blender.holdup_g(), 450, 1e-6);
  for (int t = 0; t < 1000; ++t) blender.step(Powder{0.8 * flow, 0, 0, 0, 0, 0}, 300);
  EXPECT_NEAR(blender.holdup_g(), 450 * std::exp(0.6 * std::log(0.8)), 0.05);
  for (int t = 0; t < 1000; ++t) blender.step(Powder{flow, 0, 0, 0, 0, 0}, 240);
  EXPECT_NEAR(blender.holdup_g(), 450 * 1.169, 1);  // LINE §5 F11: +17 % at s = 0.2
}

TEST(FlowEstimator, FindsTheSlopeOfAStraightLineAndStartsFromWhatItIsTold) {
  FlowEstimator estimator;
  estimator.restart(2.0);
  for (int k = 0; k < 10; ++k) estimator.add(4000 - 1.5 * k);
  EXPECT_DOUBLE_EQ(estimator.flow_g_s(), 2.0);
  for (int k = 10; k < 100; ++k) estimator.add(4000 - 1.5 * k);
  EXPECT_NEAR(estimator.flow_g_s(), 1.5, 1e-6);
}

TEST(Feeder, HoldsItsSetpointThroughRefillsAtTheExpectedInterval) {
  Feeder feeder{nominal.feeders[0], nominal, 3, "fd1", true};
  double grams = 0;
  int refills = 0;
  auto before = feeder.mode();
  for (int t = 0; t < 4 * 3600; ++t) {
    grams += feeder.step(5.0, {});
    refills += before != Feeder::Mode::refill && feeder.mode() == Feeder::Mode::refill;
    before = feeder.mode();
  }
  EXPECT_NEAR(grams / 4000, 5.0, 0.01);
  EXPECT_NEAR(refills, 240 / 18.25, 1.0);
}

TEST(Feeder, StopsAndComesBackWithoutAJump) {
  Feeder feeder{nominal.feeders[0], nominal, 3, "fd1", true};
  for (int t = 0; t < 100; ++t) feeder.step(5.0, {});
  for (int t = 0; t < 30; ++t) EXPECT_EQ(feeder.step(5.0, {.stopped = true}), 0);
  EXPECT_EQ(feeder.mode(), Feeder::Mode::off);
  feeder.step(5.0, {});
  EXPECT_EQ(feeder.mode(), Feeder::Mode::volumetric);
  double most = 0;
  for (int t = 0; t < 300; ++t) most = std::max(most, feeder.step(5.0, {}));
  EXPECT_EQ(feeder.mode(), Feeder::Mode::gravimetric);
  EXPECT_LT(most, 1.3 * 5.0 / 3.6);
}

TEST(Fault, GrowsAfterItsShapeAndSurgesAtItsEnd) {
  const Fault fault{{.id = "F01", .target = "fd1", .on_s = 100, .duration_s = 200, .severity = 0.5, .onset = Onset::ramp, .ramp_s = 50, .surge = true}};
  const auto factor = [&](double t) {
    FeederDisturbance d;
    fault.disturb(t, d);
    return d.feed_factor;
  };
  EXPECT_EQ(factor(100), 1);
  EXPECT_NEAR(factor(125), 0.75, 1e-12);
  EXPECT_NEAR(factor(300), 0.5, 1e-12);
  EXPECT_NEAR(factor(301), 1.15, 1e-12);
  EXPECT_EQ(factor(321), 1);
}

TEST(Simulation, ClosesTheMassBalanceOverEightHours) {
  Simulation simulation{demo_line(), nominal, production(5, {bridging(3600, 0.5), {.id = "F06", .target = "fd6", .on_s = 9000, .duration_s = 600}})};
  std::vector<double> values;
  for (int t = 0; t < 8 * 3600; ++t) simulation.step(values);
  const Truth truth = simulation.truth();
  EXPECT_GT(truth.fed_kg, 180);
  EXPECT_LT(std::fabs(truth.lost_kg), 1e-9 * truth.fed_kg);
}

TEST(Simulation, BreachesPotencyWhenTheSpecificationSays) {
  const auto breach_s = [](FaultSpec fault) {
    Simulation simulation{demo_line(), nominal, production(2, {std::move(fault)})};
    std::vector<double> values;
    for (int t = 0; t < 1500; ++t) simulation.step(values);
    const FaultLabel label = simulation.labels().front();
    return label.potency_breach ? static_cast<double>((*label.potency_breach - label.on).count()) / 1000 : -1;
  };
  EXPECT_NEAR(breach_s(bridging(600, 1.0)), 206, 20.6);
  EXPECT_NEAR(breach_s(bridging(600, 0.65)), 241, 24.1);
  EXPECT_NEAR(breach_s(bridging(600, 0.5)), 294, 29.4);
  EXPECT_EQ(breach_s(bridging(600, 0.3)), -1);
  EXPECT_NEAR(breach_s({.id = "F06", .target = "fd1", .on_s = 600}), 145, 14.5);
}

TEST(Simulation, SaysWhatItCannotDo) {
  Line line = demo_line();
  line.tags.front().path = "fd1/colour";
  const auto errors = unsimulated(line, nominal, production(1, {{.id = "F99", .target = "fd1"}, {.id = "F06", .target = "bl1"}, {.id = "F21", .target = "tp1/nothing"}}));
  ASSERT_EQ(errors.size(), 4);
  EXPECT_THAT(errors[0].what, testing::HasSubstr("fd1/colour"));
  EXPECT_THAT(errors[1].what, testing::HasSubstr("F99"));
}

TEST(Simulation, StartsUpFromStandstill) {
  const Line line = demo_line();
  Scenario scenario = production(4);
  scenario.start_in_production = false;
  Simulation simulation{line, nominal, scenario};
  std::vector<double> values;
  const auto turret = line.find_tag("tp1/turret_pv")->value;
  simulation.step(values);
  EXPECT_EQ(values[turret], 0);
  for (int t = 0; t < 1200; ++t) simulation.step(values);
  EXPECT_NEAR(values[turret], 46.3, 2);
  EXPECT_NEAR(simulation.truth().potency_pct, 100, 2.5);
}

TEST(Feed, SendsEachUnitOnceASecondThenATickAndClosesWithTicks) {
  const Line line = demo_line();
  Scenario scenario = production(1);
  scenario.duration_s = 3;
  Feed feed{line, nominal, scenario, {.jitter_s = 0.3, .closing_ticks = 2}};
  std::vector<FeedRecord> records;
  for (int second = 1; second <= 3; ++second) {
    ASSERT_TRUE(feed.next(records));
    ASSERT_EQ(records.size(), line.units.size() + 1);
    const EventTime end = scenario.start + std::chrono::seconds{second};
    for (const FeedRecord& record : records) {
      EXPECT_EQ(record.key, "cdc1");
      EXPECT_LE(record.time, end);
      EXPECT_GT(record.time, end - std::chrono::seconds{1});
    }
    EXPECT_EQ(records.back().type, "tick");
    EXPECT_TRUE(std::is_sorted(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.time < b.time; }));
  }
  for (int tick = 1; tick <= 2; ++tick) {
    ASSERT_TRUE(feed.next(records));
    ASSERT_EQ(records.size(), 1);
    EXPECT_EQ(records[0].time, scenario.start + std::chrono::seconds{3 + tick});
  }
  EXPECT_FALSE(feed.next(records));
  EXPECT_TRUE(records.empty());
}

}  // namespace
}  // namespace steadyline
