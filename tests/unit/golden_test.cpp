// The golden profile: time warping, the profile's file, the comparison, and that it changes by an approved step alone.
#include "models/golden.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/numeric.h"
#include "models/golden_approval.h"
#include "models/golden_difference.h"

namespace steadyline {
namespace {

using testing::HasSubstr;

/// A hump that begins after `wait` points and whose pace changes: `stretch` times as long.
std::vector<double> hump(std::size_t points, double stretch) {
  std::vector<double> values;
  for (std::size_t p = 0; p < points; ++p) {
    const double x = (static_cast<double>(p) / stretch - 30) / 10;
    values.push_back(std::exp(-x * x));
  }
  return values;
}

TEST(OpenEndDtw, FollowsWhatItKnowsPointForPoint) {
  const OpenEndDtw dtw{{1, hump(100, 1)}};
  DtwState state;
  const auto same = hump(100, 1);
  for (std::size_t p = 0; p < 60; ++p) {
    const std::size_t at = dtw.take(std::span{&same[p], 1}, state);
    if (p > 20 && p < 45) {
      EXPECT_EQ(at, p);
    }
  }
}

TEST(OpenEndDtw, FindsASlowerRunWithinItsBand) {
  const OpenEndDtw dtw{{1, hump(100, 1)}};
  const auto slower = hump(110, 1.15);
  DtwState state;
  double off = 0, off_unaligned = 0;
  for (std::size_t p = 0; p < 46; ++p) {
    const std::size_t at = dtw.take(std::span{&slower[p], 1}, state);
    if (p < 25) continue;
    off += std::fabs(dtw.reference().values[at] - slower[p]);
    off_unaligned += std::fabs(dtw.reference().values[p] - slower[p]);
  }
  EXPECT_LT(off, 0.4 * off_unaligned);
}

TEST(OpenEndDtw, StaysInTheBandAndBelowTwiceThePace) {
  const OpenEndDtw dtw{{1, hump(100, 1)}};
  const auto faster = hump(100, 0.3);
  DtwState state;
  for (std::size_t p = 0; p < 100; ++p) {
    const auto at = static_cast<double>(dtw.take(std::span{&faster[p], 1}, state));
    EXPECT_LE(std::fabs(at - static_cast<double>(p)), 10);
    EXPECT_LE(at, 2.0 * static_cast<double>(p));
  }
  for (int more = 0; more < 50; ++more) dtw.take(std::span{&faster[0], 1}, state);
  EXPECT_EQ(state.at, 99) << "a run that goes on too long stays at the end";
}

/// One feeder and one blender; the feeder has a set-point.
Line small_line() {
  Line line;
  line.id = "small";
  line.units = {{.id = "fd1", .description = {}, .to_product_s = 10}};
  Tag flow;
  flow.unit = UnitIndex{0};
  flow.name = "massflow_pv", flow.path = "fd1/massflow_pv", flow.uom = "kg/h", flow.tag_class = TagClass::cpp;
  Tag speed = flow;
  speed.name = "speed", speed.path = "fd1/speed", speed.uom = "rpm";
  Tag set = flow;
  set.name = "massflow_sp", set.path = "fd1/massflow_sp", set.role = Role::setpoint;
  line.tags = {flow, speed, set};
  return line;
}

GoldenCell band(double throughput, double flow, double speed) {
  return {.unit = "fd1",
          .throughput = throughput,
          .tags = {"fd1/massflow_pv", "fd1/speed"},
          .centre = {flow, speed},
          .wander = {0.1, 1},
          .own_wander = {0.1, 1},
          .noise = {0, 0},
          .half = {0.5, 5}};
}

GoldenProfile two_rates() {
  GoldenProfile profile;
  profile.settle_s = 100;
  profile.throughputs = {10, 20};
  profile.cells = {band(10, 10, 100), band(20, 20, 200)};
  return profile;
}

struct Bench {
  Line line = small_line();
  GoldenModel model;
  GoldenState state{};
  Conformance last{};
  Context context{};
  int second = 0;
  explicit Bench(const GoldenProfile& profile) : model{profile, line} {
    context.activity = Activity::steady;
    context.units.resize(1);
    context.units[0].activity = Activity::steady;
  }
  const Conformance& run(int seconds, double flow, double speed, double rate, Flaw flaw = Flaw::good) {
    for (int s = 0; s < seconds; ++s) {
      Frame frame{.time = EventTime{Milliseconds{1000 * ++second}},
                  .cold = second == 1,
                  .running = true,
                  .values = {flow, speed, rate},
                  .flaws = {flaw, Flaw::good, Flaw::good}};
      context.throughput = rate;
      model.step(frame, context, state, last);
    }
    return last;
  }
};

TEST(Golden, TheIndexIsThatOfTheFormula) {
  Bench bench{two_rates()};
  EXPECT_FALSE(bench.run(10, 10, 100, 10).known) << "no mean over a minute yet";
  EXPECT_TRUE(bench.run(30, 10, 100, 10).known);
  EXPECT_EQ(bench.last.index, 100);
  bench.run(400, 11.5, 100, 10);  // 1.5 off, 0.5 allowed: two half-widths outside
  EXPECT_NEAR(bench.last.excess[0], 2, 1e-3);
  EXPECT_NEAR(bench.last.index, 100 * std::exp(-0.5 * 4 / 2), 0.1);
  ASSERT_EQ(bench.last.worst_count, 1);
  EXPECT_EQ(bench.line.tag(bench.model.tags()[bench.last.worst[0].tag]).path, "fd1/massflow_pv");
}

TEST(Golden, AMoveOfTheThroughputIsAllowedAndAStrangeThroughputHasNoVerdict) {
  Bench bench{two_rates()};
  bench.run(60, 10, 100, 10);
  for (int rate = 10; rate <= 20; ++rate) {
    const Conformance& now = bench.run(5, rate, 10 * rate, rate);
    EXPECT_TRUE(now.known) << rate;
    EXPECT_EQ(now.index, 100) << rate;
  }
  EXPECT_EQ(bench.run(300, 20, 200, 20).index, 100);
  EXPECT_LT(bench.run(300, 20, 100, 20).index, 1) << "the old speed at the new throughput";
  EXPECT_FALSE(bench.run(300, 15, 150, 15).known) << "no class of the profile, and at rest";
}

TEST(Golden, BadReadingsAreNotCompared) {
  Bench bench{two_rates()};
  bench.run(60, 10, 100, 10);
  EXPECT_EQ(bench.run(300, 15, 100, 10, Flaw::missing).index, 100);
}

TEST(Golden, TheFileBringsBackTheSameProfile) {
  GoldenProfile profile = two_rates();
  profile.cells.push_back({.unit = "fd1",
                           .phase = 3,
                           .axis = GoldenAxis::aligned,
                           .episodes = 20,
                           .tags = {"fd1/speed"},
                           .begin = 0,
                           .step = 5,
                           .low = {1, 2},
                           .high = {2, 3},
                           .shape_tags = {"fd1/speed"},
                           .shape = {0, 1},
                           .shape_scale = {0.5},
                           .end_tags = {"fd1/speed"},
                           .end_low = {1},
                           .end_high = {2},
                           .least_s = 8,
                           .most_s = 12});
  const auto again = read_golden(write_golden(profile), "golden.json");
  ASSERT_TRUE(again.has_value()) << again.error().front().what;
  EXPECT_EQ(*again, profile);
}

TEST(Golden, AFileWithFaultsIsRefusedWithAllOfThem) {
  GoldenProfile profile = two_rates();
  profile.throughputs = {20, 10};
  profile.cells[0].half = {0.5};
  profile.cells[1].half = {-1, 5};
  const auto read = read_golden(write_golden(profile), "golden.json");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().size(), 3);
  for (const Error& fault : read.error()) EXPECT_THAT(fault.where, HasSubstr("golden.json"));
}

TEST(GoldenApproval, AnotherProfileThanTheApprovedOneIsRefused) {
  Bundle bundle;
  bundle.golden = two_rates();
  propose_golden(bundle, "a test");
  EXPECT_FALSE(golden_is_approved(bundle));
  EXPECT_NE(unapproved_words(bundle).find("is proposed, not approved; `steadyline bundle approve`"), std::string::npos);
  EXPECT_FALSE(check_approval(bundle.passport, write_golden(bundle.golden), "golden.json")) << "proposed: nothing to hold it against";
  EXPECT_FALSE(approve_golden(bundle, {"", "2026-11-20T06:00:00Z", "why"}).has_value());
  ASSERT_TRUE(approve_golden(bundle, {"j.doe", "2026-11-20T06:00:00Z", "first campaigns"}).has_value());
  EXPECT_TRUE(golden_is_approved(bundle));
  EXPECT_EQ(unapproved_words(bundle), "");
  EXPECT_FALSE(check_approval(bundle.passport, write_golden(bundle.golden), "golden.json"));
  bundle.golden.cells[0].centre[0] = 10.1;
  const auto fault = check_approval(bundle.passport, write_golden(bundle.golden), "golden.json");
  ASSERT_TRUE(fault.has_value());
  EXPECT_THAT(fault->what, HasSubstr("j.doe"));
  EXPECT_TRUE(check_approval(bundle.passport, "", "golden.json")) << "gone";
}

TEST(GoldenDifference, NamesTheBandThatMoved) {
  GoldenProfile after = two_rates();
  EXPECT_TRUE(golden_differences(two_rates(), after).empty());
  after.cells[1].centre[0] = 20.2;
  const auto lines = golden_differences(two_rates(), after);
  ASSERT_EQ(lines.size(), 1);
  EXPECT_THAT(lines[0], HasSubstr("fd1/massflow_pv 20 ± 0.5 -> 20.2 ± 0.5"));
}

}  // namespace
}  // namespace steadyline
