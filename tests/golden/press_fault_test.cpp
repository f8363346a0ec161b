#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "support/one_press.h"

namespace steadyline {
namespace {

using test::nominal_blend;
using test::OnePress;
using test::still_press;

// The rows of LINE §5 that act on the press, and its restart (LINE §4).

// F14: the feed frame lacks powder, or the chute runs low, and the dies are filled less.
TEST(PressFault, StarvationShowsInSrelAndForce) {
  OnePress healthy{5, still_press()}, starved{5, still_press()};
  healthy.step();
  for (const double lacks : {0.10, 0.15}) {  // below, the column of the chute makes up for it
    starved.filling = starved.feed.bed_share = 1 - lacks;
    starved.step();
    EXPECT_GE(starved.value("tp1/force_main_srel"), 8) << lacks;
    EXPECT_LE(starved.value("tp1/force_main_srel"), 15.5) << lacks;
  }
  starved.filling = starved.feed.bed_share = 1;
  starved.feed.level_pct = 15;
  starved.step();
  EXPECT_NEAR(starved.value("tp1/force_main_srel"), std::sqrt(4.45 * 4.45 * 9 + 1), 0.1);
  healthy.filling = 0.99;
  const double before = healthy.value("tp1/force_main_mean");
  healthy.step();
  EXPECT_NEAR(healthy.value("tp1/force_main_mean") / before - 1, -0.044, 0.002);
}

// F15: the turret swings; force and rate swing with it, the weight hardly.
TEST(PressFault, OscillatingTurretHardlyMovesTheWeight) {
  OnePress swinging{5, still_press()};
  double low = 1e9, high = 0, weight = 0, square = 0;
  for (int i = 0; i < 1200; ++i) {
    swinging.effects.turret = 1 + 0.10 * std::sin(2 * 3.14159265358979 * i / 30);
    swinging.step();
    low = std::min(low, swinging.value("tp1/turret_pv"));
    high = std::max(high, swinging.value("tp1/turret_pv"));
    weight += swinging.press.quality().weight_mg / 1200;
    square += swinging.press.quality().weight_mg * swinging.press.quality().weight_mg / 1200;
  }
  EXPECT_NEAR(high / low, 1.1 / 0.9, 0.01);
  const double between = std::sqrt(std::max(0.0, square - weight * weight)) / weight * 100;  // %, beside 1 % between tablets
  EXPECT_GT(between, 0.02);
  EXPECT_LE(std::sqrt(1 + between * between), 1.04);
}

// F16: +30 % speed empties the chute.
TEST(PressFault, OverspeedEmptiesTheChuteAndCaps) {
  OnePress fast;
  fast.level_follows = true;
  int below = 0, empty = 0;
  for (int second = 1; second <= 200 && !empty; ++second) {
    fast.effects.turret = 1.3;
    fast.step();
    if (!below && fast.feed.level_pct < 35) below = second;
    if (!empty && fast.feed.level_pct < 1) empty = second;
    if (second == 40) {
      EXPECT_GT(fast.press.quality().capping, 0.003);
      EXPECT_LT(fast.press.quality().capping, 0.05);
    }
  }
  EXPECT_NEAR(below, 50, 5);
  EXPECT_NEAR(empty, 170, 17);
}

// F17: the loop keeps the reading on target, so the weight goes the other way, by a / 4.45.
TEST(PressFault, LoadCellDriftMovesTheWeight) {
  for (const double gain : {0.96, 1.04}) {
    OnePress healthy{11}, drifted{11};
    drifted.force_gain = gain;
    double weight = 0, reading = 0, hardness = 0;
    for (int i = 0; i < 7800; ++i) {
      healthy.step();
      drifted.step();
      if (i < 600) continue;
      weight += (drifted.press.quality().weight_mg / healthy.press.quality().weight_mg - 1) / 7200;
      hardness += (drifted.press.quality().hardness_n / healthy.press.quality().hardness_n - 1) / 7200;
      reading += drifted.reading("tp1/force_main_mean") / 7200;
    }
    EXPECT_NEAR(weight, -(gain - 1) / 4.45, 0.0010) << gain;
    EXPECT_NEAR(reading, 10, 0.05);
    EXPECT_GT(-hardness * (gain - 1), 0);
  }
}

// F18: the film of an hour at s = 1.
TEST(PressFault, StickingShowsAtTakeOffEjectionAndStations) {
  OnePress clean{5, still_press()}, sticky{5, still_press()};
  sticky.effects.sticking_rate = 1;
  for (int i = 0; i < 3600; ++i) {
    clean.step();
    sticky.step();
  }
  EXPECT_NEAR(sticky.value("tp1/takeoff_force") - clean.value("tp1/takeoff_force"), 10, 1.5);
  EXPECT_NEAR(sticky.value("tp1/ejection_max") / clean.value("tp1/ejection_max"), 1.5, 0.05);
  EXPECT_NEAR(sticky.press.quality().weight_mg / clean.press.quality().weight_mg - 1, -0.003, 0.0002);
  EXPECT_GT(sticky.value("tp1/punch_temp"), clean.value("tp1/punch_temp") + 1);
  double spread = 0;
  for (int i = 1; i <= station_count; ++i) {
    const std::string station = "tp1/st" + std::string(i < 10 ? "0" : "") + std::to_string(i);
    spread += sticky.value(station + "_force_main_z") * sticky.value(station + "_force_main_z") / station_count;
  }
  EXPECT_GT(spread, 1);

  OnePress dry{5, still_press()}, moist{5, still_press()};
  dry.effects.sticking_rate = moist.effects.sticking_rate = 1;
  dry.feed.powder = nominal_blend(dry.parameters, 0.5);
  moist.room.room_rh_pct = 55;
  for (int i = 0; i < 600; ++i) {
    dry.step();
    moist.step();
  }
  const double hour = 600.0 / 3600;
  EXPECT_NEAR(dry.press.film() / hour, 1 + 5 * 0.5, 0.01);
  EXPECT_NEAR(moist.press.film() / hour, 1.5, 0.01);
}

// F19: one punch too short shows at its station alone.
TEST(PressFault, ShortPunchShowsAtItsStation) {
  for (const auto& [short_mm, z] : {std::pair{0.03, -3.0}, std::pair{0.065, -5.5}, std::pair{0.10, -8.0}}) {
    OnePress machine{5, still_press()};
    machine.step();
    const double srel = machine.value("tp1/force_main_srel");
    const double outside = share_outside(machine.parameters.press, machine.press.quality(), 100, 0.6);
    machine.effects.punch_short_mm[6] = short_mm;
    machine.step();
    EXPECT_NEAR(machine.value("tp1/st07_force_main_z"), z, 0.5) << short_mm;
    EXPECT_NEAR(machine.value("tp1/st08_force_main_z"), 0, 0.3);
    EXPECT_EQ(machine.value("tp1/st07_ejection_z"), 0);
    EXPECT_GT(machine.value("tp1/force_main_srel"), srel + 0.03);
    EXPECT_LT(machine.value("tp1/force_main_srel"), srel + 1);
    EXPECT_NEAR(machine.press.quality().odd_share, 1.0 / 36, 1e-12);
    EXPECT_GT(share_outside(machine.parameters.press, machine.press.quality(), 100, 0.6), outside);
  }
}

TEST(PressRestart, SrelIsHighForTenToTwentySeconds) {
  OnePress machine;
  for (int i = 0; i < 60; ++i) machine.step();
  machine.orders.press_runs = false;
  for (int i = 0; i < 150; ++i) machine.step();
  machine.orders.press_runs = true;
  int high = 0;
  for (int i = 0; i < 120; ++i) {
    machine.step();
    high += machine.value("tp1/force_main_srel") > 15;
  }
  EXPECT_GE(high, 10);
  EXPECT_LE(high, 20);
  EXPECT_NEAR(machine.value("tp1/force_main_srel"), 4.56, 0.1);
}

}  // namespace
}  // namespace steadyline
