// A wrong scale, another lot and a worn screw, told by the course of the relations around their feeder.
#include "monitor/course.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>

#include "frames/context.h"

namespace steadyline {
namespace {

constexpr EventTime begin{std::chrono::hours{100}};
constexpr double refilled_every_s = 1080, low_kg = 3, high_kg = 4, way_s = 120;
constexpr int lot_at_s = 3000, lasts_s = 9000;

/// What an effect is, by the second.
using Size = std::function<double(int)>;

/// A feeder of 5 kg/h beside one of 20, a probe of its content two minutes behind, feed factor against torque and against the hopper.
class CourseTest : public testing::Test {
 protected:
  CourseTest() {
    line.units = {{"fd1", "", 200}, {"fd2", "", 200}, {"ch1", "", 90}};
    line.units[0].lot_tag = line.units[1].lot_tag = TagIndex{0};
    for (std::uint32_t unit = 0; unit < 2; ++unit) {
      add(unit, "massflow_pv", unit == 0 ? 5 : 20);
      add(unit, "feed_factor", 1);
      add(unit, "netweight_pv", 3.5);
      add(unit, "drive_torque", 25);
    }
    add(2, "nir1_api", 20);
    relate("probe", "ch1", {{TermForm::tag, {"ch1/nir1_api"}, false, 1}, {TermForm::share, {"fd1/massflow_pv", "fd2/massflow_pv"}, false, -100, way_s}}, false);
    relate("torque 1", "fd1", {{TermForm::tag, {"fd1/feed_factor"}, true, 1}, {TermForm::tag, {"fd1/drive_torque"}, true, -1.4}}, false);
    relate("hopper 1", "fd1", {{TermForm::tag, {"fd1/feed_factor"}, true, 1}, {TermForm::tag, {"fd1/netweight_pv"}, true, -0.1}}, true);
    relate("torque 2", "fd2", {{TermForm::tag, {"fd2/feed_factor"}, true, 1}, {TermForm::tag, {"fd2/drive_torque"}, true, -1.4}}, false);
    relate("hopper 2", "fd2", {{TermForm::tag, {"fd2/feed_factor"}, true, 1}, {TermForm::tag, {"fd2/netweight_pv"}, true, -0.1}}, true);
    watch = CourseWatch{line, spec, channels};
    step.context.units.resize(3);
    step.frame.values.assign(line.tags.size(), 1);
    step.frame.flaws.assign(line.tags.size(), Flaw::good);
  }
  void add(std::uint32_t unit, const std::string& name, double nominal) {
    Tag tag{.unit = UnitIndex{unit}, .name = name, .path = line.units[unit].id + "/" + name, .uom = "", .description = ""};
    tag.control = {0.9 * nominal, 1.1 * nominal};
    line.tags.push_back(tag);
  }
  void relate(const std::string& name, const std::string& unit, std::vector<DriftTerm> terms, bool follows_lots) {
    channels.push_back({name, *line.find_unit(unit), {*line.find_tag(terms.front().tags.front())}, true});
    DriftSignal signal;
    signal.name = name;
    signal.unit = unit;
    signal.relation = true;
    signal.follows_lots = follows_lots;
    signal.terms = std::move(terms);
    spec.signals.push_back(std::move(signal));
  }
  /// Share of fd1's lot in its hopper, as the refills of this test make it.
  static double of_lot(double at_s) {
    double old = 1;
    for (double refill = refilled_every_s; refill < at_s; refill += refilled_every_s)
      if (refill > lot_at_s) old *= low_kg / high_kg;
    return 1 - old;
  }
  /// Up to two and a half hours; each in %: fd1's scale, the content by itself, fd1's true feed factor.
  std::optional<FoundCourse> see(const Size& scale, const Size& content, const Size& flow, std::uint32_t seed = 1, int until_s = lasts_s) {
    std::mt19937 random{seed};
    std::normal_distribution<double> normal;
    for (int second = 0; second < until_s; ++second) {
      step.frame.time = begin + std::chrono::seconds{second};
      const double since_refill = std::fmod(second, refilled_every_s);
      for (std::uint32_t unit = 0; unit < 2; ++unit) {
        step.context.units[unit].refill_s = second < refilled_every_s ? long_ago_s : since_refill;
        step.frame.values[line.find_tag(UnitIndex{unit}, "netweight_pv")->value] =
            since_refill < 50 ? low_kg + (high_kg - low_kg) * since_refill / 50 : high_kg - (high_kg - low_kg) * (since_refill - 50) / (refilled_every_s - 50);
      }
      step.context.units[0].lot_s = second < lot_at_s ? long_ago_s : second - lot_at_s;
      const int before = std::max(0, second - static_cast<int>(way_s));
      const double probe = 20 * (content(before) - 0.8 * scale(before)) / 100, wrong = scale(second) / 100, own = flow(second) / 100;
      step.assessment.drift.minute = {reading(probe + 0.03 * normal(random)), reading(wrong + 0.015 * normal(random)),
                                      reading(wrong + own + 0.004 * normal(random)), reading(0.015 * normal(random)), reading(0.004 * normal(random))};
      watch.take(step);
    }
    return watch.find(UnitIndex{0});
  }
  static float reading(double value) { return static_cast<float>(value); }
  static double nothing(int) { return 0; }
  static Size lot(double size) {
    return [=](int second) { return size * of_lot(second); };
  }

