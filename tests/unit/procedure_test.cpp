// What recipe, operator and interlocks want of the line: each idea by itself.
#include "twin/procedure/procedure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/twin_runs.h"
#include "twin/procedure/batches.h"
#include "twin/procedure/interlocks.h"

namespace steadyline {
namespace {

using test::cdc1;
using test::cdc1_parameters;

int seconds_until(SetPoints& set_points, std::size_t set_point, double target) {
  int seconds = 0;
  while (set_points[set_point] != target && seconds < 100000) {
    set_points.step();
    ++seconds;
  }
  return seconds;
}

// LINE §2.6: flow 10 %/min, speed 5 %/min, fill 0.05 mm in 5 s, inlet temperature 2 K/min.
TEST(SetPoints, MoveAtTheRateLimitOfTheirKind) {
  const struct {
    std::size_t set_point;
    double by;
    int seconds;
  } moves[] = {{sp_feed, 0.5, 60},      {sp_feed + 1, -1.225, 60}, {sp_blender1, 15, 60}, {sp_blender2, -6, 60},   {sp_paddle, 2.25, 60},
               {sp_turret, 2.315, 60}, {sp_fill, 0.05, 5},        {sp_gap_main, -0.05, 5}, {sp_gap_pre, 0.3, 30}, {sp_inlet_c, 4, 120},
               {sp_spray, 30, 60},      {sp_inlet_m3_h, -240, 60}, {sp_pan, 0.4, 60},     {sp_force, 0.5, 60}};
  for (const auto& move : moves) {
    SetPoints set_points{cdc1_parameters()};
    const double target = set_points[move.set_point] + move.by;
    set_points.move(move.set_point, target);
    EXPECT_NEAR(seconds_until(set_points, move.set_point, target), move.seconds, 1) << set_point_path(move.set_point);
    EXPECT_FALSE(set_points.step());
  }
}

TEST(SetPoints, OfARecipeArriveTogether) {
  SetPoints set_points{cdc1_parameters()};
  set_points.move_within(sp_feed, 6, 300);
  set_points.move_within(sp_feed + 5, 0.3, 300);
  for (int s = 0; s < 299; ++s) EXPECT_TRUE(set_points.step());
  EXPECT_NE(set_points[sp_feed], 6);
  set_points.step();
  EXPECT_EQ(set_points[sp_feed], 6);
  EXPECT_EQ(set_points[sp_feed + 5], 0.3);
}

TEST(SetPoints, AreRefusedOutsideTheirPhysicalRange) {
  const auto refused = [](std::string_view path, double value) {
    const auto checked = check_set_point(cdc1(), path, value);
    return checked ? std::string{"allowed"} : to_line(checked.error());
  };
  for (std::size_t i = 0; i < sp_divert; ++i) {
    const Tag& tag = cdc1().tag(cdc1().find_tag(set_point_path(i)).value());
    EXPECT_EQ(tag.role, Role::setpoint) << tag.path;
    EXPECT_EQ(refused(tag.path, 0.5 * (tag.hard.low + tag.hard.high)), "allowed");
    EXPECT_NE(refused(tag.path, tag.hard.high + 1e-6), "allowed") << tag.path;
    EXPECT_NE(refused(tag.path, std::nan("")), "allowed");
  }
  EXPECT_THAT(refused("fd1/massflow_sp", 6.5), testing::HasSubstr("fd1/massflow_sp cannot be 6.5 kg/h; give 0 .. 6 kg/h"));
  EXPECT_THAT(refused("fd1/massflow_pv", 5), testing::HasSubstr("no set-point"));
  EXPECT_THAT(refused("fd9/massflow_sp", 5), testing::HasSubstr("no set-point"));
  EXPECT_EQ(refused("ch1/v1_cmd", 1), "allowed");
  EXPECT_NE(refused("ch1/v1_cmd", 0.5), "allowed");
  EXPECT_EQ(refused("line/state", 11), "allowed");
  EXPECT_NE(refused("line/state", 2), "allowed");
}

TEST(Recipe, KeepsTheThroughputWhateverThePotencyOfTheLot) {
  SetPoints set_points{cdc1_parameters()};
  Recipe recipe{cdc1_parameters()};
  recipe.correct(0.98, set_points);
  const auto sum = [&] {
    double all = 0;
    for (std::size_t i = 0; i < feeder_count; ++i) all += set_points.target(sp_feed + i);
    return all;
  };
  EXPECT_NEAR(set_points[sp_feed], 5 / 0.98, 1e-12);
  EXPECT_NEAR(set_points[sp_feed + 1], 12.25 + 5 - 5 / 0.98, 1e-12);
  set_points.move(sp_feed, 5.3);  // the operator's
  recipe.correct(1.01, set_points);
  EXPECT_NEAR(set_points.target(sp_feed), 5.3 + 5 / 1.01 - 5 / 0.98, 1e-12);
  EXPECT_FALSE(recipe.change({.at_s = 0, .throughput_kg_h = 20, .api_share = {}}, set_points));
  EXPECT_NEAR(sum(), 20, 1e-9);
  EXPECT_EQ(recipe.number(), 1) << "the same tablet, slower";
  EXPECT_TRUE(recipe.change({.at_s = 0, .throughput_kg_h = 25, .api_share = 0.1}, set_points));
  EXPECT_NEAR(sum(), 25, 1e-9);
  EXPECT_NEAR(set_points.target(sp_feed), 2.5 / 1.01, 1e-12);
  EXPECT_EQ(recipe.number(), 100);
}

struct Drawn {
  double per_h, p10_s, p50_s, p90_s;
};

Drawn drawn(StopStatistics statistics, std::uint64_t seed, std::int64_t hours) {
  const UnplannedStops stops{statistics, cdc1_parameters().procedure, seed};
  std::vector<double> lengths;
  for (std::int64_t s = 1; s <= hours * 3600; ++s)
    if (const auto length = stops.begins(s)) lengths.push_back(*length);
  std::sort(lengths.begin(), lengths.end());
  const auto at = [&](double share) { return lengths[static_cast<std::size_t>(share * static_cast<double>(lengths.size()))]; };
  return {static_cast<double>(lengths.size()) / static_cast<double>(hours), at(0.1), at(0.5), at(0.9)};
}

// LINE §4: 1.4–2.6 an hour; 10 % / 50 % / 90 % last 20 / 115–200 / 730–2,300 s.
TEST(UnplannedStops, AreAsOftenAndAsLongAsRecordedPressesShow) {
  const Drawn zagar = drawn(StopStatistics::zagar, 1, 1000);
  EXPECT_NEAR(zagar.per_h, 2, 0.15);
  EXPECT_NEAR(zagar.p10_s, 22, 3);
  EXPECT_NEAR(zagar.p50_s, 150, 15);
  EXPECT_NEAR(zagar.p90_s, 1026, 120);
  const Drawn line = drawn(StopStatistics::line, 1, 4000);
  EXPECT_NEAR(line.per_h, 0.15, 0.02);
  EXPECT_NEAR(line.p50_s, 150, 25);
  EXPECT_FALSE((UnplannedStops{StopStatistics::none, cdc1_parameters().procedure, 1}.begins(7)));
}

TEST(Standstills, OfTheProcedureComeInOrderAndACleaningTakesThePlaceOfAStop) {
  Scenario scenario;
  scenario.duration_s = 80 * 3600;
  scenario.scheduled_stops = true;
  scenario.planned_stops = {{.at_s = 90000, .duration_s = 60}};
  const auto all = standstills(scenario, cdc1_parameters().procedure);
  std::vector<double> at;
  for (const LineStop& stop : all) at.push_back(stop.at_s);
  EXPECT_THAT(at, testing::ElementsAre(43200, 86400, 90000, 129600, 172800, 216000, 259200));
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const LineStop& s) { return s.cleaning; }), 1);
  EXPECT_TRUE(all.back().cleaning);
  EXPECT_EQ(all[2].duration_s, 60);
}

