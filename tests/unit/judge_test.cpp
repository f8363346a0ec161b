#include "monitor/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/feeding_line.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// Forecasts the screw speed of fd1 alone.
Bundle watching(const Line& line) {
  Bundle bundle;
  bundle.sha256 = "b0";
  for (const std::uint32_t tag : {0U, 1U, 3U, 4U}) {
    bundle.features.tags.push_back(TagIndex{tag});
    bundle.tag_paths.push_back(line.tags[tag].path);
  }
  bundle.forecaster.targets = {1};
  bundle.forecaster.horizons_s = {60, 120};
  bundle.forecaster.quantiles = {0.05, 0.5, 0.95};
  return bundle;
}

/// Walks a judge second by second through frames that it may change; models' words are put into its mouth.
class Shift : public testing::Test {
 protected:
  Shift() {
    step.frame.values = {5, 106, 22, 5, 106, 22, 300};
    step.frame.flaws.assign(7, Flaw::good);
    step.frame.running = step.settled = true;
    step.frame.time = EventTime{1'700'000'000s};
    step.assessment.verdict = Verdict::inside;
    step.assessment.health.score = 95;
    step.assessment.shares = {0.1F, 0.6F, 0.1F, 0.2F};
    say_forecast(106);
  }
  void say_forecast(float at_120_s) { step.assessment.fan = {106, 106, 106, at_120_s - 20, at_120_s, at_120_s + 50}; }
  std::vector<Alert> pass(int seconds) {
    std::vector<Alert> alerts;
    for (int s = 0; s < seconds; ++s) {
      step.frame.time += 1s;
      judge.judge(step, alerts);
    }
    return alerts;
  }
  double& value(int tag) { return step.frame.values[static_cast<std::size_t>(tag)]; }
  void spoil(Flaw flaw, std::initializer_list<int> tags) {
    for (const int tag : tags) step.frame.flaws[static_cast<std::size_t>(tag)] = flaw;
  }

  const Line line = feeding_line();
  const Bundle bundle = watching(line);
  FrameStep step{.line = nullptr, .frame = {}};
  Judge judge{line, &bundle, AlarmOptions{}};
};

TEST_F(Shift, ACalmHourRaisesNothing) { EXPECT_TRUE(pass(3600).empty()); }

TEST_F(Shift, AHardLimitSpeaksAfterItsDelayAndNamesEverything) {
  pass(10);
  value(1) = 303.14159;
  const auto alerts = pass(6);
  ASSERT_EQ(alerts.size(), 1U);
  const Alert& alert = alerts.front();
  EXPECT_EQ(alert.text, "fd1 screw speed is 303.1 rpm, above its hard limit of 300 rpm.");
  EXPECT_EQ(std::tie(alert.unit, alert.tag, alert.seq), std::tuple("fd1", "screw_speed_pv", 0U));
  EXPECT_EQ(alert.kind, AlarmKind::hard_limit);
  EXPECT_EQ(alert.state, AlarmState::unacknowledged);
  EXPECT_EQ(alert.priority, Priority::high);
  EXPECT_EQ(alert.limit, 300);
  EXPECT_EQ(alert.id, alert_id("cdc1", "fd1", "screw_speed_pv", AlarmKind::hard_limit, alert.time));
  EXPECT_EQ(alert.id.size(), 16U);
  EXPECT_TRUE(pass(100).empty());  // an active alarm is not told again
}

TEST_F(Shift, APlantMayHaveALevelOfItsOwnWithinTheTolerance) {
  judge = Judge{line, &bundle, AlarmOptions{.plant_constants = {"screw_speed_pv"}, .plant_tolerance = 0.1}};
  value(1) = 303;
  EXPECT_TRUE(pass(60).empty());
  say_forecast(310);
  EXPECT_TRUE(pass(60).empty());
  value(1) = 340;
  const auto alerts = pass(10);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].kind, AlarmKind::hard_limit);
  EXPECT_EQ(alerts[0].limit, 300) << "the described limit is named";
}

TEST_F(Shift, LimitsOfOneProductAreSilentAtAnother) {
  judge = Judge{line, &bundle, AlarmOptions{.of_one_product = {"screw_speed_pv"}}};
  value(1) = 310;
  step.context.recipe = 2;
  EXPECT_TRUE(pass(60).empty());
  step.context.recipe = 1;
  const auto alerts = pass(10);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].kind, AlarmKind::hard_limit);
}

