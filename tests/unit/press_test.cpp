#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "support/one_press.h"

namespace steadyline {
namespace {

using test::nominal_blend;
using test::OnePress;
using test::still_press;
using test::twin_parameters;

std::vector<double> all_readings(const Board& board) {
  std::vector<double> readings;
  for (std::uint32_t i = 0; i < board.size(); ++i) readings.push_back(board.reading(SignalId{i}));
  return readings;
}

TEST(Compression, SolvesItsOwnEquations) {
  const PressParameters p = twin_parameters().press;
  for (double weight_mg = 100; weight_mg <= 300; weight_mg += 12.5)
    for (const double gap_mm : {2.3, 2.906, 3.5, 4.4}) {
      const Compression c = compress(p, weight_mg, gap_mm, 100);
      EXPECT_NEAR(c.force_kn, c.pressure_mpa * p.die_area_mm2 / 1000, 1e-6);
      EXPECT_NEAR(c.thickness_in_mm, gap_mm + c.force_kn / 150, 1e-6);
      if (c.density_in >= 0.995) continue;
      EXPECT_NEAR(c.density_in, weight_mg / (1.492 * 63.6 * c.thickness_in_mm), 1e-9);
      EXPECT_NEAR(c.pressure_mpa, std::max(0.0, 100 * (-std::log(1 - c.density_in) - 0.6)), 1e-5);
    }
}

TEST(Compression, EndsWhereThereIsNoPowderOrTooMuch) {
  const PressParameters p = twin_parameters().press;
  const Compression none = compress(p, 0, 2.906, 100), much = compress(p, 500, 2.906, 100);
  EXPECT_EQ(none.force_kn, 0);
  EXPECT_EQ(none.per_weight, 0);
  EXPECT_GT(much.force_kn, 25);
  EXPECT_LT(much.force_kn, 35);
  EXPECT_EQ(pre_force_kn(p, 0, 4.3), 0);
}

TEST(Compression, WeightOfAForceIsItsInverse) {
  const PressParameters p = twin_parameters().press;
  for (const double weight_mg : {235.0, 250.0, 262.0})
    for (const double gap_mm : {2.85, 2.906, 3.0}) {
      const Compression c = compress(p, weight_mg, gap_mm, 103);
      EXPECT_NEAR(weight_of_force_mg(p, c.force_kn, gap_mm, 103), weight_mg, 1e-6);
    }
}

TEST(Blend, IsReadPerGram) {
  const TwinParameters p = twin_parameters();
  Powder powder = nominal_blend(p, 0.7);
  powder[part_density] = 0.02;
  powder[part_flow] = -0.1;
  powder[part_cohesion] = 0.4;
  const Blend one = blend_of(powder), many = blend_of(portion(powder, 300));
  EXPECT_NEAR(one.stearate_pct, 0.7, 1e-12);
  EXPECT_NEAR(one.active_share, 0.2, 1e-12);
  EXPECT_NEAR(one.shear, 118.8, 1e-9);
  EXPECT_NEAR(one.flow, 0.9, 1e-12);
  EXPECT_NEAR(one.cohesion, 1.4, 1e-12);
  EXPECT_NEAR(many.density, 0.02, 1e-12);
  EXPECT_NEAR(many.shear, one.shear, 1e-9);
  EXPECT_EQ(blend_of(Powder{}).flow, 1);
}

TEST(Tablet, ShareOutsideIsThatOfTheNormalDistribution) {
  EXPECT_NEAR(normal_share_outside(250, 5, 237.5, 262.5), 0.0124193, 1e-6);  // 2.5 standard deviations on both sides
  EXPECT_NEAR(normal_share_outside(262.5, 5, 237.5, 262.5), 0.5, 1e-6);
  EXPECT_EQ(normal_share_outside(0, 1, 100, 200), 1);
  EXPECT_EQ(normal_share_outside(150, 1, 100, 200), 0);
  EXPECT_EQ(normal_share_outside(150, 0, 100, 200), 0);
  EXPECT_EQ(normal_share_outside(250, 0, 100, 200), 1);
}

TEST(Tablet, IsOutOfSpecificationByWeightHardnessOrContent) {
  const PressParameters p = twin_parameters().press;
  OnePress machine{5, still_press()};
  machine.step();
  const TabletQuality nominal = machine.press.quality();
  EXPECT_LT(share_outside(p, nominal, 100, 0.6), 3e-4);
  TabletQuality light = nominal, soft = nominal;
  light.weight_mg = 237.5;
  soft.hardness_n = 55;
  EXPECT_NEAR(share_outside(p, light, 100, 0.6), 0.5, 0.01);
  EXPECT_NEAR(share_outside(p, soft, 100, 0.6), 0.5, 0.01);
  EXPECT_NEAR(share_outside(p, nominal, 110, 0.6), 0.5, 0.01);
  EXPECT_NEAR(share_outside(p, nominal, 111, 0), 1, 1e-12);
  EXPECT_NEAR(share_outside(p, light, 110, 0.6), 0.75, 0.01);
}

TEST(Tablet, MoistRoomsAndLotsMakeItSofter) {
  OnePress dry{5, still_press()}, moist{5, still_press()}, soft{5, still_press()};
  moist.room.room_rh_pct = 50;
  soft.feed.powder[part_strength] = -0.06;
  for (OnePress* machine : {&dry, &moist, &soft}) machine->step();
  EXPECT_NEAR(moist.press.quality().hardness_n / dry.press.quality().hardness_n, 0.95, 1e-9);
  EXPECT_NEAR(soft.press.quality().hardness_n / dry.press.quality().hardness_n, 0.94, 1e-9);
}

TEST(ForceLoop, BringsTheForceBackInWholeQuanta) {
  const PressParameters p = twin_parameters().press;
  ForceLoop loop{p};
  for (int i = 0; i < 60; ++i) {
    const double force = 10 * std::pow(loop.fill_mm() / 9.0, 4.45);  // 9 mm would be right
    loop.step(p, force, 10, 46.3);
    EXPECT_NEAR(loop.fill_mm() * 100, std::round(loop.fill_mm() * 100), 1e-6);
  }
  EXPECT_NEAR(loop.fill_mm(), 9.0, 0.025);
  const double before = loop.fill_mm();
  for (int i = 0; i < 60; ++i) loop.step(p, 10.09, 10, 46.3);
  EXPECT_EQ(loop.fill_mm(), before) << "inside the deadband";
}

TEST(ForceLoop, MovesAfterFiveTurns) {
  const PressParameters p = twin_parameters().press;
  ForceLoop loop{p};
  for (int i = 0; i < 12; ++i) loop.step(p, 9, 10, 24);  // 0.4 turns a second
  EXPECT_EQ(loop.fill_mm(), p.fill_start_mm);
  loop.step(p, 9, 10, 24);
  EXPECT_GT(loop.fill_mm(), p.fill_start_mm);
}

TEST(ForceLoop, MovesNoFasterThanItsCamAndNotWithoutPowder) {
  const PressParameters p = twin_parameters().press;
  ForceLoop far{p}, empty{p}, starting{p};
  for (int i = 0; i < 100; ++i) {
    far.step(p, 5, 10, 46.3);
    empty.step(p, 1, 10, 46.3);
    starting.step(p, 5, 10, 46.3);
    starting.wait();
  }
  EXPECT_NEAR(far.fill_mm() - p.fill_start_mm, 1.0, 0.1);
  EXPECT_EQ(empty.fill_mm(), p.fill_start_mm);
  EXPECT_EQ(starting.fill_mm(), p.fill_start_mm);
}

TEST(ForceLoop, TakesATrimOnce) {
  const PressParameters p = twin_parameters().press;
  ForceLoop loop{p};
  for (int i = 0; i < 3; ++i) loop.trim(p, 0.10);
  EXPECT_NEAR(loop.fill_mm(), p.fill_start_mm + 0.10, 1e-12);
  loop.trim(p, 0);
  EXPECT_NEAR(loop.fill_mm(), p.fill_start_mm, 1e-12);
  loop.trim(p, 1000);
  EXPECT_EQ(loop.fill_mm(), p.fill_high_mm);
}

TEST(LevelLoop, HoldsTheChuteHalfFull) {
  OnePress machine{3};
  machine.level_follows = true;
  machine.feed.level_pct = 75;
  double after_an_hour = 0;
  for (int i = 0; i < 4 * 3600; ++i) {
    machine.step();
    if (i > 3600) after_an_hour = std::max(after_an_hour, std::fabs(machine.feed.level_pct - 50));
    EXPECT_GE(machine.press.turret_rpm(), 20);
    EXPECT_LE(machine.press.turret_rpm(), 65);
  }
  EXPECT_LT(after_an_hour, 6);
}

TEST(LevelLoop, KeepsToTheDrivesRateAndStops) {
  const PressParameters p = twin_parameters().press;
  LevelLoop loop{p, 0};
  double before = 0;
  for (int i = 0; i < 60; ++i) {
    const double now = loop.step(p, 50, 46.3, 1);
    EXPECT_LE(std::fabs(now - before), p.turret_rate_rpm_s + 1e-9);
    before = now;
  }
  EXPECT_NEAR(before, 46.3, 0.01);
  for (int i = 0; i < 60; ++i) before = loop.step(p, 50, 0, 1);
  EXPECT_EQ(before, 0);
}

TEST(RejectGate, BlowsOutAsManyAsItsEquationSays) {
  const PressParameters p = twin_parameters().press;
  RejectGate gate{7}, same{7}, other{8};
  int rejected = 0, differ = 0;
  for (int i = 0; i < 100000; ++i) {
    const int now = gate.step(p, 27.78, 10, 4.5, 10);
    rejected += now;
    EXPECT_EQ(now, same.step(p, 27.78, 10, 4.5, 10));
    differ += now != other.step(p, 27.78, 10, 4.5, 10);
  }
  EXPECT_NEAR(rejected, 100000 * 27.78 * 0.0007, 6 * std::sqrt(100000 * 27.78 * 0.0007));
  EXPECT_GT(differ, 1000);
  EXPECT_EQ(gate.waste(), rejected);
  EXPECT_NEAR(gate.produced(), 2778000, 1);
}

TEST(RejectGate, BlowsOutAllOfAWrongForceAndNeverMoreThanThereAre) {
  const PressParameters p = twin_parameters().press;
  RejectGate gate{7};
  int all = 0, half = 0;
  for (int i = 0; i < 1000; ++i) {
    const int now = gate.step(p, 27.78, 20, 4.5, 10);
    EXPECT_LE(now, 27);
    all += now;
    half += gate.step(p, 27.78, 12, 4.5, 10);
  }
  EXPECT_EQ(all, 27000);
  EXPECT_NEAR(half, 13890, 300);
  EXPECT_EQ(gate.step(p, 0, 0, 4.5, 10), 0);
}

TEST(Press, TakesWhatBecomesTabletsAndDust) {
  OnePress machine;
  machine.effects.sticking_rate = 3;
  for (int i = 0; i < 1000; ++i) {
    const double taken = machine.step();
    EXPECT_NEAR(taken, machine.press.tablets() * machine.press.quality().weight_mg / 1000 + machine.press.dust_g(), 1e-9);
    EXPECT_NEAR(machine.press.dust_g() / taken, 0.001, 0.004);
    EXPECT_GT(machine.press.dust_g(), 0);
  }
  EXPECT_NEAR(machine.press.tablets(), 27.78, 0.1);
}

TEST(Press, FreezesItsReadingsAtStandstill) {
  OnePress machine;
  for (int i = 0; i < 60; ++i) machine.step();
  machine.orders.press_runs = false;
  for (int i = 0; i < 40; ++i) machine.step();
  EXPECT_EQ(machine.press.turret_rpm(), 0);
  EXPECT_EQ(machine.press.tablets(), 0);
  const double force = machine.reading("tp1/force_main_mean"), z = machine.reading("tp1/st01_force_main_z"),
               fill = machine.reading("tp1/fill_sp");
  EXPECT_NEAR(force, 10, 1) << "of the last turns, not of a turret that creeps";
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(machine.step(), 0);
    EXPECT_EQ(machine.reading("tp1/force_main_mean"), force);
    EXPECT_EQ(machine.reading("tp1/st01_force_main_z"), z);
    EXPECT_EQ(machine.reading("tp1/fill_sp"), fill);
    EXPECT_EQ(machine.reading("tp1/tbl_rate"), 0);
    EXPECT_EQ(machine.reading("tp1/motor_torque"), 0);
  }
}

TEST(Press, LivesWithoutPowder) {
  OnePress machine{4, twin_parameters(), false};
  machine.feed = {.level_pct = 0, .level_reading_pct = 0, .bed_share = 0, .powder = {}, .paddle_rpm = 0};
  for (int i = 0; i < 200; ++i) {
    machine.step();
    for (const double reading : all_readings(machine.board)) ASSERT_TRUE(std::isfinite(reading)) << i;
  }
  EXPECT_EQ(machine.press.quality().weight_mg, 0);
  machine.feed.bed_share = 1;
  machine.feed.level_pct = machine.feed.level_reading_pct = 50;
  machine.feed.paddle_rpm = 45;
  machine.feed.powder = nominal_blend(machine.parameters);
  for (int i = 0; i < 900; ++i) machine.step();
  EXPECT_NEAR(machine.press.quality().weight_mg, 250, 5);
}

TEST(Press, IsAValue) {
  OnePress machine;
  for (int i = 0; i < 100; ++i) machine.step();
  OnePress copy = machine;
  for (int i = 0; i < 700; ++i) {
    machine.step();
    copy.step();
    ASSERT_EQ(all_readings(machine.board), all_readings(copy.board)) << i;
  }
}

TEST(Press, HasTheTagsOfItsLine) {
  OnePress machine;
  EXPECT_EQ(machine.board.size(), 24u + 72u + 6u);
  EXPECT_TRUE(machine.board.find("tp1/st01_force_main_z"));
  EXPECT_TRUE(machine.board.find("tp1/st36_ejection_z"));
}

TEST(Tester, ShowsAResultTwoMinutesAfterTheSampleAndHoldsIt) {
  OnePress machine{6, twin_parameters(), false};
  double before = 0;
  std::vector<int> changes;
  for (int second = 1; second <= 2000; ++second) {
    machine.step();
    const double sent = machine.board.sent(*machine.board.find("tt1/weight_mean"));
    if (changes.empty() && std::isnan(sent)) continue;
    if (sent != before) changes.push_back(second);
    before = sent;
  }
  // The first tablet comes in second 1, the first sample with it.
  EXPECT_EQ(changes, (std::vector<int>{121, 721, 1321, 1921}));
}

TEST(Tester, HasAResultWhenTheLineIsFoundRunningAndNoneOfAStandingPress) {
  OnePress machine{6};
  machine.step();
  EXPECT_NEAR(machine.reading("tt1/weight_mean"), 250, 4);
  EXPECT_NEAR(machine.reading("tt1/thickness_mean"), 3.06, 0.03);
  machine.orders.press_runs = false;
  for (int i = 0; i < 800; ++i) machine.step();
  const double held = machine.reading("tt1/weight_mean");
  for (int i = 0; i < 1000; ++i) machine.step();
  EXPECT_EQ(machine.reading("tt1/weight_mean"), held);
}

TEST(Tester, ScattersAsTenTabletsDo) {
  TwinParameters p = still_press();
  p.press.tester_every_s = 2;
  p.press.tester_result_s = 1;
  OnePress machine{6, p};
  struct Moments {
    double sum = 0, squares = 0;
    int count = 0;
    void take(double x) {
      sum += x;
      squares += x * x;
      ++count;
    }
    double mean() const { return sum / count; }
    double sd() const { return std::sqrt(squares / count - mean() * mean()); }
  } weight, sd, thickness, hardness, hardness_sd, diameter;
  for (int i = 0; i < 6000; ++i) {
    machine.step();
    if (i % 2) continue;
    weight.take(machine.reading("tt1/weight_mean"));
    sd.take(machine.reading("tt1/weight_sd"));
    thickness.take(machine.reading("tt1/thickness_mean"));
    hardness.take(machine.reading("tt1/hardness_mean"));
    hardness_sd.take(machine.reading("tt1/hardness_sd"));
    diameter.take(machine.reading("tt1/diameter_mean"));
  }
  EXPECT_NEAR(weight.mean(), 249.94, 0.1);
  EXPECT_NEAR(weight.sd(), 0.8, 0.05);
  EXPECT_NEAR(sd.mean(), 2.43, 0.06);  // 2.5, less the small-sample bias of 2.7 %
  EXPECT_NEAR(thickness.mean(), 3.062, 0.001);
  EXPECT_NEAR(thickness.sd(), 0.006, 0.0005);
  EXPECT_NEAR(hardness.mean(), 86.8, 0.3);
  EXPECT_NEAR(hardness.sd(), 2.7, 0.2);
  EXPECT_NEAR(hardness_sd.mean(), 8.5 * 0.973, 0.2);
  EXPECT_NEAR(diameter.mean(), 9.02, 0.001);
  EXPECT_NEAR(diameter.sd(), 0.005, 0.0005);
}

}  // namespace
}  // namespace steadyline