TEST(Settling, WantsTheLineWashedAndTwoQuietMinutes) {
  Settling settling{cdc1_parameters().procedure};
  const auto settled_after = [&](int moving_s, int restless_at_s) {
    settling.begin();
    int seconds = 0;
    while (!settling.settled() && seconds < 10000) {
      ++seconds;
      settling.step(seconds <= moving_s, 1.01, seconds == restless_at_s ? 1.05 : 0.99);
    }
    return seconds;
  };
  EXPECT_EQ(settled_after(120, 0), 529 + 119);
  EXPECT_EQ(settled_after(300, 0), 300 + 401 + 119);
  EXPECT_EQ(settled_after(0, 0), 529 + 119);
  EXPECT_EQ(settled_after(0, 600), 600 + 120);
}

TEST(Batches, EndAfterTheirTimeOrMassAndSublotsFollowTheTablets) {
  Batches batches{cdc1_parameters(), false};
  const double kg_s = 25.0 / 3600;
  int to_coater_s = 0;
  double waiting = 0;
  for (int s = 1; s <= 12 * 3600; ++s) {
    EXPECT_EQ(batches.batch(), 1) << s;
    batches.step(true, kg_s, 0);
    waiting += batches.relaxed_kg();
    if (waiting > 0 && to_coater_s == 0) to_coater_s = s;
  }
  EXPECT_EQ(batches.batch(), 2);  // 12 h and 300 kg
  EXPECT_EQ(batches.sublot(), 3);
  EXPECT_NEAR(batches.good_kg(), 300, 1e-6);
  EXPECT_NEAR(to_coater_s, 1800, 60);
  EXPECT_NEAR(waiting, 300 - 12.5, 0.5);
  for (int s = 1; s <= 3600; ++s) batches.step(true, 300.0 / 3600, 0);
  EXPECT_EQ(batches.batch(), 3);
  for (int s = 1; s <= 12 * 3600; ++s) batches.step(false, 0, 0);
  EXPECT_EQ(batches.batch(), 3);  // the clock of a batch stands with the line
}

