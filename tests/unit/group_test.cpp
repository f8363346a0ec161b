#include "monitor/group.h"

#include <gtest/gtest.h>

#include "monitor/standstill.h"
#include "support/feeding_line.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;

constexpr EventTime start{1'700'000'000s};
constexpr UnitIndex fd1{0}, fd2{1}, bl1{2};

Line with_feeders() {
  Line line = feeding_line();
  line.units[0].lot_tag = line.units[1].lot_tag = TagIndex{0};
  return line;
}

class Joining : public testing::Test {
 protected:
  AlarmGroup of(AlarmKind kind, std::optional<UnitIndex> unit, std::optional<TagIndex> tag) const {
    return {.number = 1, .kind = kind, .unit = unit, .tag = tag, .opened = start, .last_active = start, .last_joined = start, .members = {0}};
  }
  bool joins_after(const AlarmGroup& group, std::chrono::seconds late, UnitIndex unit, TagIndex tag, AlarmKind kind = AlarmKind::drift) const {
    return joins(group, {7, kind, unit, tag}, linkage, start + late);
  }
  const Line line = with_feeders();
  const Linkage linkage{line};
};

TEST_F(Joining, WhatLiesBehindFollowsWithinTheMaterialsWay) {
  const AlarmGroup group = of(AlarmKind::drift, fd1, TagIndex{0});
  EXPECT_TRUE(joins_after(group, 600s, bl1, TagIndex{6}));
  EXPECT_FALSE(joins_after(group, 1000s, bl1, TagIndex{6}));
  EXPECT_FALSE(joins_after(group, 10s, fd2, TagIndex{3}));
}

TEST_F(Joining, WhatLiesBeforeIsAnotherCauseUnlessAtOnce) {
  const AlarmGroup group = of(AlarmKind::drift, bl1, TagIndex{6});
  EXPECT_TRUE(joins_after(group, 60s, fd1, TagIndex{0}));
  EXPECT_FALSE(joins_after(group, 300s, fd1, TagIndex{0}));
}

TEST_F(Joining, TheSameTagAndFormerMembersStay) {
  const AlarmGroup group = of(AlarmKind::drift, fd1, TagIndex{0});
  EXPECT_TRUE(joins_after(group, 5000s, fd1, TagIndex{0}, AlarmKind::hard_limit));
  EXPECT_TRUE(joins(group, {0, AlarmKind::drift, fd1, TagIndex{1}}, linkage, start + 5000s));
  EXPECT_FALSE(joins_after(group, 5000s, fd1, TagIndex{1}));
}

TEST_F(Joining, ALotUnlikeTheOthersHidesNothingOfOtherUnits) {
  AlarmGroup group = of(AlarmKind::drift, fd1, TagIndex{0});
  group.of_lots = true;
  EXPECT_TRUE(joins_after(group, 60s, fd1, TagIndex{1}));
  EXPECT_FALSE(joins_after(group, 60s, bl1, TagIndex{6}));
}

TEST_F(Joining, LowHealthTakesMembersForMinutesOnly) {
  const AlarmGroup group = of(AlarmKind::low_health, std::nullopt, std::nullopt);
  EXPECT_TRUE(joins_after(group, 200s, fd2, TagIndex{3}));
  EXPECT_FALSE(joins_after(group, 400s, fd2, TagIndex{3}));
}

TEST_F(Joining, BadDataDoNotFollowFromTheProcess) {
  EXPECT_FALSE(joins_after(of(AlarmKind::drift, fd1, TagIndex{0}), 30s, bl1, TagIndex{6}, AlarmKind::bad_data));
  EXPECT_TRUE(joins_after(of(AlarmKind::bad_data, fd1, TagIndex{0}), 30s, bl1, TagIndex{6}));
}

TEST_F(Joining, AStandstillOpensAGroupAndTakesWhatFollows) {
  const AlarmGroup process = of(AlarmKind::drift, fd1, TagIndex{0});
  EXPECT_FALSE(joins(process, {7, AlarmKind::standstill, std::nullopt, std::nullopt}, linkage, start + 1s));
  EXPECT_TRUE(joins_after(of(AlarmKind::standstill, std::nullopt, std::nullopt), 3000s, fd2, TagIndex{3}));
}

/// Tags 0 and 1 of the feeding line as state and mode of the whole line.
TEST(StandstillTest, OnlyAnUnplannedHoldOfALineThatProducedIsTold) {
  Line line = feeding_line();
  line.state_tag = TagIndex{0};
  line.mode_tag = TagIndex{1};
  Standstill standstill{line};
  Frame frame;
  frame.values = {11, 1, 0, 0, 0, 0, 0};
  frame.flaws.assign(7, Flaw::good);
  const auto shows = [&](double state, double mode) {
    frame.values[0] = state;
    frame.values[1] = mode;
    return standstill.take(frame);
  };
  EXPECT_EQ(shows(11, 1), Sign::clear);  // it has not produced yet
  EXPECT_EQ(shows(6, 1), Sign::clear);
  EXPECT_EQ(shows(10, 1), Sign::raise);
  EXPECT_EQ(shows(11, 1), Sign::raise);
  EXPECT_EQ(shows(12, 1), Sign::between);
  EXPECT_EQ(shows(6, 1), Sign::clear);
  EXPECT_EQ(shows(11, 2), Sign::clear);  // planned
  EXPECT_EQ(shows(7, 1), Sign::clear);
  EXPECT_EQ(shows(11, 1), Sign::clear);  // it was running empty
  frame.flaws[0] = Flaw::stale;
  EXPECT_EQ(standstill.take(frame), Sign::unknown);
}

}  // namespace
}  // namespace steadyline
