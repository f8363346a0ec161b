// The whole line: phases from an empty line to a batch and back, set-points, labels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "support/twin_runs.h"

namespace steadyline {
namespace {

using test::bridging;
using test::cdc1;
using test::cdc1_parameters;
using test::cdc1_run;
using test::labels_of;
using test::live;
using test::production;
using test::seconds_after;

constexpr double stopped = 2, starting = 3, idle = 4, suspended = 5, execute = 6, stopping = 7, held = 11;

double state_of(const Simulation& simulation) { return simulation.true_value("line/state").value(); }

TEST(Simulation, BeginsInSteadyProduction) {
  Simulation simulation = cdc1_run(production(3));
  live(simulation, 1);
  const Truth first = simulation.truth();
  EXPECT_EQ(state_of(simulation), execute);
  EXPECT_NEAR(first.potency_pct, 100, 0.01);
  EXPECT_NEAR(first.weight_mg, 250, 7);
  EXPECT_NEAR(first.age_mean_s, 211.6, 2);
  EXPECT_NEAR(first.chute_level_pct, 50, 1.5);
  live(simulation, 300);
  EXPECT_NEAR(simulation.truth().weight_mg, 250, 5);
  EXPECT_NEAR(simulation.truth().tablets_now, 27.8, 0.6);
}

// Without noise of the feeders the hold-ups are those of the algebra: M = M0 * (flow / m0)^0.6 at nominal speed; blender 1 lacks the lubricant.
TEST(Simulation, HoldsUpWhatTheAlgebraSays) {
  Scenario scenario = production(3);
  scenario.open_loop = true;
  scenario.recipes = {{.at_s = 600, .throughput_kg_h = 20, .api_share = {}}};
  Simulation simulation = cdc1_run(scenario);
  live(simulation, 600);
  EXPECT_NEAR(simulation.truth().blender1_kg, 0.450 * std::pow(0.99, 0.6), 0.002 * 0.450);
  EXPECT_NEAR(simulation.truth().blender2_kg, 0.300, 0.002 * 0.300);
  EXPECT_NEAR(simulation.truth().feed_frame_kg, 0.300, 0.002 * 0.300);
  live(simulation, 1200);
  EXPECT_NEAR(simulation.truth().blender1_kg, 0.450 * std::pow(0.99 * 0.8, 0.6), 0.002 * 0.450);
  EXPECT_NEAR(simulation.truth().blender2_kg, 0.300 * std::pow(0.8, 0.6), 0.002 * 0.300);
}

TEST(Simulation, StartsUpFromAnEmptyLineAndKeepsTabletsOnceItHasSettled) {
  Scenario scenario = production(4);
  scenario.start_in_production = false;
  Simulation simulation = cdc1_run(scenario);
  std::map<double, int> first_seen;
  double fed_at_ramp = 0;
  std::vector<double> values;
  const auto good = cdc1().find_tag("line/good_kg")->value, diverter = cdc1().find_tag("line/diverter_cmd")->value;
  while (simulation.true_value("line/good_kg").value() == 0 && seconds_after(scenario, simulation.time()) < 3000) {
    simulation.step(values);
    first_seen.emplace(state_of(simulation), static_cast<int>(seconds_after(scenario, simulation.time())));
    if (seconds_after(scenario, simulation.time()) == 240) fed_at_ramp = simulation.truth().fed_kg;
    EXPECT_EQ(values[diverter], values[good] == 0 ? 1 : 0);
  }
  const double kept_from_s = seconds_after(scenario, simulation.time());
  EXPECT_EQ(first_seen.at(starting), 1);
  EXPECT_EQ(first_seen.count(held), 0);
  // Ramp from 240 s on, 2.5 mean residence times from there, then 120 s inside the bands.
  EXPECT_GE(kept_from_s, 240 + 529 + 119);
  EXPECT_LE(kept_from_s, 1100);
  const Truth truth = simulation.truth();
  // From the ramp on the feeders give 4.1 kg (LINE §4); what is in blenders, chute and feed frame by then is good.
  EXPECT_NEAR(truth.fed_kg - fed_at_ramp, 4.1, 0.7);
  EXPECT_NEAR(simulation.true_value("line/waste_kg").value(), truth.fed_kg - 0.45 - 0.3 - 0.35 - 0.3 - 0.07, 0.15);
  EXPECT_NEAR(truth.potency_pct, 100, 2.5);
  const Label label = labels_of(simulation, "start_up").at(0);
  EXPECT_EQ(label.kind, LabelKind::normal_event);
  EXPECT_NEAR(seconds_after(scenario, *label.off), kept_from_s, 1.1);
}

TEST(Simulation, RunsEmptyAtTheEnd) {
  Scenario scenario = production(4);
  scenario.shutdown_at_s = 300;
  Simulation simulation = cdc1_run(scenario);
  live(simulation, 300);
  const double waste_kg = simulation.true_value("line/waste_kg").value();
  live(simulation, 60);
  EXPECT_EQ(state_of(simulation), stopping);
  EXPECT_EQ(simulation.truth().flow_kg_h[1], 0);
  int seconds = 60;
  while (state_of(simulation) != stopped && seconds < 1000) {
    live(simulation, 1);
    ++seconds;
  }
  EXPECT_GE(seconds, 80);
  EXPECT_LE(seconds, 210);
  live(simulation, 60);
  EXPECT_LT(simulation.truth().chute_level_pct, 13);
  EXPECT_EQ(simulation.true_value("tp1/turret_pv"), 0);
  EXPECT_NEAR(simulation.true_value("line/waste_kg").value() - waste_kg, 0.75, 0.3);
  EXPECT_TRUE(labels_of(simulation, "shutdown").at(0).off);
  EXPECT_LT(std::fabs(simulation.truth().lost_kg), 1e-9);
}

TEST(Simulation, StandsStillInAPlannedStopAndGoesOnAsBefore) {
  Scenario scenario = production(6);
  scenario.planned_stops = {{.at_s = 600, .duration_s = 300}};
  Simulation simulation = cdc1_run(scenario);
  live(simulation, 700);
  EXPECT_EQ(state_of(simulation), held);
  const Truth before = simulation.truth();
  live(simulation, 199);
  const Truth after = simulation.truth();
  EXPECT_EQ(before.tablets, after.tablets);
  EXPECT_EQ(before.fed_kg, after.fed_kg);
  EXPECT_EQ(before.blender1_kg, after.blender1_kg);
  EXPECT_EQ(before.chute_level_pct, after.chute_level_pct);
  live(simulation, 301);
  EXPECT_EQ(state_of(simulation), execute);
  EXPECT_NEAR(simulation.truth().potency_pct, 100, 1.5);
  EXPECT_NEAR(simulation.truth().weight_mg, 250, 5);
  const Label label = labels_of(simulation, "planned_stop").at(0);
  EXPECT_EQ(seconds_after(scenario, label.on), 601);
  EXPECT_EQ(seconds_after(scenario, *label.off), 901);
}

// The feed frame goes on turning for a minute and shears the powder in it: softer tablets until it has gone through the press.
TEST(Simulation, MakesSofterTabletsAfterAnUnplannedStop) {
  Scenario scenario = production(5);
  scenario.stops = StopStatistics::zagar;
  Simulation simulation = cdc1_run(scenario);
  while (labels_of(simulation, "unplanned_stop").empty()) live(simulation, 1);
  const double before = simulation.truth().hardness_n;
  while (!labels_of(simulation, "unplanned_stop")[0].off) live(simulation, 1);
  EXPECT_EQ(simulation.true_value("tp1/state"), 12);
  live(simulation, 30);
  double softest = before;
  for (int s = 0; s < 60; ++s) {
    live(simulation, 1);
    softest = std::min(softest, simulation.truth().hardness_n);
  }
  EXPECT_LT(softest, 0.95 * before);
  EXPECT_GT(softest, 0.85 * before);
  live(simulation, 150);
  EXPECT_GT(simulation.truth().hardness_n, 0.95 * before);
}

TEST(Simulation, TellsTheStateOfEachMachine) {
  Simulation simulation = cdc1_run(production(11, {{.id = "F06", .target = "fd2", .on_s = 100}}));
  live(simulation, 50);
  for (const char* unit : {"fd1", "fd6", "bl1", "bl2", "tp1", "ct1"}) EXPECT_EQ(simulation.true_value(std::string{unit} + "/state"), execute) << unit;
  ASSERT_TRUE(simulation.move_set_point("line/state", 11));
  live(simulation, 60);
  EXPECT_EQ(simulation.true_value("fd1/state"), held);
  EXPECT_EQ(simulation.true_value("ct1/state"), execute);
}

TEST(Simulation, ChangesTheStrengthWithinTheResidenceTime) {
  Scenario scenario = production(7);
  scenario.recipes = {{.at_s = 300, .throughput_kg_h = 25, .api_share = 0.10}};
  Simulation simulation = cdc1_run(scenario);
  live(simulation, 301);
  EXPECT_NEAR(simulation.truth().potency_pct, 200, 2);  // of the new claim
  EXPECT_EQ(simulation.true_value("line/batch_id"), 2);
  live(simulation, 299 + 401);
  EXPECT_NEAR(simulation.truth().potency_pct, 100, 2);
  EXPECT_EQ(simulation.true_value("line/diverter_cmd"), 1);
  live(simulation, 600);
  EXPECT_EQ(simulation.true_value("line/diverter_cmd"), 0);
  EXPECT_NEAR(simulation.truth().flow_kg_h[0], 2.5, 0.2);
  EXPECT_NEAR(simulation.truth().flow_kg_h[1], 14.75, 0.7);
  const Label label = labels_of(simulation, "changeover").at(0);
  EXPECT_GE(seconds_after(scenario, *label.off), 600 + 401 + 119);
}

TEST(Simulation, StaysInSpecificationThroughMovesOfTheThroughput) {
  Scenario scenario = production(8);
  scenario.recipes = {{.at_s = 600, .throughput_kg_h = 20, .api_share = {}}, {.at_s = 2400, .throughput_kg_h = 30, .api_share = {}}};
  Simulation simulation = cdc1_run(scenario);
  double low = 1000, high = 0;
  for (int s = 0; s < 4800; ++s) {
    simulation.step();
    low = std::min(low, simulation.truth().potency_pct);
    high = std::max(high, simulation.truth().potency_pct);
    if (s == 2300) {
      EXPECT_NEAR(simulation.true_value("line/throughput").value(), 20, 1);
    }
  }
  EXPECT_NEAR(simulation.true_value("line/throughput").value(), 30, 1.2);
  EXPECT_NEAR(simulation.true_value("tp1/turret_pv").value(), 46.3 * 1.2, 2);
  EXPECT_GT(low, 97);
  EXPECT_LT(high, 103);
  EXPECT_EQ(labels_of(simulation, "recipe").size(), 2u);
}

TEST(Simulation, ObeysAnOperatorsSetPoints) {
  Simulation simulation = cdc1_run(production(9));
  live(simulation, 60);
  ASSERT_TRUE(simulation.move_set_point("fd1/massflow_sp", 5.2));
  ASSERT_TRUE(simulation.move_set_point("tp1/force_main_sp", 10.5));
  const double before = simulation.true_value("fd1/massflow_sp").value();
  EXPECT_FALSE(simulation.move_set_point("fd1/massflow_sp", 50));
  EXPECT_FALSE(simulation.move_set_point("fd1/colour", 5));
  live(simulation, 1);
  EXPECT_NEAR(simulation.true_value("fd1/massflow_sp").value(), before + (5.2 > before ? 1 : -1) * 0.5 / 60, 1e-9);
  live(simulation, 700);
  EXPECT_EQ(simulation.true_value("fd1/massflow_sp"), 5.2);
  EXPECT_NEAR(simulation.true_value("tp1/force_main_sp").value(), 10.5, 1e-9);
  EXPECT_GT(simulation.truth().potency_pct, 101.5);
  EXPECT_EQ(labels_of(simulation, "set_point").size(), 2u);
}

TEST(Simulation, MovesTheFillOnceAndTheForceLoopTakesItBack) {
  Simulation simulation = cdc1_run(production(9));
  live(simulation, 300);
  const double fill = simulation.true_value("tp1/fill_sp").value(), weight = simulation.truth().weight_mg;
  ASSERT_TRUE(simulation.move_set_point("tp1/fill_sp", fill + 0.2));
  double most = 0;
  for (int s = 0; s < 30; ++s) {
    live(simulation, 1);
    most = std::max(most, simulation.truth().weight_mg);
  }
  EXPECT_GT(most, weight + 1);
  live(simulation, 120);
  EXPECT_NEAR(simulation.truth().weight_mg, weight, 2.5);
}

TEST(Simulation, HoldsAndDivertsOnOrder) {
  Simulation simulation = cdc1_run(production(10));
  live(simulation, 60);
  ASSERT_TRUE(simulation.move_set_point("line/state", 11));
  live(simulation, 120);
  EXPECT_EQ(state_of(simulation), held);
  ASSERT_TRUE(simulation.move_set_point("line/state", 6));
  live(simulation, 200);
  EXPECT_EQ(state_of(simulation), execute);
  ASSERT_TRUE(simulation.move_set_point("ch1/v1_cmd", 1));
  live(simulation, 120);
  EXPECT_EQ(simulation.true_value("line/diverter_cmd"), 1);
  EXPECT_GT(simulation.truth().diverted_kg, 0.5);
  EXPECT_EQ(state_of(simulation), suspended);  // nothing left to press
  ASSERT_TRUE(simulation.move_set_point("ch1/v1_cmd", 0));
  live(simulation, 120);
  EXPECT_EQ(state_of(simulation), execute);
  EXPECT_NEAR(simulation.truth().weight_mg, 250, 6);
  EXPECT_LT(std::fabs(simulation.truth().lost_kg), 1e-9);
}

TEST(Simulation, BlamesAFaultForTheTabletsThatItSpoilt) {
  const auto label_of = [](double severity) {
    Simulation simulation = cdc1_run(production(2, {bridging(600, severity)}));
    live(simulation, 1500);
    return std::pair{simulation.labels().front(), simulation.truth()};
  };
  const auto [strong, truth] = label_of(0.65);
  ASSERT_TRUE(strong.breach_alert && strong.breach_spec);
  EXPECT_LT(*strong.breach_alert, *strong.breach_spec);
  ASSERT_FALSE(strong.outside.empty());
  EXPECT_EQ(strong.outside.front().from, *strong.breach_spec - std::chrono::seconds{1});
  EXPECT_GT(strong.tablets_outside, 300);
  EXPECT_LE(strong.tablets_outside, truth.tablets_outside);
  EXPECT_NEAR(strong.kg_outside, strong.tablets_outside * 0.00025, 0.03 * strong.kg_outside);
  const auto weak = label_of(0.15).first;
  EXPECT_FALSE(weak.breach_spec);
  EXPECT_EQ(weak.tablets_outside, 0);
}

TEST(Simulation, AFeederStopIsTheOperatorsBusinessButAnEmptyChuteStopsTheTurret) {
  Simulation simulation = cdc1_run(production(11, {{.id = "F06", .target = "fd2", .on_s = 100}, {.id = "F06", .target = "fd3", .on_s = 100}, {.id = "F06", .target = "fd1", .on_s = 100}}));
  live(simulation, 160);
  EXPECT_EQ(state_of(simulation), execute);
  EXPECT_GT(simulation.truth().flow_kg_h[3], 0.5);
  live(simulation, 1440);
  EXPECT_EQ(state_of(simulation), suspended);
  EXPECT_EQ(simulation.truth().tablets_now, 0);
  EXPECT_GE(labels_of(simulation, "suspended").size(), 1u);
}

TEST(Simulation, ABlockedChuteHoldsFeedersAndBlenders) {
  Simulation simulation = cdc1_run(production(12, {{.id = "F13", .target = "ch1", .on_s = 60, .duration_s = 600, .severity = 1}}));
  bool stood = false;
  for (int s = 0; s < 660; ++s) {
    live(simulation, 1);
    stood = stood || simulation.truth().flow_kg_h[0] == 0;
    EXPECT_LE(simulation.truth().chute_level_pct, 101);
  }
  EXPECT_TRUE(stood);
  live(simulation, 600);
  EXPECT_EQ(state_of(simulation), execute);
  EXPECT_LT(std::fabs(simulation.truth().lost_kg), 1e-9);
}

TEST(Simulation, SaysWhatItCannotDo) {
  Line line = cdc1();
  line.tags.front().path = "fd1/colour";
  Scenario scenario = production(1, {{.id = "F99", .target = "fd1"}, {.id = "F06", .target = "bl1"}, {.id = "F21", .target = "tp1/nothing"}});
  scenario.set_points = {{.at_s = 5, .tag = "fd1/massflow_pv", .value = 4}};
  const auto errors = unsimulated(line, cdc1_parameters(), scenario);
  ASSERT_EQ(errors.size(), 5u);
  EXPECT_THAT(errors[0].what, testing::HasSubstr("fd1/colour"));
  EXPECT_THAT(errors[1].what, testing::HasSubstr("F99"));
  TwinParameters parameters = cdc1_parameters();
  parameters.auxiliary.push_back({.tag = "fd1/extra", .of = "fd1/nothing"});
  parameters.auxiliary.push_back({.tag = "fd1/mode"});
  const auto more = unsimulated(cdc1(), parameters, production(1));
  ASSERT_EQ(more.size(), 2u);
  EXPECT_THAT(more[0].what, testing::HasSubstr("fd1/nothing"));
}

TEST(Simulation, ShowsTheWholeLineAsFiniteReadings) {
  EXPECT_EQ(cdc1().tags.size(), 694u);
  EXPECT_TRUE(unsimulated(cdc1(), cdc1_parameters(), production(1)).empty());
  Simulation simulation = cdc1_run(production(1));
  std::vector<double> values;
  for (int s = 0; s < 900; ++s) {
    simulation.step(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Tag& tag = cdc1().tags[i];
      ASSERT_TRUE(std::isnan(values[i]) ? tag.path.starts_with("tt1/") : tag.range.contains(values[i])) << tag.path << " " << values[i];
    }
  }
}

}  // namespace
}  // namespace steadyline