class InterlocksTest : public testing::Test {
 protected:
  InterlocksTest() {
    level_ = board_.add("ch1", "level");
    bed_ = board_.add("ff1", "bed_height");
    for (std::size_t i = 0; i < feeder_count; ++i) weights_[i] = board_.add("fd" + std::to_string(i + 1), "netweight_pv");
    interlocks_.emplace(cdc1_parameters(), true, board_);
  }
  void live(double level_pct, double weight_kg, int seconds = 1, double bed_mm = 38) {
    for (int s = 0; s < seconds; ++s) {
      board_.begin_second();
      board_.set(level_, level_pct);
      board_.set(bed_, bed_mm);
      for (const SignalId weight : weights_) board_.set(weight, 4);
      board_.set(weights_[1], weight_kg);
      board_.finish_second();
      interlocks_->step(board_);
    }
  }
  Line line_;
  Board board_{line_, 1};
  SignalId level_, bed_;
  std::array<SignalId, feeder_count> weights_;
  std::optional<Interlocks> interlocks_;
};

TEST_F(InterlocksTest, ActOnWhatStandsAndComeBackWithAGap) {
  live(91, 4, 2);
  EXPECT_FALSE(interlocks_->blocked());
  live(91, 4);
  EXPECT_TRUE(interlocks_->blocked());
  live(75, 4);
  EXPECT_TRUE(interlocks_->blocked());
  live(69, 4);
  EXPECT_FALSE(interlocks_->blocked());
  live(4, 4, 3);
  EXPECT_TRUE(interlocks_->starved());
  live(44, 4);
  EXPECT_TRUE(interlocks_->starved());
  live(46, 4);
  EXPECT_FALSE(interlocks_->starved());
  live(50, 4, 3, 9);
  EXPECT_TRUE(interlocks_->starved());
  live(50, 4, 1, 20);
  EXPECT_TRUE(interlocks_->starved());
  live(50, 4, 1, 30);
  EXPECT_FALSE(interlocks_->starved());
}

TEST_F(InterlocksTest, StopTheFeederWhoseHopperIsEmptyAndNoOther) {
  live(50, 0.1);
  EXPECT_TRUE(interlocks_->hopper_empty(1));
  EXPECT_FALSE(interlocks_->hopper_empty(0));
  live(50, 1.9);
  EXPECT_TRUE(interlocks_->hopper_empty(1));
  live(50, 2.1);
  EXPECT_FALSE(interlocks_->hopper_empty(1));
}

}  // namespace
}  // namespace steadyline
