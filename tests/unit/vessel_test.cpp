#include "twin/machines/vessel.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "support/blending.h"
#include "twin/machines/age.h"
#include "twin/machines/blender.h"

namespace steadyline {
namespace {

using test::blend;
using test::no_tags;
using test::nominal_g_s;
using test::twin_parameters;

Powder without_stearate(Powder flow) {
  flow[part_stearate] = 0;
  return flow;
}

VesselParameters tanks(double holdup_kg, std::vector<double> shares, double delay_s) { return {holdup_kg, std::move(shares), delay_s}; }

TEST(Powder, CountsTheMaterialsAloneAsMass) {
  Powder powder = blend(10);
  powder[part_age] = 1000;
  powder[part_shear] = 5;
  EXPECT_NEAR(total(powder), 10, 1e-12);
  const Powder half = portion(powder, 5);
  EXPECT_NEAR(half[part_age], 500, 1e-9);
  EXPECT_NEAR(half[part_shear], 2.5, 1e-12);
  EXPECT_EQ(total(portion(Powder{}, 3)), 0);
}

TEST(PlugFlow, HoldsBackWhatEntersUntilAsMuchHasFollowed) {
  PlugFlow plug{10, Powder{}};
  double out = 0;
  for (int t = 0; t < 5; ++t) out += total(plug.step(blend(2)));
  EXPECT_NEAR(out, 0, 1e-12);
  EXPECT_NEAR(total(plug.step(blend(2))), 2, 1e-12);
  EXPECT_EQ(total(plug.step(Powder{})), 0) << "nothing pushes";
  EXPECT_NEAR(total(plug.contents()), 10, 1e-12);
}

TEST(PlugFlow, LetsPowderGrowOlderByItsTimeInside) {
  PlugFlow plug{10, Powder{}};
  Powder out{};
  for (int t = 0; t < 12; ++t) out = plug.step(blend(2));
  EXPECT_NEAR(age_of(out).mean_s, 5, 1e-9);
  EXPECT_NEAR(age_of(out).sd_s, 0, 1e-6);
  for (int t = 0; t < 30; ++t) plug.step(Powder{});  // a stop
  EXPECT_NEAR(age_of(plug.step(blend(2))).mean_s, 35, 1e-9);
}

TEST(PlugFlow, StartsInTheSteadyStateOfItsFlow) {
  PlugFlow plug{nominal_g_s * 5, blend(nominal_g_s)};
  for (int t = 0; t < 20; ++t) {
    const Powder out = plug.step(blend(nominal_g_s));
    EXPECT_NEAR(total(out), nominal_g_s, 1e-9) << t;
    EXPECT_NEAR(age_of(out).mean_s, 5, 0.01) << t;
  }
}

TEST(PlugFlow, KeepsItsMassWhateverSmallPortionsEnter) {
  PlugFlow plug{34.7, Powder{}};
  double in = 0, out = 0;
  for (int t = 0; t < 20000; ++t) {
    const double grams = t % 3 == 0 ? 0.001 * (t % 17) : 0.02 * (t % 5);
    in += total(blend(grams));
    out += total(plug.step(blend(grams)));
  }
  EXPECT_GT(out, 100);
  EXPECT_NEAR(in, out + total(plug.contents()), 1e-9 * in);
}

// What enters one second as tracer leaves with the mean and variance of the differential equation: tau and the sum of squares.
TEST(Vessel, HasTheResidenceTimeOfItsTanks) {
  for (const auto& vessel :
       {tanks(0.45, {1.0 / 3, 1.0 / 3, 1.0 / 3}, 5), tanks(0.30, {0.75, 0.25}, 0), tanks(0.35, std::vector<double>(10, 0.1), 0)}) {
    Vessel tested{vessel, vessel.holdup_kg * 1000, vessel.delay_s * nominal_g_s, blend(nominal_g_s, 0)};
    double left = 0, moment = 0, square = 0;
    for (int t = 0; t < 4000; ++t) {
      Powder in = blend(nominal_g_s, 0);
      if (t == 0) in[part_density] = 1;
      const double out = tested.step(in, nominal_g_s)[part_density];
      left += out;
      moment += out * t;
      square += out * t * t;
    }
    const double tau_s = vessel.holdup_kg * 1000 / nominal_g_s;
    double variance = 0;
    for (const double share : vessel.tank_share) variance += share * share * tau_s * tau_s;
    EXPECT_NEAR(left, 1, 1e-9);
    EXPECT_NEAR(moment, vessel.delay_s + tau_s, 1e-3);
    EXPECT_NEAR(square - moment * moment, variance, 1e-3 * variance);
  }
}

TEST(Vessel, ConservesMassAndIsNeverNegativeWhateverFlowsInAndOut) {
  Vessel vessel{tanks(0.30, {0.25, 0.25, 0.25, 0.25}, 5), 0, 5 * nominal_g_s, Powder{}};
  double in = 0, out = 0;
  for (int t = 0; t < 5000; ++t) {
    const Powder entering = blend(t % 700 < 300 ? 9.0 : t % 700 < 400 ? 0.0 : 2.0, t % 2 ? 0.2 : 0.0);
    const Powder leaving = vessel.step(entering, t % 900 < 500 ? 7.5 : 30.0);
    in += total(entering);
    out += total(leaving);
    for (std::size_t i = 0; i < feeder_count; ++i) ASSERT_GE(leaving[i], 0) << t;
    for (const double part : vessel.contents()) ASSERT_GE(part, 0) << t;
  }
  EXPECT_NEAR(in, out + total(vessel.contents()), 1e-10 * in);
}

TEST(Vessel, GivesUpAllItHolds) {
  Vessel vessel{tanks(0.35, std::vector<double>(10, 0.1), 0), 350, 0, blend(nominal_g_s)};
  double out = 0;
  for (int t = 0; t < 100; ++t) out += total(vessel.step(Powder{}, nominal_g_s));
  EXPECT_NEAR(out, 350, 1e-9);
  EXPECT_NEAR(vessel.holdup_g(), 0, 1e-9);
}

TEST(Vessel, StartsWithTheAgesAndTheShearOfItsSteadyState) {
  const VesselParameters vessel = tanks(0.30, {0.25, 0.25, 0.25, 0.25}, 5);
  const double krev_s = 0.002, tau_s = 300 / nominal_g_s;
  Vessel tested{vessel, 300, 5 * nominal_g_s, blend(nominal_g_s), krev_s};
  for (int t = 0; t < 300; ++t) {
    const Powder out = tested.step(blend(nominal_g_s), nominal_g_s, krev_s);
    ASSERT_NEAR(age_of(out).mean_s, 5 + tau_s, 0.6) << t;
    ASSERT_NEAR(age_of(out).sd_s, tau_s / 2, 0.6) << t;
    ASSERT_NEAR(out[part_shear] / total(out), krev_s * tau_s, 0.02 * krev_s * tau_s) << t;
  }
}

TEST(Vessel, CopiesGoOnByThemselves) {
  Vessel one{tanks(0.45, {0.5, 0.5}, 5), 450, 5 * nominal_g_s, blend(nominal_g_s)};
  Vessel two = one;
  for (int t = 0; t < 50; ++t) two.step(Powder{}, nominal_g_s);
  EXPECT_NEAR(one.holdup_g(), 450, 1e-9);
  EXPECT_LT(two.holdup_g(), 200);
}

struct Blend {
  TwinParameters parameters = twin_parameters();
  Board board{no_tags, 1};
  Blender blender;
  Blend(Blender::Which which, const Powder& flow) : blender{parameters, which, flow, board} {}
  Powder step(const Powder& in, double rpm, const BlenderEffects& effects = {}) {
    board.begin_second();
    const Powder out = blender.step(in, rpm, effects, board);
    board.finish_second();
    return out;
  }
  double value(const char* tag) const { return board.value(*board.find(tag)); }
};

// LINE §3.2: M = M0 (flow/m0)^0.6 (N/N0)^-0.7; residence times of blender 1 at 20, 25, 30 kg/h and at 200 and 400 rpm.
TEST(Blender, ReachesTheHoldUpOfItsLaw) {
  struct Case {
    double kg_h, rpm, tau_s;
  };
  for (const Case c : {Case{25, 300, 64.8}, Case{20, 300, 70.9}, Case{30, 300, 60.2}, Case{25, 200, 86}, Case{25, 400, 53}}) {
    Blend line{Blender::Which::first, blend(nominal_g_s)};
    for (int t = 0; t < 2500; ++t) line.step(blend(c.kg_h / 3.6), c.rpm);
    EXPECT_NEAR(line.blender.holdup_g(), line.blender.steady_holdup_g(c.kg_h / 3.6, c.rpm), 0.002 * line.blender.holdup_g())
        << c.kg_h << ' ' << c.rpm;
    EXPECT_NEAR(line.blender.holdup_g() / (c.kg_h / 3.6), c.tau_s, 0.5) << c.kg_h << ' ' << c.rpm;
    EXPECT_NEAR(line.value("bl1/holdup"), line.blender.holdup_g() / 1000, 1e-12);
  }
}

TEST(Blender, StartsSteadyOrEmpty) {
  Blend steady{Blender::Which::first, without_stearate(blend(nominal_g_s))};
  const double at_first = steady.blender.holdup_g();
  for (int t = 0; t < 100; ++t) steady.step(without_stearate(blend(nominal_g_s)), 300);
  EXPECT_NEAR(steady.blender.holdup_g(), at_first, 1e-3 * at_first);
  EXPECT_NEAR(steady.value("bl1/torque"), 4.2, 0.05);
  EXPECT_NEAR(steady.value("bl1/motor_a"), 2.6, 0.05);
  EXPECT_NEAR(steady.value("bl1/temp"), 27, 0.1);

  Blend empty{Blender::Which::first, Powder{}};
  EXPECT_EQ(total(empty.blender.contents()), 0);
  double in = 0, out = 0;
  for (int t = 0; t < 1000; ++t) {
    in += total(blend(nominal_g_s));
    out += total(empty.step(blend(nominal_g_s), 300));
  }
  EXPECT_NEAR(empty.blender.holdup_g(), 450, 1);
  EXPECT_NEAR(in, out + total(empty.blender.contents()), 1e-9 * in);
}

TEST(Blender, GathersPowderWhenItSlowsDown) {  // F11: hold-up +17 % at s = 0.2; the outflow dips and recovers
  Blend line{Blender::Which::first, blend(nominal_g_s)};
  double least = nominal_g_s;
  for (int t = 0; t < 1500; ++t) least = std::min(least, total(line.step(blend(nominal_g_s), 300, {.speed = 0.8})));
  EXPECT_NEAR(line.blender.holdup_g(), 450 * 1.169, 2);
  EXPECT_LT(least, 0.85 * nominal_g_s);
  EXPECT_NEAR(line.value("bl1/rpm_pv"), 240, 1e-9);
  EXPECT_NEAR(line.value("bl1/rpm_sp"), 300, 1e-9);
}

TEST(Blender, HoldsMoreWithAdhesion) {  // F12
  Blend line{Blender::Which::first, blend(nominal_g_s)};
  for (int t = 0; t < 2500; ++t) line.step(blend(nominal_g_s), 300, {.holdup = 1.4});
  EXPECT_NEAR(line.blender.holdup_g(), 450 * 1.4, 2);
  EXPECT_GT(line.value("bl1/torque"), 4.2 * 1.2);
}

TEST(Blender, TwoCountsItsRevolutionsAsShear) {  // LINE §3.3: N2 tau2 / 60 = 86.4
  Blend line{Blender::Which::second, blend(nominal_g_s)};
  Powder out{};
  for (int t = 0; t < 1000; ++t) out = line.step(blend(nominal_g_s), 120);
  EXPECT_NEAR(1000 * out[part_shear] / total(out), 86.4, 0.2);
  for (int t = 0; t < 1000; ++t) out = line.step(blend(nominal_g_s), 120, {.shear = 1.5});
  EXPECT_NEAR(1000 * out[part_shear] / total(out), 129.6, 0.3);
}

TEST(Blender, StandsStillWithItsPowder) {
  Blend line{Blender::Which::first, blend(nominal_g_s)};
  const double at_first = line.blender.holdup_g();
  for (int t = 0; t < 100; ++t) EXPECT_EQ(total(line.step(Powder{}, 0)), 0);
  EXPECT_NEAR(line.blender.holdup_g(), at_first, 1e-9);
  EXPECT_EQ(line.value("bl1/torque"), 0);
}

TEST(BlendRsd, StaysWithThePowderThatBlenderOneLeft) {
  Blend first{Blender::Which::first, blend(nominal_g_s)};
  const Powder slow = first.step(blend(nominal_g_s), 15);
  EXPECT_NEAR(blend_rsd_pct(slow), 5.1, 0.05);
  EXPECT_NEAR(blend_rsd_pct(first.blender.steady_outflow()), 0.6, 0.01);
  Blend second{Blender::Which::second, first.blender.steady_outflow()};
  EXPECT_NEAR(blend_rsd_pct(second.blender.contents()), 0.6, 0.01);
  for (int t = 0; t < 400; ++t) second.step(portion(slow, nominal_g_s), 120);
  EXPECT_NEAR(blend_rsd_pct(second.blender.contents()), 5.1, 0.05);
  EXPECT_NEAR(blend_rsd_pct(Powder{}), 0, 0);
}

TEST(BlendRsd, RisesWhenBlenderOneIsSlow) {  // LINE §3.2: 0.6 nominal, 1.9 at 60 rpm, 5.1 at 15 rpm
  const PathParameters path = twin_parameters().path;
  EXPECT_NEAR(blend_rsd_pct(path, 300), 0.6, 0.01);
  EXPECT_NEAR(blend_rsd_pct(path, 60), 1.9, 0.05);
  EXPECT_NEAR(blend_rsd_pct(path, 15), 5.1, 0.05);
}

TEST(Age, QuantilesAreThoseOfTheLine) {  // LINE §0: t0.5 % 101, t50 % 205, t99.5 % 401
  const double skewness = nominal_age_skewness(twin_parameters());
  const Age age{211.6, 57.3};
  EXPECT_NEAR(skewness, 0.764, 0.005);
  EXPECT_NEAR(age_quantile(age, skewness, 0.005), 101, 4);
  EXPECT_NEAR(age_quantile(age, skewness, 0.5), 205, 2);
  EXPECT_NEAR(age_quantile(age, skewness, 0.995), 401, 3);
}

}  // namespace
}  // namespace steadyline
