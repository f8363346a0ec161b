// What a value is worth: range, spike, stuck; and the features made of frames.
#include "frames/check.h"

#include <gtest/gtest.h>

#include <cmath>

#include "frames/features.h"
#include "support/sample_line.h"

namespace steadyline::test {
namespace {

Frame frame_at(int seconds, std::vector<double> values, bool cold = false) {
  return {at(seconds), cold, false, std::move(values), std::vector<Flaw>(5, Flaw::good)};
}

Line checked_line() {
  Line line = small_line();
  line.running_tag = TagIndex{speed};
  line.running_above = 10;
  line.tags[flow].range = {0, 100};
  line.tags[flow].spike = 5;
  line.tags[force].stuck_after_s = 10;
  return line;
}

class CheckerTest : public testing::Test {
 protected:
  Frame see(int seconds, double flow_now, double force_now = 1, double speed_now = 200) {
    Frame frame = frame_at(seconds, {flow_now, 1, speed_now, 1, force_now}, seconds == 0);
    checker.check(frame);
    return frame;
  }
  Line line = checked_line();
  Checker checker{line};
};

TEST_F(CheckerTest, AValueOutsideTheRangeIsBadAndTheLastUsableOneStands) {
  see(0, 50);
  const Frame frame = see(1, 101);
  EXPECT_EQ(frame.flaws[flow], Flaw::range);
  EXPECT_EQ(frame.values[flow], 50);
  EXPECT_EQ(see(2, 51).values[flow], 51);
}

TEST_F(CheckerTest, AFirstValueOutsideTheRangeIsNotANumber) { EXPECT_TRUE(std::isnan(see(0, -1).values[flow])); }

TEST_F(CheckerTest, AJumpThatComesBackIsASpike) {
  see(0, 50);
  EXPECT_EQ(see(1, 60).flaws[flow], Flaw::spike);
  EXPECT_EQ(see(2, 60).values[flow], 50);
  EXPECT_EQ(see(3, 51).flaws[flow], Flaw::good);
  EXPECT_EQ(see(4, 60).flaws[flow], Flaw::spike) << "the count begins anew";
}

TEST_F(CheckerTest, AJumpThatStaysIsAStepFromTheFourthFrame) {
  see(0, 50);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(see(i, 60).flaws[flow], Flaw::spike);
  const Frame frame = see(4, 60);
  EXPECT_EQ(frame.flaws[flow], Flaw::good);
  EXPECT_EQ(frame.values[flow], 60);
}

TEST_F(CheckerTest, IdenticalReadingsAreStuckOnlyWhileTheLineRuns) {
  for (int i = 0; i < 30; ++i) EXPECT_EQ(see(i, 50, 7, 0).flaws[force], Flaw::good) << "at standstill";
  for (int i = 30; i < 39; ++i) EXPECT_EQ(see(i, 50, 7).flaws[force], Flaw::good);
  EXPECT_EQ(see(39, 50, 7).flaws[force], Flaw::stuck);
  EXPECT_EQ(see(40, 50, 7.001).flaws[force], Flaw::good);
}

TEST_F(CheckerTest, RunsWhileTheRunningTagIsAboveItsBound) {
  EXPECT_TRUE(see(0, 50, 1, 10.5).running);
  EXPECT_FALSE(see(1, 50, 1, 10).running);
}

TEST_F(CheckerTest, AColdFrameForgets) {
  see(0, 50);
  Frame cold = frame_at(100, {90, 1, 200, 1, 1}, true);
  checker.check(cold);
  EXPECT_EQ(cold.flaws[flow], Flaw::good);
}

class FeaturesTest : public testing::Test {
 protected:
  std::vector<float> step(double value, bool running = true, Flaw flaw = Flaw::good, bool cold = false) {
    Frame frame = frame_at(0, {value, 0, set_point, 0, 0}, cold);
    frame.flaws[flow] = flaw;
    frame.running = running;
    std::vector<float> out(spec.size());
    step_features(spec, line, frame, context, state, out);
    return out;
  }
  double set_point = 0;
  Context context;
  Line line = small_line();
  FeatureSpec spec{{TagIndex{flow}}, {10}, {2}};
  FeatureState state;
};

TEST_F(FeaturesTest, StartAtThePresentValue) {
  const std::vector<float> base{2, 0, 0, 0, 1, 1.0F / 600}, quick{0}, just_moved{1, 0, 1, 1};
  std::vector<float> expected = base;
  for (const auto& block : {quick, just_moved}) expected.insert(expected.end(), block.begin(), block.end());
  EXPECT_EQ(step(14), expected);
}

TEST_F(FeaturesTest, GuidesAreScaledAndFollowedAlike) {
  spec.guides = {TagIndex{speed}};
  spec.guide_center = {100};
  spec.guide_scale = {50};
  set_point = 100;
  step(10);
  set_point = 200;
  const auto out = step(10);
  EXPECT_EQ(out[spec.guide_at(0)], 2);
  EXPECT_FLOAT_EQ(out[spec.guide_at(1)], 2.0F * 60 / 61);
}

TEST_F(FeaturesTest, TellTheContextOfLineAndUnits) {
  spec.units = {UnitIndex{0}};
  context.activity = Activity::steady;
  context.settled_s = 3600;
  context.units.resize(line.units.size());
  context.units[0].activity = Activity::steady;
  auto out = step(10);
  for (std::size_t i = spec.unit_at(0); i < spec.network_size(); ++i) EXPECT_LT(out[i], 1e-5F) << i;
  EXPECT_EQ(context_group(spec, out, spec.unit_at(0)), 0u);
  context.units[0].refill_s = 40;
  context.units[0].lot_s = 1000;
  out = step(10);
  const float once = std::exp(-1.0F);
  EXPECT_EQ(out[spec.unit_at(0)], 1);
  EXPECT_FLOAT_EQ(out[spec.unit_at(0) + 2], once);
  EXPECT_FLOAT_EQ(out[spec.unit_at(0) + 4], once);
  EXPECT_EQ(context_group(spec, out, spec.unit_at(0)), 1u);
  EXPECT_EQ(context_group(spec, out, spec.line_at()), 0u) << "another unit's refill";
  context.settled_s = 60;
  out = step(10);
  EXPECT_FLOAT_EQ(out[spec.line_at() + 2], once);
  EXPECT_EQ(context_group(spec, out, spec.unit_at(0)), 2u);
  context.activity = Activity::start_up;
  EXPECT_EQ(context_group(spec, step(10), spec.unit_at(0)), 3u);
  EXPECT_EQ(forecast_group(spec, step(10), 0, spec.unit_at(0)), 3u);
  context.units[0].activity = Activity::stopped;
  EXPECT_EQ(forecast_group(spec, step(10), 0, spec.unit_at(0)), standing_group);
  EXPECT_EQ(forecast_group(spec, step(10), 0, spec.line_at()), 3u) << "another unit stands";
}

TEST(ForecastGroup, IsUnrestWhereTheTagItselfOrOneUpstreamMoves) {
  FeatureSpec spec;
  spec.tags = {TagIndex{0}, TagIndex{1}};
  spec.followed = {0, 1};
  spec.unrest = {1, 1};
  spec.unrest_refill = {3, 3};
  spec.to_product_s = {200, 0};  // the first feeds the second
  spec.unit_of = {0, 1};
  const auto groups = [&spec](float first_moved, float second_moved) {
    std::vector<float> inputs(spec.size(), 0.0F);
    inputs[2 * spec.tag_count()] = first_moved;  // z - slow EWMA, at z = quick EWMA
    inputs[2 * spec.tag_count() + 1] = second_moved;
    return std::pair{forecast_group(spec, inputs, 0, spec.line_at()), forecast_group(spec, inputs, 1, spec.line_at())};
  };
  EXPECT_EQ(groups(0, 0), std::pair(std::size_t{0}, std::size_t{0}));
  EXPECT_EQ(groups(-1.2F, 0), std::pair(unrest_group, std::size_t{0})) << "by itself, and not yet enough to tell others";
  EXPECT_EQ(groups(2.1F, 0), std::pair(unrest_group, unrest_group)) << "what happened upstream arrives";
  EXPECT_EQ(groups(3.1F, 0), std::pair(turmoil_group, unrest_group)) << "more than three times as far";
  EXPECT_EQ(groups(0, 9), std::pair(std::size_t{0}, turmoil_group)) << "nothing travels upstream";
  spec.unit_of = {0, 0};
  EXPECT_EQ(groups(0, 1.2F), std::pair(unrest_group, unrest_group)) << "of one unit";
}

TEST_F(FeaturesTest, TheLadderStepsDownFromTheValueToItsSlowestMean) {
  spec.followed = {0};
  spec.ladder_s = {1, 3};
  step(10);
  const auto out = step(14);  // z from 0 to 2; the means at 1 and 0.5
  const std::vector<float> ladder{out.begin() + static_cast<std::ptrdiff_t>(spec.ladder_at(0)), out.end()};
  EXPECT_EQ(ladder, (std::vector<float>{1, 0.5F, 0})) << "and nothing was clipped";
  const auto missing = step(0, true, Flaw::missing);
  EXPECT_EQ(std::vector<float>(missing.end() - 3, missing.end()), ladder) << "what is missing moves no mean";
  const auto cold = step(14, true, Flaw::good, true);
  EXPECT_EQ(std::vector<float>(cold.end() - 3, cold.end()), (std::vector<float>{0, 0, 0}));
}

TEST_F(FeaturesTest, FollowWithTheTwoSpans) {
  step(10);
  const auto out = step(14);
  EXPECT_FLOAT_EQ(out[0], 2);
  EXPECT_FLOAT_EQ(out[1], 2.0F * 60 / 61);
  EXPECT_FLOAT_EQ(out[2], 2.0F * 600 / 601);
  EXPECT_FLOAT_EQ(out[5], 2.0F / 600);
}

TEST_F(FeaturesTest, AnUnusableTagKeepsItsValueAndSaysSo) {
  step(14);
  const auto out = step(std::nan(""), true, Flaw::missing);
  EXPECT_EQ(out[0], 2);
  EXPECT_EQ(out[3], 1);
}

TEST_F(FeaturesTest, AreClipped) { EXPECT_EQ(step(1e9)[0], 8); }

TEST_F(FeaturesTest, BeginAnewAfterAStandstillAndAColdFrame) {
  step(10);
  EXPECT_EQ(step(20, false)[5], 0);
  const auto out = step(30);
  EXPECT_EQ(out[1], 0);
  EXPECT_EQ(out[5], 1.0F / 600);
  const auto cold = step(0, true, Flaw::missing, true);
  EXPECT_EQ(cold[0], 0);
  EXPECT_EQ(cold[3], 1);
}

}  // namespace
}  // namespace steadyline::test
