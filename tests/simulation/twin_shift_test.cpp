// Shifts and days of the line: what only shows in the long run (LINE §4, §10 items 1 and 5).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "support/twin_runs.h"

namespace steadyline {
namespace {

using test::cdc1_run;
using test::labels_of;
using test::production;
using test::seconds_after;

struct Potency {
  double low = 1000, high = 0, sd = 0;
};

/// Of the tablets of a run, from its `from_s`-th second on.
Potency lived_through(Simulation& simulation, int seconds, int from_s = 0) {
  Potency potency;
  double n = 0, mean = 0, squares = 0;
  for (int s = 0; s < seconds; ++s) {
    simulation.step();
    const double tablets = simulation.true_value("line/diverter_cmd") == 1 ? 0 : 1;
    if (s < from_s || tablets == 0 || simulation.true_value("tp1/turret_pv") == 0) continue;
    const double pct = simulation.truth().potency_pct;
    potency.low = std::min(potency.low, pct);
    potency.high = std::max(potency.high, pct);
    ++n;
    const double off = pct - mean;
    mean += off / n;
    squares += off * (pct - mean);
  }
  potency.sd = std::sqrt(squares / n);
  return potency;
}

TEST(Shift, ClosesTheMassBalanceThroughStopsAndFaults) {
  Scenario scenario = production(5, {test::bridging(3600, 0.5), {.id = "F06", .target = "fd6", .on_s = 9000, .duration_s = 600}});
  scenario.duration_s = 8 * 3600;
  scenario.start_in_production = false;
  scenario.stops = StopStatistics::zagar;
  scenario.shutdown_at_s = 7.9 * 3600;
  Simulation simulation = cdc1_run(scenario);
  test::live(simulation, 8 * 3600);
  const Truth truth = simulation.truth();
  EXPECT_GT(truth.fed_kg, 100);
  EXPECT_LT(std::fabs(truth.lost_kg), 1e-9 * truth.fed_kg);  // LINE: 0.05 %
  EXPECT_GT(labels_of(simulation, "unplanned_stop").size(), 4u);
}

TEST(Shift, ScattersInPotencyAsANormalRunShould) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    Simulation simulation = cdc1_run(production(seed));
    const Potency potency = lived_through(simulation, 6 * 3600);
    EXPECT_GT(potency.sd, 0.25);
    EXPECT_LT(potency.sd, 0.45);
    EXPECT_GT(potency.low, 97);
    EXPECT_LT(potency.high, 103);
  }
}

// Refills, lots, throughput, stops of both kinds, a cleaning with shutdown and start-up: none of them spoils a tablet that is kept.
TEST(Day, OfNormalEventsStaysWithinThreePercent) {
  for (const std::uint64_t seed : {11, 12}) {
    SCOPED_TRACE(seed);
    Scenario scenario = production(seed);
    scenario.duration_s = 24 * 3600;
    scenario.stops = StopStatistics::line;
    scenario.lot_size_share = 0.25;
    scenario.planned_stops = {{.at_s = 20000, .duration_s = 1200}};
    scenario.recipes = {{.at_s = 30000, .throughput_kg_h = 20, .api_share = {}}, {.at_s = 40000, .throughput_kg_h = 30, .api_share = {}}, {.at_s = 50000, .throughput_kg_h = 25, .api_share = {}}};
    Simulation simulation = cdc1_run(scenario);
    const Potency potency = lived_through(simulation, 24 * 3600);
    EXPECT_GT(potency.low, 97);
    EXPECT_LT(potency.high, 103);
    EXPECT_LT(potency.sd, 0.6);
    EXPECT_GT(labels_of(simulation, "lot_change").size(), 6u);
    EXPECT_GT(labels_of(simulation, "refill").size(), 200u);
    EXPECT_LT(simulation.truth().tablets_outside / simulation.truth().tablets, 0.005);
    EXPECT_EQ(simulation.true_value("line/batch_id"), 3);
  }
}

TEST(Day, WithACleaningEndsWhereItBegan) {
  Scenario scenario = production(13);
  scenario.duration_s = 80 * 3600;
  scenario.scheduled_stops = true;
  Simulation simulation = cdc1_run(scenario);
  test::live(simulation, 80 * 3600);
  const auto cleanings = labels_of(simulation, "cleaning");
  ASSERT_EQ(cleanings.size(), 1u);
  EXPECT_NEAR(seconds_after(scenario, *cleanings[0].off) - seconds_after(scenario, cleanings[0].on), 4 * 3600, 300);
  EXPECT_EQ(labels_of(simulation, "planned_stop").size(), 5u);
  EXPECT_EQ(labels_of(simulation, "start_up").size(), 1u);
  EXPECT_EQ(simulation.true_value("line/state"), 6);
  const Truth truth = simulation.truth();
  EXPECT_NEAR(truth.potency_pct, 100, 2);
  EXPECT_LT(std::fabs(truth.lost_kg), 1e-9 * truth.fed_kg);
  EXPECT_NEAR(truth.diverted_kg, 0.6, 0.3);  // thrown away at the cleaning
}