  Line line;
  DriftSpec spec;
  std::vector<DriftChannel> channels;
  CourseWatch watch;
  FrameStep step{};
};

TEST_F(CourseTest, AScaleThatCreepsIsTheScale) {
  const auto found = see([](int second) { return second < 5000 ? 0.0 : (second - 5000) / 3600.0 * 3; }, nothing, nothing);
  ASSERT_TRUE(found);
  EXPECT_GT(found->scale, 3);
  EXPECT_EQ(watch.find({})->feeder, UnitIndex{0}) << "and no other feeder's";
}

TEST_F(CourseTest, AScaleThatLeapsIsTheScaleWithinMinutes) {
  const auto found = see([](int second) { return second < lasts_s - 400 ? 0.0 : 3.0; }, nothing, nothing);
  ASSERT_TRUE(found);
  EXPECT_GT(found->scale, 3);
}

TEST_F(CourseTest, ContentThatClimbsAtRefillsIsTheLot) {
  const auto found = see(nothing, lot(4), nothing);
  ASSERT_TRUE(found);
  EXPECT_LT(found->scale, -3);
  EXPECT_TRUE(found->content);
}

TEST_F(CourseTest, ALotOfOtherContentAndDensityIsNotTheScaleEvenWhenBothGoItsWay) {
  const auto found = see(nothing, lot(-4), lot(5));
  ASSERT_TRUE(found);
  EXPECT_LT(found->scale, -3);
}

TEST_F(CourseTest, ALotWhoseContentComesLaterThanOtherPlantsSoonAfterItsFirstRefillIsNotTheScale) {
  const auto late = [](int second) { return 8 * of_lot(second - 120); };
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    watch = CourseWatch{line, spec, channels};
    const auto found = see(nothing, late, nothing, seed, 4200);
    ASSERT_TRUE(found);
    EXPECT_LT(found->scale, -3) << "seed " << seed;
  }
}

TEST_F(CourseTest, AScaleThatCreepsAfterALotOfOtherDensityIsTheScale) {
  const auto found = see([](int second) { return second < 4000 ? 0.0 : (second - 4000) / 3600.0 * -3; }, nothing, lot(6));
  ASSERT_TRUE(found);
  EXPECT_GT(found->scale, 3);
}

TEST_F(CourseTest, AScrewThatFeedsLessIsNotTheScale) {
  const auto found = see(nothing, nothing, [](int second) { return second < 6000 ? 0.0 : -8.0; });
  ASSERT_TRUE(found);
  EXPECT_LT(found->scale, -3);
  EXPECT_FALSE(found->content);
}

TEST_F(CourseTest, WithoutAnythingWrongNothingIsDecided) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    watch = CourseWatch{line, spec, channels};
    const auto found = see(nothing, nothing, nothing, seed);
    ASSERT_TRUE(found);
    EXPECT_LT(found->scale, 3) << "seed " << seed;
  }
}

TEST_F(CourseTest, ATooShortSightFindsNothing) {
  see(nothing, nothing, nothing);
  step.assessment.drift.minute[0] = NAN;  // the probe rests
  step.frame.time += std::chrono::seconds{120};
  watch.take(step);
  EXPECT_FALSE(watch.find(UnitIndex{0}));
  step.frame.cold = true;
  watch.take(step);
  EXPECT_FALSE(watch.find({}));
}

TEST(CourseWatchTest, WithoutRelationsThereIsNothingToFind) { EXPECT_FALSE(CourseWatch{}.find({})); }

}  // namespace
}  // namespace steadyline