TEST_F(Shift, LimitsOnTheMeanForgiveASpikeAndSeeAStep) {
  pass(120);
  value(0) = 7;
  EXPECT_TRUE(pass(5).empty());
  value(0) = 5;
  EXPECT_TRUE(pass(200).empty());
  value(0) = 6;
  const auto alerts = pass(200);
  ASSERT_EQ(alerts.size(), 2U);  // hard limit, then the slower control limit
  EXPECT_THAT(alerts[0].text, HasSubstr("fd1 mass flow (60 s mean) is 5.6 kg/h, above its hard limit of 5.5 kg/h"));
  EXPECT_EQ(alerts[1].kind, AlarmKind::control_limit);
}

TEST_F(Shift, AForecastSpeaksWithTimeAndInterval) {
  pass(10);
  say_forecast(400);
  const auto alerts = pass(11);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].kind, AlarmKind::forecast_breach);
  EXPECT_EQ(alerts[0].priority, Priority::medium);
  EXPECT_EQ(alerts[0].text, "fd1 screw speed is forecast to reach 300 rpm (hard limit) in 100 s (94–102 s); now 106 rpm.");
}

TEST_F(Shift, AForecastEscalatesOnceWhenTheLimitComesNear) {
  say_forecast(400);
  const auto first = pass(20);
  ASSERT_EQ(first.size(), 1U);
  ASSERT_TRUE([&] { std::vector<Alert> out; return judge.acknowledge(first[0].id, "anna", out); }());
  step.assessment.fan = {290, 310, 330, 380, 400, 450};  // 300 rpm within 60 s
  const auto alerts = pass(30);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].id, first[0].id);
  EXPECT_EQ(alerts[0].seq, 2U);
  EXPECT_EQ(alerts[0].state, AlarmState::unacknowledged);
  EXPECT_EQ(alerts[0].priority, Priority::high);
  EXPECT_THAT(alerts[0].text, HasSubstr("is now forecast to reach 300 rpm"));
}

TEST_F(Shift, OfAFrameUnlikeAnythingTrainedTheForecasterHasNoVerdict) {
  say_forecast(400);
  step.assessment.verdict = Verdict::unlike;
  EXPECT_TRUE(pass(300).empty());
}

TEST_F(Shift, LowHealthNamesItsLargestContributor) {
  step.assessment.health.score = 41.234567;
  const auto alerts = pass(16);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].unit, "fd1");
  EXPECT_EQ(alerts[0].tag, "screw_speed_pv");
  EXPECT_EQ(alerts[0].text, "cdc1 health has fallen to 41.23 of 100 (alarm below 50); mostly fd1 screw speed (60 %), fd2 screw speed (20 %), fd1 mass flow (10 %).");
  step.assessment.health.score = 60;  // in the deadband
  EXPECT_TRUE(pass(1000).empty());
  step.assessment.health.score = 80;
  const auto ended = pass(70);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].state, AlarmState::rtn_unacknowledged);
  EXPECT_EQ(ended[0].id, alerts[0].id);
}

TEST_F(Shift, NothingOfModelsAndLimitsIsRaisedAtStandstillAndWhatStandsEnds) {
  value(1) = 310;
  ASSERT_EQ(pass(6).size(), 1U);
  step.frame.running = step.settled = false;
  step.assessment.verdict = Verdict::standstill;
  const auto ended = pass(100);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].state, AlarmState::rtn_unacknowledged);
  EXPECT_THAT(ended[0].text, HasSubstr("the line stands still"));
  EXPECT_TRUE(pass(1000).empty());
}

TEST_F(Shift, OneSilentUnitIsOneAlarm) {
  spoil(Flaw::stale, {0, 1, 2});
  const auto alerts = pass(60);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(std::tie(alerts[0].unit, alerts[0].tag), std::tuple("fd1", "*"));
  EXPECT_EQ(alerts[0].text, "fd1 has fallen silent: none of its tags gives values.");
  EXPECT_EQ(alerts[0].priority, Priority::medium);  // it has a forecast tag
}

TEST_F(Shift, ASilentLineIsOneAlarm) {
  spoil(Flaw::missing, {0, 1, 2, 3, 4, 5, 6});
  const auto alerts = pass(600);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].unit, "*");
}

