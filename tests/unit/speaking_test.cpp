#include "monitor/speaking.h"

#include <gtest/gtest.h>

#include "support/feeding_line.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;

TEST(SpeakingTest, LimitsFollowTheSetPointAndAreSilentWhileItMoves) {
  Line line = feeding_line();
  Tag set_point{.unit = UnitIndex{0}, .name = "massflow_sp", .path = "fd1/massflow_sp"};
  set_point.role = Role::setpoint;
  line.tags.push_back(set_point);
  Speaking speaking{line};
  FrameStep step{.line = nullptr, .frame = {}, .settled = true};
  step.frame.running = true;
  step.frame.values = {6, 106, 22, 5, 106, 22, 300, 6};
  step.frame.flaws.assign(8, Flaw::good);
  step.frame.time = EventTime{1'700'000'000s};
  step.context.activity = Activity::steady;
  step.context.units.resize(3);
  for (UnitContext& unit : step.context.units) unit.activity = Activity::steady;
  speaking.take(step);
  EXPECT_DOUBLE_EQ(speaking.share_of_limits(TagIndex{0}, step.frame), 1.2);
  EXPECT_EQ(speaking.share_of_limits(TagIndex{3}, step.frame), 1);
  EXPECT_TRUE(speaking.limits_of(UnitIndex{0}));
  step.context.units[0].moved_s = 5;
  speaking.take(step);
  EXPECT_FALSE(speaking.limits_of(UnitIndex{0}));
  step.context.units[0].moved_s = long_ago_s;
  step.context.units[0].activity = Activity::start_up;
  speaking.take(step);
  EXPECT_FALSE(speaking.limits_of(UnitIndex{0}));
  step.context.units[0].activity = Activity::stopped;  // tripped: told to feed 6 kg/h while the line runs
  speaking.take(step);
  EXPECT_TRUE(speaking.limits_of(UnitIndex{0}));
  step.frame.values[7] = 0;
  speaking.take(step);
  EXPECT_FALSE(speaking.limits_of(UnitIndex{0}));
}

TEST(SpeakingTest, ANewLotIsToldWhenItHasHadTimeToAppearAndForAsLongAsItIsSuspect) {
  const Line line = feeding_line();
  Speaking speaking{line};
  FrameStep step{.line = nullptr, .frame = {}, .settled = true};
  step.frame.running = true;
  step.frame.values = {5, 106, 22, 5, 106, 22, 300};
  step.frame.flaws.assign(7, Flaw::good);
  step.frame.time = EventTime{1'700'000'000s};
  step.context.activity = Activity::steady;
  step.context.units.resize(3);
  const auto after = [&](int seconds) {
    for (int i = 0; i < seconds; ++i) {
      speaking.take(step);
      step.frame.time += 1s;
      step.context.units[0].lot_s += 1;
    }
    return speaking.new_lots()[0] != 0;
  };
  EXPECT_TRUE(after(4000)) << "one may have come before the line was found";
  EXPECT_FALSE(after(2000));
  step.context.units[0].lot_s = 0;
  EXPECT_FALSE(after(300)) << "hardly any of it has left the hopper";
  EXPECT_TRUE(after(1200));
  step.context.units[0].lot_s = 0;
  EXPECT_TRUE(after(200)) << "of the one before";
  EXPECT_TRUE(after(10'500)) << "a small difference takes its time to be told";
  EXPECT_FALSE(after(200)) << "what comes now is something else";
}

TEST(SpeakingTest, ALineFoundExecutingSpeaksAtOnceEvenIfItsStateComesAFrameLater) {
  Line line = feeding_line();
  line.state_tag = TagIndex{7};
  line.tags.push_back(Tag{.unit = UnitIndex{2}, .name = "state", .path = "bl1/state"});
  const auto speaks = [&](double first_state) {
    Speaking speaking{line};
    FrameStep step{.line = nullptr, .frame = {}, .settled = true};
    step.frame.running = true;
    step.frame.values = {5, 106, 22, 5, 106, 22, 300, 0};
    step.frame.flaws.assign(8, Flaw::good);
    step.frame.time = EventTime{1'700'000'000s};
    step.context.activity = Activity::start_up;
    step.context.units.resize(3);
    for (UnitContext& unit : step.context.units) unit.activity = Activity::start_up;
    step.frame.values[7] = 2;  // stopped, before the line was lost from sight
    speaking.take(step);
    step.frame.cold = true;
    step.frame.flaws[7] = Flaw::null;  // told with the second frame
    step.frame.time += 1h;
    for (int second = 0; second < 10; ++second) {
      speaking.take(step);
      step.frame.cold = false;
      step.frame.time += 1s;
      step.frame.flaws[7] = Flaw::good;
      step.frame.values[7] = second < 3 ? first_state : 6;
    }
    return speaking.limits_of(UnitIndex{0});
  };
  EXPECT_TRUE(speaks(6)) << "PackML: execute";
  EXPECT_FALSE(speaks(3)) << "starting: the start was seen";
}

}  // namespace
}  // namespace steadyline
