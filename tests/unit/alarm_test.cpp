#include "monitor/alarm.h"

#include <gtest/gtest.h>

namespace steadyline {
namespace {

using namespace std::chrono_literals;

constexpr AlarmTiming timing{.on_delay_s = 30, .off_delay_s = 60};
EventTime at(std::chrono::seconds s) { return EventTime{1'700'000'000s + s}; }

/// Judges each second in [from, to) and returns the second of the first change, or -1.
int judge_until(Alarm& alarm, Sign sign, int from, int to) {
  for (int s = from; s < to; ++s) {
    if (alarm.judge(sign, at(std::chrono::seconds{s}), timing)) return s;
  }
  return -1;
}

TEST(Alarm, StaysNormalUntilTheOnDelayHasElapsed) {
  Alarm alarm;
  EXPECT_EQ(alarm.judge(Sign::raise, at(0s), timing), std::nullopt);
  EXPECT_EQ(alarm.judge(Sign::raise, at(29s), timing), std::nullopt);
  EXPECT_EQ(alarm.judge(Sign::raise, at(30s), timing), AlarmState::unacknowledged);
  EXPECT_EQ(alarm.activated(), at(30s));
}

TEST(Alarm, BeginsItsDelayAnewAfterOneGoodFrame) {
  Alarm alarm;
  EXPECT_EQ(judge_until(alarm, Sign::raise, 0, 29), -1);
  EXPECT_EQ(judge_until(alarm, Sign::clear, 29, 30), -1);
  EXPECT_EQ(judge_until(alarm, Sign::raise, 30, 100), 60);
}

TEST(Alarm, HoldsInTheDeadbandAndIsNotRaisedThere) {
  Alarm alarm;
  EXPECT_EQ(judge_until(alarm, Sign::between, 0, 1000), -1);
  EXPECT_EQ(judge_until(alarm, Sign::raise, 1000, 1100), 1030);
  EXPECT_EQ(judge_until(alarm, Sign::between, 1031, 3000), -1);
  EXPECT_TRUE(alarm.active());
}

TEST(Alarm, TakesMissingDataNeitherForAlarmNorForRecovery) {
  Alarm alarm;
  EXPECT_EQ(judge_until(alarm, Sign::raise, 0, 20), -1);
  EXPECT_EQ(judge_until(alarm, Sign::unknown, 20, 2000), -1);
  EXPECT_EQ(judge_until(alarm, Sign::raise, 2000, 2100), 2010);  // 19 s before the gap, 11 s after it
  EXPECT_EQ(judge_until(alarm, Sign::unknown, 2011, 9000), -1);
  EXPECT_TRUE(alarm.active());
}

TEST(Alarm, WalksTheStatesOfIsa182) {
  Alarm alarm;
  EXPECT_EQ(alarm.acknowledge(), std::nullopt);
  judge_until(alarm, Sign::raise, 0, 31);
  EXPECT_EQ(alarm.acknowledge(), AlarmState::acknowledged);
  EXPECT_EQ(alarm.acknowledge(), std::nullopt);
  EXPECT_EQ(judge_until(alarm, Sign::clear, 31, 200), 91);
  EXPECT_EQ(alarm.state(), AlarmState::normal);
  EXPECT_EQ(judge_until(alarm, Sign::raise, 1000, 1100), 1030);
  EXPECT_EQ(judge_until(alarm, Sign::clear, 1031, 1200), 1091);
  EXPECT_EQ(alarm.state(), AlarmState::rtn_unacknowledged);
  EXPECT_EQ(alarm.acknowledge(), AlarmState::normal);
}

TEST(Alarm, DoublesItsOffDelayWhileItChatters) {
  Alarm alarm;
  int now = judge_until(alarm, Sign::raise, 0, 100);
  for (const int off_delay : {60, 120, 240, 480, 600, 600}) {
    const int ended = judge_until(alarm, Sign::clear, now + 1, now + 2000);
    EXPECT_EQ(ended, now + 1 + off_delay);
    now = judge_until(alarm, Sign::raise, ended + 1, ended + 100);
    EXPECT_EQ(now, ended + 31);
  }
  const int ended = judge_until(alarm, Sign::clear, now + 1, now + 2000);
  now = judge_until(alarm, Sign::raise, ended + 100, ended + 200);  // more than a calm minute later
  EXPECT_EQ(judge_until(alarm, Sign::clear, now + 1, now + 2000), now + 61);
}

}  // namespace
}  // namespace steadyline