TEST_F(Shift, ABadTagIsNamedWithItsFlaw) {
  spoil(Flaw::stuck, {1});
  spoil(Flaw::spike, {2});
  const auto alerts = pass(60);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].text, "fd1 screw speed is frozen for 10 s or more; last good value 106 rpm.");
}

TEST_F(Shift, ADropoutDoesNotEndAnAlarm) {
  value(1) = 310;
  ASSERT_EQ(pass(6).size(), 1U);
  value(1) = 100;
  spoil(Flaw::null, {1});
  EXPECT_EQ(pass(8).size(), 0U);
  const auto later = pass(600);
  ASSERT_EQ(later.size(), 2U);  // and the group's first-out alarm again, with another verdict
  EXPECT_EQ(later[0].kind, AlarmKind::bad_data);
  EXPECT_EQ(later[0].group, later[1].id);
  EXPECT_EQ(later[1].verdict, "sensor");
}

TEST_F(Shift, AColdFrameEndsEveryAlarmAloud) {
  value(1) = 310;
  const auto raised = pass(6);
  ASSERT_EQ(raised.size(), 1U);
  step.frame.cold = true;
  const auto alerts = pass(1);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].state, AlarmState::normal);
  EXPECT_EQ(alerts[0].id, raised[0].id);
  EXPECT_EQ(alerts[0].seq, 1U);
  EXPECT_THAT(alerts[0].text, HasSubstr("line restarted"));
  EXPECT_EQ(judge.active(), 0U);
}

TEST_F(Shift, AReturnUnseenIsClosedWhenTheConditionComesBackAsANewAlarm) {
  value(1) = 310;
  const auto raised = pass(6);
  value(1) = 100;
  ASSERT_EQ(pass(40).size(), 1U);
  value(1) = 310;
  const auto again = pass(6);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].id, raised[0].id);
  EXPECT_EQ(again[0].state, AlarmState::normal);
  EXPECT_NE(again[1].id, raised[0].id);
  EXPECT_EQ(again[1].seq, 0U);
}

TEST_F(Shift, AcknowledgementNamesTheUserAndAnUnknownIdIsRefused) {
  value(1) = 310;
  const auto raised = pass(6);
  std::vector<Alert> alerts;
  EXPECT_FALSE(judge.acknowledge("0123456789abcdef", "anna", alerts));
  EXPECT_TRUE(judge.acknowledge(raised.at(0).id, "anna", alerts));
  EXPECT_FALSE(judge.acknowledge(raised.at(0).id, "anna", alerts));
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].text, "fd1 screw speed hard limit alarm acknowledged by anna.");
}

TEST_F(Shift, AControlLimitAloneIsNoAlarm) {
  pass(120);
  value(0) = 5.3;
  EXPECT_TRUE(pass(600).empty());
  EXPECT_EQ(judge.active(), 0U);
}

TEST_F(Shift, WhatFollowsIsPublishedAsMemberOfTheFirstOut) {
  pass(70);
  value(0) = 6;
  value(1) = 310;
  const auto alerts = pass(300);
  ASSERT_GE(alerts.size(), 2U);
  EXPECT_EQ(alerts[0].group, alerts[0].id);
  for (const Alert& alert : alerts) EXPECT_EQ(alert.group, alerts[0].id);
  EXPECT_EQ(alerts[0].verdict, "process");
  ASSERT_FALSE(alerts[0].causes.empty());
  EXPECT_EQ(alerts[0].causes[0].tag, "fd1/screw_speed_pv");
}

TEST_F(Shift, AcknowledgingTheFirstOutAcknowledgesItsFollowers) {
  pass(70);
  value(0) = 6;
  value(1) = 310;
  const auto raised = pass(100);
  std::vector<Alert> alerts;
  ASSERT_TRUE(judge.acknowledge(raised.at(0).id, "anna", alerts));
  ASSERT_GE(alerts.size(), 2U);
  for (const Alert& alert : alerts) EXPECT_EQ(alert.state, AlarmState::acknowledged);
}

TEST_F(Shift, ABadReadingIsPutDownToTheSensor) {
  spoil(Flaw::stuck, {1});
  const auto alerts = pass(60);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].verdict, "sensor");
  EXPECT_EQ(alerts[0].causes.at(0).tag, "fd1/screw_speed_pv");
}