// LINE §4: 1.4–2.6 stops a running hour, 10 % / 50 % / 90 % of them 20 / 115–200 / 730–2,300 s.
TEST(Days, StopAsOftenAndAsLongAsRecordedPresses) {
  Scenario scenario = production(14);
  scenario.duration_s = 120 * 3600;
  scenario.stops = StopStatistics::zagar;
  Simulation simulation = cdc1_run(scenario);
  test::live(simulation, 120 * 3600);
  std::vector<double> lengths;
  for (const Label& stop : labels_of(simulation, "unplanned_stop"))
    if (stop.off) lengths.push_back(seconds_after(scenario, *stop.off) - seconds_after(scenario, stop.on));
  std::sort(lengths.begin(), lengths.end());
  double standing = 0;
  for (const double length : lengths) standing += length;
  const auto at = [&](double share) { return lengths[static_cast<std::size_t>(share * static_cast<double>(lengths.size()))]; };
  const double per_h = static_cast<double>(lengths.size()) / ((120 * 3600 - standing) / 3600);
  EXPECT_GT(per_h, 1.4);
  EXPECT_LT(per_h, 2.6);
  EXPECT_NEAR(at(0.1), 20, 8);
  EXPECT_GT(at(0.5), 115);
  EXPECT_LT(at(0.5), 200);
  EXPECT_GT(at(0.9), 730);
  EXPECT_LT(at(0.9), 2300);
}

/// Means over ten minutes, a quarter of an hour after some set-points have moved.
struct Means {
  double potency_pct = 0, hardness_n = 0, ejection_n = 0, throughput_kg_h = 0, blender2_kg = 0;
};

Means means_after(Simulation simulation, const std::vector<std::pair<std::string, double>>& moves) {
  for (const auto& [tag, factor] : moves) EXPECT_TRUE(simulation.move_set_point(tag, factor * simulation.true_value(tag).value())) << tag;
  test::live(simulation, 1200);
  Means means;
  for (int s = 0; s < 600; ++s) {
    simulation.step();
    const Truth truth = simulation.truth();
    means.potency_pct += truth.potency_pct / 600;
    means.hardness_n += truth.hardness_n / 600;
    means.ejection_n += simulation.true_value("tp1/ejection_max").value() / 600;
    for (const double flow : truth.flow_kg_h) means.throughput_kg_h += flow / 600;
    means.blender2_kg += truth.blender2_kg / 600;
  }
  return means;
}

// LINE §6.4, gains of moves that an operator or an advice may make; the same noise with and without them.
TEST(Moves, HaveTheGainsThatAdviceCountsOn) {
  Simulation simulation = cdc1_run(production(21));
  test::live(simulation, 900);
  const Means still = means_after(simulation, {});
  const auto change = [](double moved, double before) { return moved / before - 1; };
  const Means api = means_after(simulation, {{"fd1/massflow_sp", 1.01}});
  EXPECT_NEAR(change(api.potency_pct, still.potency_pct), 0.0080, 0.0006);
  EXPECT_NEAR(change(api.throughput_kg_h, still.throughput_kg_h), 0.002, 0.0005);
  const Means mcc = means_after(simulation, {{"fd2/massflow_sp", 1.01}});
  EXPECT_NEAR(change(mcc.potency_pct, still.potency_pct), -0.0049, 0.0006);
  const Means lubricant = means_after(simulation, {{"fd6/massflow_sp", 1.10}});
  EXPECT_NEAR(change(lubricant.ejection_n, still.ejection_n), -0.06, 0.02);
  EXPECT_NEAR(change(lubricant.hardness_n, still.hardness_n), -0.029, 0.008);
  const Means blender = means_after(simulation, {{"bl2/rpm_sp", 0.8}});
  EXPECT_NEAR(change(blender.blender2_kg, still.blender2_kg), 0.17, 0.01);
  EXPECT_NEAR(change(blender.hardness_n, still.hardness_n), 0.014, 0.007);
}

}  // namespace
}  // namespace steadyline
