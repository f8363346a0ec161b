// What the line is doing, told from its frames alone: against runs of the twin whose events are known.
#include "frames/context.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <vector>

#include "support/twin_runs.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

using test::cdc1;
using test::cdc1_parameters;

struct Seen {
  double at_s;
  Context context;
  double state;
};

/// Every second of a run, as the checked frames would show it.
std::vector<Seen> live(Scenario scenario) {
  const Line& line = cdc1();
  Simulation simulation{line, cdc1_parameters(), scenario};
  ContextTracker tracker{line};
  Frame frame;
  frame.flaws.assign(line.tags.size(), Flaw::good);
  std::vector<Seen> seen;
  for (bool cold = true; !simulation.finished(); cold = false) {
    simulation.step(frame.values);
    frame.time = simulation.time();
    frame.cold = cold;
    frame.running = frame.values[line.running_tag->value] > line.running_above;
    seen.push_back({static_cast<double>(seen.size() + 1), tracker.take(frame), frame.values[line.state_tag->value]});
  }
  return seen;
}

Activity at(const std::vector<Seen>& seen, double second) { return seen[static_cast<std::size_t>(second) - 1].context.activity; }
std::size_t unit(std::string_view id) { return cdc1().find_unit(id)->value; }

TEST(Context, StartUpBeginsWithTheFirstFeederAndEndsWithCollecting) {
  const auto seen = live({.duration_s = 2400, .seed = 3, .start_in_production = false, .shutdown_at_s = 1800, .coating = false});
  EXPECT_EQ(at(seen, 100), Activity::start_up) << "the blenders fill, the press stands";
  EXPECT_TRUE(seen[99].context.from_empty);
  for (const Seen& now : seen) {
    if (now.state == 3) {
      EXPECT_EQ(now.context.activity, Activity::start_up) << now.at_s;
    }
    if (now.state == 7) {
      EXPECT_EQ(now.context.activity, Activity::shutdown) << now.at_s;
    }
  }
  EXPECT_EQ(at(seen, 1700), Activity::steady);
  EXPECT_EQ(at(seen, 2400), Activity::stopped);
}

TEST(Context, AHoldUpIsNoStartFromEmpty) {
  const auto seen = live({.duration_s = 2700, .seed = 4, .planned_stops = {{.at_s = 900, .duration_s = 300}}, .coating = false});
  EXPECT_EQ(at(seen, 850), Activity::steady);
  EXPECT_EQ(at(seen, 1000), Activity::stopped);
  EXPECT_EQ(at(seen, 1400), Activity::start_up);
  for (const Seen& now : seen) EXPECT_FALSE(now.context.from_empty) << now.at_s;
  EXPECT_EQ(at(seen, 2600), Activity::steady);
}

TEST(Context, ThroughputMovesKeepTheRecipeAndAStrengthChangesIt) {
  const auto seen = live({.duration_s = 5400,
                          .seed = 5,
                          .recipes = {{.at_s = 900, .throughput_kg_h = 30, .api_share = {}},
                                      {.at_s = 2400, .throughput_kg_h = 20, .api_share = {}},
                                      {.at_s = 3900, .throughput_kg_h = 20, .api_share = 0.1}},
                          .coating = false});
  EXPECT_NEAR(seen[800].context.throughput, 25, 0.1);
  EXPECT_NEAR(seen[2000].context.throughput, 30, 0.1);
  EXPECT_NEAR(seen[3800].context.throughput, 20, 0.1);
  EXPECT_LT(seen[1300].context.settled_s, 200) << "the ramp of 300 s counts again and again";
  EXPECT_EQ(seen[3800].context.recipe, seen[800].context.recipe);
  EXPECT_NE(seen[4000].context.recipe, seen[800].context.recipe);
}

TEST(Context, ARefillLastsUntilItsTracesAreGone) {
  const auto seen = live({.duration_s = 3600, .seed = 6, .coating = false});
  const std::size_t fd1 = unit("fd1");
  int refills = 0;
  for (std::size_t i = 601; i < seen.size(); ++i) {
    const UnitContext &before = seen[i - 1].context.units[fd1], &now = seen[i].context.units[fd1];
    if (now.refill_s == 0) ++refills;
    EXPECT_EQ(now.activity == Activity::refill, now.refill_s < refill_tail_s) << i;
    if (now.activity == Activity::refill && before.activity != Activity::refill) {
      EXPECT_EQ(now.refill_s, 0);
    }
  }
  EXPECT_GE(refills, 2);
}

TEST(Context, EachUnitHasItsOwnLot) {
  const auto seen = live({.duration_s = 5400, .seed = 7, .lots = {{.at_s = 700, .feeder = "fd2"}}, .coating = false});
  bool tailed = false;
  for (const Seen& now : seen) tailed |= now.context.units[unit("fd2")].activity == Activity::after_lot;
  EXPECT_TRUE(tailed);
  for (const Seen& now : seen) EXPECT_NE(now.context.units[unit("bl1")].activity, Activity::after_lot);
}

TEST(Context, KnowsTheNumberOfTheBatchUntilAnotherIsRead) {
  Line line;
  line.units = {{"line", "the line as a whole", 0}};
  line.tags = {{.unit = UnitIndex{0}, .name = "batch_id", .path = "line/batch_id"}};
  ContextTracker tracker{line};
  Frame frame;
  const auto batch_after = [&](double number, Flaw flaw) {
    frame.values = {number};
    frame.flaws = {flaw};
    return tracker.take(frame).batch;
  };
  frame.cold = true;
  EXPECT_EQ(batch_after(7, Flaw::good), 7);
  frame.cold = false;
  EXPECT_EQ(batch_after(8, Flaw::null), 7);
  EXPECT_EQ(batch_after(8, Flaw::good), 8);
}

}  // namespace
}  // namespace steadyline