TEST(Grouping, FeedersDoNotMoveEachOtherButWhatLiesBehindThem) {
  Line line = feeding_line();
  line.units[0].lot_tag = line.units[1].lot_tag = TagIndex{0};
  const Linkage linkage{line};
  const UnitIndex fd1{0}, fd2{1}, bl1{2};
  EXPECT_FALSE(linkage.linked(fd1, fd2));
  EXPECT_TRUE(linkage.linked(fd1, bl1));
  EXPECT_TRUE(linkage.linked(std::nullopt, fd2));
  EXPECT_TRUE(linkage.upstream(fd1, bl1));
  EXPECT_FALSE(linkage.upstream(bl1, fd1));
}

TEST(Grouping, TwoFeedersAreTwoGroups) {
  Line line = feeding_line();
  line.units[0].lot_tag = line.units[1].lot_tag = TagIndex{0};
  Judge judge{line, nullptr, AlarmOptions{}};
  FrameStep step{.line = nullptr, .frame = {}, .settled = true};
  step.frame.running = true;
  step.frame.values = {5, 310, 22, 5, 310, 22, 300};
  step.frame.flaws.assign(7, Flaw::good);
  step.frame.time = EventTime{1'700'000'000s};
  std::vector<Alert> alerts;
  for (int s = 0; s < 20; ++s) {
    step.frame.time += 1s;
    judge.judge(step, alerts);
  }
  ASSERT_EQ(alerts.size(), 2U);
  for (const Alert& alert : alerts) EXPECT_EQ(alert.group, alert.id);
}

/// Drift channels alone: fd1's flow, its speed, and a relation between the two.
class Drifting : public testing::Test {
 protected:
  Drifting() {
    step.frame.running = true;
    step.frame.values = {5, 106, 22, 5, 106, 22, 300};
    step.frame.flaws.assign(7, Flaw::good);
    step.frame.time = EventTime{1'700'000'000s};
  }
  std::vector<Alert> show(std::vector<float> excess, int seconds) {
    step.assessment.drift.excess = std::move(excess);
    std::vector<Alert> alerts;
    for (int s = 0; s < seconds; ++s) {
      step.frame.time += 1s;
      judge.judge(step, alerts);
    }
    return alerts;
  }
  const Line line = feeding_line();
  FrameStep step{.line = nullptr, .frame = {}, .settled = true};
  Judge judge{line,
              nullptr,
              AlarmOptions{},
              {{"fd1/massflow_pv", UnitIndex{0}, {TagIndex{0}}, false},
               {"fd2/torque", UnitIndex{1}, {TagIndex{5}}, false},
               {"flow against speed", UnitIndex{0}, {TagIndex{0}, TagIndex{1}}, true}}};
};

TEST_F(Drifting, AnExcessBeyondOneIsAnAlarmUntilItFallsBelowTheDeadband) {
  EXPECT_TRUE(show({0.95F, 0, 0}, 60).empty());
  const auto raised = show({-1.2F, 0, 0}, 5);
  ASSERT_EQ(raised.size(), 1U);
  EXPECT_EQ(raised[0].kind, AlarmKind::drift);
  EXPECT_EQ(raised[0].tag, "massflow_pv");
  EXPECT_EQ(raised[0].verdict, "process");
  EXPECT_TRUE(show({0.8F, 0, 0}, 400).empty());
  const auto ended = show({0.5F, 0, 0}, 125);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].state, AlarmState::rtn_unacknowledged);
}

TEST_F(Drifting, ABrokenRedundancyAccusesTheInstrument) {
  const auto raised = show({0.9F, 0, 1.5F}, 5);
  ASSERT_EQ(raised.size(), 1U);
  EXPECT_EQ(raised[0].verdict, "sensor");
  EXPECT_EQ(raised[0].causes.at(0).tag, "fd1/massflow_pv");
}

TEST_F(Drifting, AQuietRedundancyLeavesItToTheProcess) {
  const auto raised = show({1.5F, 0, 0.1F}, 5);
  ASSERT_EQ(raised.size(), 1U);
  EXPECT_EQ(raised[0].verdict, "process");
}

TEST_F(Drifting, ALaterBreakTurnsTheVerdictAndIsToldOnce) {
  const auto raised = show({1.5F, 0, 0.1F}, 5);
  ASSERT_EQ(raised.size(), 1U);
  const auto later = show({1.5F, 0, 1.6F}, 60);
  std::size_t turned = 0;
  for (const Alert& alert : later) turned += alert.id == raised[0].id && alert.verdict == "sensor";
  EXPECT_EQ(turned, 1U);
}

}  // namespace
}  // namespace steadyline
