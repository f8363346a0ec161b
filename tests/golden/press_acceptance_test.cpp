#include <algorithm>
#include <cmath>
#include <cstdio>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "support/one_press.h"

namespace steadyline {
namespace {

using test::OnePress;
using test::still_press;
using test::twin_parameters;

// The tables of LINE §3.4 for one tablet at fixed gap, the gains of LINE §6.4, and what recorded presses show of noise and fill moves.

struct Made {
  Compression compression;
  TabletQuality quality;
};

Made made(double weight_mg, double gap_mm, double lubrication = 1) {
  const PressParameters p = twin_parameters().press;
  const Compression c = compress(p, weight_mg, gap_mm, yield_pressure_mpa(p, 0, 0));
  TabletCauses causes;
  causes.weight_mg = weight_mg;
  causes.weight_rsd_pct = 1;
  causes.lubrication = lubrication;
  causes.turret_rpm = p.turret_rpm;
  causes.pre_force_kn = pre_force_kn(p, weight_mg, p.gap_pre_mm);
  return {c, tablet_quality(p, c, causes)};
}

/// Within 1.5 %, or 0.3 where that is more: newtons of hardness.
void expect_near_table(double value, double table, double at_least = 0) { EXPECT_NEAR(value, table, std::max(0.015 * table, at_least)); }

TEST(PressTable, OfTheWeightAtFixedGap) {
  struct Row {
    double weight_change, force_kn, hardness_n;
  };
  for (const Row& row : {Row{-0.05, 8.06, 61}, Row{-0.02, 9.16, 76}, Row{-0.01, 9.57, 81}, Row{0, 10.0, 86.8}, Row{0.01, 10.46, 93},
                         Row{0.02, 10.95, 99}, Row{0.05, 12.65, 119}}) {
    SCOPED_TRACE(row.weight_change);
    const Made tablet = made(250 * (1 + row.weight_change), 2.906);
    expect_near_table(tablet.compression.force_kn, row.force_kn);
    expect_near_table(tablet.quality.hardness_n, row.hardness_n, 0.3);
  }
}

TEST(PressTable, OfTheGapAtFixedWeight) {
  struct Row {
    double gap_change_mm, force_kn, hardness_n, thickness_mm;
  };
  for (const Row& row : {Row{-0.10, 11.7, 105, 2.99}, Row{-0.05, 10.8, 96, 3.02}, Row{0.05, 9.3, 79, 3.10}, Row{0.10, 8.7, 71, 3.14},
                         Row{0, 10.0, 86.8, 3.06}}) {
    SCOPED_TRACE(row.gap_change_mm);
    const Made tablet = made(250, 2.906 + row.gap_change_mm);
    expect_near_table(tablet.compression.force_kn, row.force_kn);
    expect_near_table(tablet.quality.hardness_n, row.hardness_n, 0.3);
    EXPECT_NEAR(tablet.quality.thickness_mm, row.thickness_mm, 0.006);  // the table has two decimals
  }
}

TEST(PressTable, OfTheNominalTablet) {
  const Made tablet = made(250, 2.906);
  EXPECT_NEAR(tablet.compression.pressure_mpa, 157.2, 0.3);
  EXPECT_NEAR(tablet.compression.density_in, 0.886, 0.001);
  EXPECT_NEAR(tablet.quality.thickness_relaxed_mm / tablet.quality.thickness_mm, 1 + 0.005 * (1 - std::exp(-0.5)), 1e-9);
  EXPECT_NEAR(tablet.quality.hardness_relaxed_n / tablet.quality.hardness_n, 1 - 0.03 * (1 - std::exp(-0.5)), 1e-9);
  EXPECT_NEAR(tablet.quality.diameter_mm, 9.02, 0.001);
  EXPECT_NEAR(tablet.quality.hardness_sd_n, 8.5, 0.2);
  EXPECT_NEAR(tablet.quality.dissolution_pct, 90, 0.1);
}

TEST(PressTable, ForceGrowsWithTheWeightAsRecordedPressesShow) {
  for (const double change : {-0.01, -0.005, 0.0, 0.005, 0.01}) {
    const Made low = made(250 * (1 + change - 0.005), 2.906), high = made(250 * (1 + change + 0.005), 2.906);
    const double elasticity =
        std::log(high.compression.force_kn / low.compression.force_kn) / std::log(high.quality.weight_mg / low.quality.weight_mg);
    EXPECT_GE(elasticity, 4.3) << change;
    EXPECT_LE(elasticity, 4.7) << change;
    EXPECT_NEAR(made(250 * (1 + change), 2.906).compression.per_weight, elasticity, 0.01);
    EXPECT_NEAR(made(250 * (1 + change), 2.906).quality.hardness_per_weight,
                std::log(high.quality.hardness_n / low.quality.hardness_n) / std::log(high.quality.weight_mg / low.quality.weight_mg),
                0.02);
  }
}

TEST(PressTable, OfTheEjectionForce) {
  const PressParameters p = twin_parameters().press;
  const Compression c = made(250, 2.906).compression;
  EXPECT_NEAR(ejection_n(p, c, 1.0, 46.3), 187, 187 * 0.015);
  EXPECT_NEAR(ejection_n(p, c, 0.5, 46.3), 313, 313 * 0.015);
  EXPECT_NEAR(ejection_n(p, c, 0.0, 46.3), 727, 727 * 0.015);
  EXPECT_NEAR(ejection_n(p, c, 1.0, 46.3 * 1.2) / ejection_n(p, c, 1.0, 46.3), 1.03, 1e-9);
}

// F07 and F08 at the tablet: less and more lubricant, longer shear.
TEST(PressTable, OfTheLubricant) {
  const PressParameters p = twin_parameters().press;
  const Compression c = made(250, 2.906).compression;
  const auto ejection_change = [&](double stearate_pct) { return ejection_n(p, c, stearate_pct, 46.3) / ejection_n(p, c, 1, 46.3) - 1; };
  const auto strength_change = [&](double stearate_pct, double shear) { return lubrication(p, stearate_pct, shear) - 1; };
  EXPECT_NEAR(ejection_change(0.75), 0.24, 0.01);
  EXPECT_NEAR(ejection_change(0.50), 0.67, 0.01);
  EXPECT_NEAR(ejection_change(0.25), 1.46, 0.01);
  EXPECT_NEAR(ejection_change(1.3), -0.15, 0.01);
  EXPECT_NEAR(ejection_change(2.5), -0.29, 0.01);
  EXPECT_NEAR(strength_change(0.8, 118.8), 0.06, 0.01);
  EXPECT_NEAR(strength_change(0.0, 118.8), 0.41, 0.01);
  EXPECT_NEAR(strength_change(1.0, 118.8 * 1.3), -0.08, 0.01);
  EXPECT_NEAR(strength_change(1.0, 118.8 * 2.5), -0.30, 0.01);
  EXPECT_NEAR(made(250, 2.906, 0.9).quality.hardness_n / made(250, 2.906).quality.hardness_n, 0.9, 1e-9);
}

TEST(PressTable, OfTheFilledDie) {
  const PressParameters p = twin_parameters().press;
  EXPECT_NEAR(filling_degree(p, 45, 46.3, 1), 0.995, 0.0005);
  EXPECT_NEAR(filling_degree(p, 45, 46.3 * 1.5, 1), 1 - 0.029, 0.0005);
  EXPECT_NEAR(filling_degree(p, 22.5, 46.3, 1), 1 - 0.071, 0.0005);
  EXPECT_NEAR(die_density(p, 0.10, 50), 0.46 * 1.06, 1e-12);
  EXPECT_NEAR(die_density(p, 0, 100), 0.46 * 1.04, 1e-12);
}

TEST(PressTable, OfCapping) {
  const PressParameters p = twin_parameters().press;
  const auto capping = [&](double pressure_mpa, double speed, double pre_kn, double density) {
    Compression c = made(250, 2.906).compression;
    c.pressure_mpa = pressure_mpa;
    c.density_in = density;
    TabletCauses causes;
    causes.weight_mg = 250;
    causes.turret_rpm = 46.3 * speed;
    causes.pre_force_kn = pre_kn;
    return tablet_quality(p, c, causes).capping;
  };
  EXPECT_NEAR(capping(157, 1, 2, 0.886), 0.00055, 0.00002);
  EXPECT_NEAR(capping(157, 1.3, 2, 0.886), 0.008, 0.0005);
  EXPECT_NEAR(capping(157 * 1.15, 1.3, 2, 0.886), 0.027, 0.001);
  const auto logit = [](double share) { return std::log(share / (1 - share)); };
  EXPECT_NEAR(logit(capping(157, 1, 3, 0.886)) - logit(capping(157, 1, 2, 0.886)), -1.25, 1e-9);
  EXPECT_NEAR(logit(capping(157, 1, 2, 0.94)) - logit(capping(157, 1, 2, 0.92)), 4, 1e-9);
  EXPECT_NEAR(pre_force_kn(p, 250, 4.0) / pre_force_kn(p, 250, 4.3), 1.54, 0.01);
  EXPECT_NEAR(logit(capping(157, 1, pre_force_kn(p, 250, 4.0), 0.886)) - logit(capping(157, 1, 2, 0.886)), -1.35, 0.02);
}

// LINE §6.4, moves at open loop: what changes within the first turns.
TEST(PressGain, OfTheMovesThatAnOperatorHas) {
  OnePress still{5, still_press()};
  still.step();
  const TabletQuality nominal = still.press.quality();
  const double force = still.value("tp1/force_main_mean");
  const auto after = [&](auto&& move) {
    OnePress moved{5, still_press()};
    move(moved);
    for (int i = 0; i < 20; ++i) moved.step();
    return moved;
  };
  const OnePress fill = after([](OnePress& m) { m.orders.fill_trim_mm = 0.085; });
  EXPECT_NEAR(fill.press.quality().weight_mg / nominal.weight_mg - 1, 0.0100, 0.0005);
  EXPECT_NEAR(fill.value("tp1/force_main_mean") / force - 1, 0.045, 0.002);
  EXPECT_NEAR(fill.press.quality().hardness_n / nominal.hardness_n - 1, 0.069, 0.002);
  EXPECT_NEAR(fill.press.quality().thickness_mm / nominal.thickness_mm - 1, 0.0025, 0.0005);

  const OnePress gap = after([](OnePress& m) { m.orders.gap_main_mm -= 0.05; });
  EXPECT_NEAR(gap.value("tp1/force_main_mean") / force - 1, 0.08, 0.005);
  EXPECT_NEAR(gap.press.quality().hardness_n / nominal.hardness_n - 1, 0.10, 0.005);
  EXPECT_NEAR(gap.press.quality().thickness_mm - nominal.thickness_mm, -0.04, 0.003);
  EXPECT_EQ(gap.press.quality().weight_mg, nominal.weight_mg);

  const OnePress turret = after([](OnePress& m) { m.orders.turret_rpm *= 1.1; });
  EXPECT_NEAR(turret.value("tp1/tbl_rate") / still.value("tp1/tbl_rate") - 1, 0.10, 0.001);
  EXPECT_NEAR(turret.press.quality().weight_mg / nominal.weight_mg - 1, -0.003, 0.0003);
  const auto logit = [](double share) { return std::log(share / (1 - share)); };
  EXPECT_NEAR(logit(turret.press.quality().capping) - logit(nominal.capping), 0.9, 0.1);

  const OnePress paddle = after([](OnePress& m) { m.feed.paddle_rpm *= 0.8; });
  EXPECT_NEAR(paddle.press.quality().weight_mg / nominal.weight_mg - 1, -0.0095, 0.0003);
}

// With the force loop: less shear by slower paddles makes the same tablets harder.
TEST(PressGain, SlowerPaddlesMakeHarderTabletsOfTheSameWeight) {
  TwinParameters p = still_press();
  p.press.force_deadband = 0.01;
  OnePress before{5, p}, slower{5, p};
  slower.feed.paddle_rpm *= 0.8;
  slower.feed.powder[part_shear] -= 0.2 * 32.4 / 1000;
  double hardness = 0, weight = 0;
  for (int i = 0; i < 6000; ++i) {
    before.step();
    slower.step();
    if (i < 600) continue;
    hardness += slower.press.quality().hardness_n / before.press.quality().hardness_n / 5400;
    weight += slower.press.quality().weight_mg / before.press.quality().weight_mg / 5400;
  }
  EXPECT_NEAR(hardness - 1, 0.017, 0.008);
  EXPECT_NEAR(weight - 1, 0, 0.002);
}

double allan(const std::vector<double>& values, std::size_t together) {
  double before = 0, squares = 0;
  std::size_t groups = 0;
  for (std::size_t i = 0; i + together <= values.size(); i += together, ++groups) {
    double mean = 0;
    for (std::size_t j = 0; j < together; ++j) mean += values[i + j] / static_cast<double>(together);
    if (groups > 0) squares += (mean - before) * (mean - before);
    before = mean;
  }
  return std::sqrt(squares / 2 / static_cast<double>(groups - 1));
}

TEST(PressNoise, IsWhiteAndTheFillMovesAsRecordedPressesShow) {
  constexpr int runs = 6, hours = 12;
  double at6 = 0, at30 = 0, at180 = 0, moves_per_h = 0, move_mm = 0;
  for (int seed = 1; seed <= runs; ++seed) {
    OnePress machine{static_cast<std::uint64_t>(seed)};
    machine.level_follows = true;
    std::vector<double> force;  // logged every 10 s
    int moves = 0;
    double moved = 0;
    machine.step();
    for (int second = 1; second < hours * 3600; ++second) {
      const double fill = machine.value("tp1/fill_sp");
      machine.step();
      if (second % 10 == 0) force.push_back(machine.reading("tp1/force_main_mean"));
      const double move = std::fabs(machine.value("tp1/fill_sp") - fill);
      moves += move > 0;
      moved += move;
    }
    const double one = allan(force, 1);
    at6 += allan(force, 6) / one / runs;
    at30 += allan(force, 30) / one / runs;
    at180 += allan(force, 180) / one / runs;
    moves_per_h += static_cast<double>(moves) / hours / runs;
    move_mm += moved / moves / runs;
  }
  EXPECT_NEAR(at6, 0.39, 0.03);
  EXPECT_NEAR(at30, 0.16, 0.03);
  EXPECT_NEAR(at180, 0.08, 0.03);
  EXPECT_GE(moves_per_h, 120);
  EXPECT_LE(moves_per_h, 230);
  EXPECT_NEAR(move_mm, 0.027, 0.003);
  std::printf("Allan %.3f %.3f %.3f, %.0f moves of %.4f mm an hour\n", at6, at30, at180, moves_per_h, move_mm);
}

TEST(PressNoise, SrelIsToTheWeightsAsRecordedPressesShow) {
  OnePress machine;
  EXPECT_NEAR(machine.mean("tp1/force_main_srel", 600), 4.5, 0.15);  // the equation gives 4.56
  for (const double cohesion : {0.6, 1.0, 2.0}) {
    OnePress lot;
    lot.feed.powder[part_cohesion] = cohesion - 1;
    const double srel = lot.mean("tp1/force_main_srel", 600);
    const double rsd = 100 * lot.press.quality().weight_sd_mg / lot.press.quality().weight_mg;
    EXPECT_NEAR(rsd, std::sqrt(cohesion), 0.01);
    EXPECT_GE(srel / rsd, 3.8) << cohesion;
    EXPECT_LE(srel / rsd, 4.8) << cohesion;
  }
}

}  // namespace
}  // namespace steadyline
