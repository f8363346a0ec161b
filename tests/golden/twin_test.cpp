#include <gtest/gtest.h>

#include <string_view>

#include "core/numeric.h"
#include "core/sha256.h"
#include "support/twin_runs.h"

namespace steadyline {
namespace {

// An hour of every tag of config/lines/cdc1.yaml, with start, faults of machines and of sensors, stops and a change of recipe. When the physics, its
// numbers or the tags are changed on purpose, put the digest that the failure prints; a digest that differs by machine, compiler or vector target is a
// defect.
constexpr std::string_view hour = "a405632b5d6215993a384e03cc4c44268f5d17f3a9d2ffda9a9ab4d267aaf757";

std::string digest_of_an_hour() {
  Scenario scenario = test::production(20261120, {test::bridging(1500, 1.0),
                                                  {.id = "F21", .target = "tp1/force_pre_mean", .on_s = 1800, .duration_s = 300},
                                                  {.id = "F06", .target = "fd6", .on_s = 2700, .duration_s = 300}});
  scenario.start_in_production = false;
  scenario.stops = StopStatistics::zagar;
  scenario.recipes = {{.at_s = 2000, .throughput_kg_h = 22, .api_share = {}}};
  Simulation simulation = test::cdc1_run(scenario);
  std::string text;
  for (const double value : test::run(simulation, 3600)) {
    numeric::append_number(text, value);
    text += '\n';
  }
  std::vector<double> truth;
  append_truth(simulation.truth(), truth);
  for (const double value : truth) numeric::append_number(text, value);
  return sha256_hex(text);
}

TEST(Simulation, GivesTheSameHourOnEveryVectorTarget) {
  ASSERT_FALSE(numeric::vector_targets().empty());
  for (const std::string_view target : numeric::vector_targets()) {
    ASSERT_TRUE(numeric::force_vector_target(target)) << target;
    EXPECT_EQ(digest_of_an_hour(), hour) << target;
  }
  numeric::force_vector_target("");
}

}  // namespace
}  // namespace steadyline
