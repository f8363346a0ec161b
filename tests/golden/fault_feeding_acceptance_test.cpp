// F01 to F10, faults of feeders and lots, in the whole line against their rows of the library: which tags show them, in which order, with
// which sign and size, and when the product leaves its limits. Figures of the rows are met within 10 %; where an equation gives another
// figure than the row quotes, the test says so.
#include <gtest/gtest.h>

#include "support/fault_run.h"

namespace steadyline::test {
namespace {

// A loss of true API flow that stays (LINE §7.3, last row): the feeders give their set-points exactly. The missing powder also slows the
// line, which the quoted figures leave out: up to 9 s more for a loss, less for a gain.
TEST(Breach, OfARectangularErrorInTestMode) {
  struct Row {
    double error, breach_s;
  };
  for (const Row row :
       {Row{-1.0, 145}, {-0.5, 167}, {-0.3, 190}, {-0.2, 219}, {-0.15, 258}, {0.2, 227}, {0.3, 197}, {0.5, 174}, {1.0, 155}}) {
    FaultSpec spec =
        row.error == -1 ? fault_of("F06", "fd1", 1, 500) : fault_of(row.error < 0 ? "F07" : "F08", "fd1", std::fabs(row.error), 500);
    spec.onset = Onset::step;
    const FaultRun run{spec, open_loop()};
    EXPECT_NEAR(run.breach_s(), row.breach_s, tenth * row.breach_s) << row.error;
    RecordProperty("breach " + std::to_string(row.error), std::to_string(run.breach_s()));
  }
  for (const double error : {-0.1, 0.1}) {
    FaultSpec spec = fault_of(error < 0 ? "F07" : "F08", "fd1", 0.1, 1500);
    spec.onset = Onset::step;
    EXPECT_EQ((FaultRun{spec, open_loop()}).breach_s(), never) << error;
  }
}

TEST(F01, ApiBridgingBreachesWhenItsRowSays) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    EXPECT_NEAR((FaultRun{fault_of("F01", "fd1", 1, 400), seeded(seed)}).breach_s(), 206, 20.6) << seed;
    EXPECT_NEAR((FaultRun{fault_of("F01", "fd1", 0.65, 400), seeded(seed)}).breach_s(), 241, 24.1) << seed;
    EXPECT_EQ((FaultRun{fault_of("F01", "fd1", 0.3, 400), seeded(seed)}).breach_s(), never) << seed;
    const FaultRun half{fault_of("F01", "fd1", 0.5, 500), seeded(seed)};  // grazes 90 % LC
    EXPECT_NEAR(half.lowest_potency(), 90, 0.6) << seed;
    EXPECT_TRUE(half.breach_s() == never || std::fabs(half.breach_s() - 294) < 29.4) << seed << ": " << half.breach_s();
    EXPECT_GT(half.lowest_potency(403, 500), 90) << "recovers, seed " << seed;
  }
}

TEST(F01, ShowsFirstAtTheScrewThenAtTheProbes) {
  FaultSpec spec = fault_of("F01", "fd1", 0.65, 400);
  spec.surge = true;
  const FaultRun run{spec, keep({"fd1/screw_speed_pv", "fd1/feed_factor"})};
  EXPECT_TRUE(run.in_order({"fd1/screw_speed_pv", "fd1/feed_factor", "ch1/nir1_api", "ff1/nir2_api"}));
  EXPECT_LT(run.visible_s("fd1/massflow_pv"), 20);
  EXPECT_GT(run.ratio("fd1/screw_speed_pv", 200, 400), 2.0);
  EXPECT_LT(run.ratio("fd1/feed_factor", 200, 400), 0.5);
  EXPECT_LT(run.lowest_potency(0, 500), 86);
  EXPECT_GT(run.highest_potency(500, 1300), 110) << "the collapse goes low, then high";
  EXPECT_EQ(run.label.breach_spec, run.label.on + std::chrono::seconds{static_cast<int>(run.breach_s())});
}

TEST(F02, MccBridgingMakesTheTabletStronger) {
  const FaultRun strong{fault_of("F02", "fd2", 0.6, 400), keep({"fd2/screw_speed_pv"})};
  EXPECT_TRUE(strong.in_order({"fd2/screw_speed_pv", "fd2/feed_factor", "ch1/nir1_api", "ff1/nir2_api"}));
  EXPECT_GT(strong.highest_potency(100, 400), 106);
  const FaultRun hidden{fault_of("F02", "fd2", 0.3, 400), seeded(3)};
  EXPECT_LT(hidden.highest_potency(), 105);  // the loop hides it
  // In test mode a loss of the share s of MCC gives 1 / (1 - 0.49 s): +5.2 % for 0.1, +32 % for 0.5 (the row's "+32 %"), +96 % for 1.
  for (const auto& [severity, gain] : {std::pair{0.1, 1.052}, std::pair{0.5, 1.325}}) {
    FaultSpec spec = fault_of("F07", "fd2", severity, 900);
    spec.onset = Onset::step;
    const FaultRun run{spec, open_loop()};
    EXPECT_NEAR(run.on.back().potency_pct / 100, gain, 0.1 * (gain - 1)) << severity;
  }
}

TEST(F03, RefillOvershootsUnseenByTheMassFlow) {
  const FaultRun run{fault_of("F03", "fd1", 0.4, 2400), keep({"fd1/mode", "fd1/massflow_pv", "fd1/feed_factor"})};
  const auto& mode = run.values("fd1/mode");
  const auto refill = static_cast<std::size_t>(std::find(mode.begin(), mode.end(), 3.0) - mode.begin());
  ASSERT_LT(refill, 1500u);
  const auto s = static_cast<double>(refill);
  double highest = 0;
  for (double t = s; t < s + 35; ++t) highest = std::max(highest, run.ratio(t, t + 5, api_flow));
  EXPECT_GT(highest, 1.10);
  EXPECT_LT(highest, 1.40);
  EXPECT_NEAR(run.ratio("fd1/massflow_pv", s, s + 30), 1, 0.05) << "blind window";
  EXPECT_GT(run.change("fd1/feed_factor", s + 36, s + 60), 0);
  EXPECT_GT(run.visible_s("ch1/nir1_api"), s + 40);
  EXPECT_LT(run.visible_s("ch1/nir1_api"), s + 170);
  EXPECT_LT(run.visible_s("ff1/nir2_api"), s + 190);
  EXPECT_GT(run.highest_potency(), 103);
  EXPECT_LT(run.highest_potency(), 110);
}

TEST(F04, LoadCellDriftBreachesWhenItsRowSays) {
  const FaultRun low{fault_of("F04", "fd1", 5, 12000), keep({"fd1/massflow_pv", "fd1/massflow_sp", "fd1/feed_factor", "ch1/nir1_api"}, 0)};
  EXPECT_NEAR(low.breach_s() / 3600, 2.78, 0.278);
  // The measured flow is perfect where the loop is closed; while it is blind, the learned feed factor is as wrong as the scale.
  EXPECT_NEAR(low.with("fd1/massflow_pv", 6000, 9600) / low.with("fd1/massflow_sp", 6000, 9600), 1, 0.005);
  EXPECT_NEAR(low.ratio(9000, 9600, api_flow), 1 / (1 + 0.05 * 9300 / 3600), 0.02);
  EXPECT_LT(low.change("ch1/nir1_api", 9000, 9600), -1.5);
  EXPECT_GT(low.ratio("fd1/feed_factor", 9000, 9600), 1.05);  // more grams a turn, says the scale
  const FaultRun high{fault_of("F04", "fd1", -5, 9600), keep({}, 0)};
  EXPECT_NEAR(high.breach_s() / 3600, 2.28, 0.228);
}

TEST(F04, ZeroCreepCostsAConstantFlow) {
  const FaultRun run{fault_of("F04", "fd1", 5, 2400, 0, "zero"), keep({"fd1/massflow_pv"}, 0)};
  EXPECT_NEAR(run.ratio(1200, 2400, api_flow), 0.95, 0.01);
  EXPECT_NEAR(run.ratio("fd1/massflow_pv", 1200, 2400), 1, 0.005);
}

TEST(F05, WornScrewTurnsFasterAndNothingElse) {
  const FaultRun run{fault_of("F05", "fd2", 30, 14400), keep({"fd2/screw_speed_pv", "fd2/feed_factor", "fd2/drive_torque"}, 0)};
  const double worn = 0.30 * 12600 / 86400;
  EXPECT_NEAR(run.ratio("fd2/screw_speed_pv", 10800, 14400), 1 / (1 - worn), 0.012);
  EXPECT_NEAR(run.ratio("fd2/feed_factor", 10800, 14400), 1 - worn, 0.012);
  EXPECT_LT(run.ratio("fd2/drive_torque", 10800, 14400), 1);
  EXPECT_NEAR(run.ratio(10800, 14400, [](const Truth& t) { return t.flow_kg_h[1]; }), 1, 0.003);
  EXPECT_TRUE(run.sees("fd2/screw_speed_pv"));
  EXPECT_FALSE(run.label.breach_spec);
}

TEST(F06, StoppedFeederStandsAndTheHoldUpFalls) {
  const FaultRun run{fault_of("F06", "fd1", 1, 120), keep({"fd1/massflow_pv", "fd1/screw_speed_pv", "fd1/mode", "bl1/holdup"})};
  EXPECT_TRUE(run.in_order({"fd1/screw_speed_pv", "bl1/holdup", "bl2/holdup", "ch1/nir1_api", "ff1/nir2_api"}));
  EXPECT_LT(run.visible_s("fd1/massflow_pv"), 15);
  EXPECT_LT(run.visible_s("fd1/drive_torque"), 15);
  EXPECT_LT(run.with("fd1/screw_speed_pv", 20, 115), 1);
  EXPECT_LT(run.ratio("bl1/holdup", 100, 120), 0.92);
  EXPECT_NEAR(run.breach_s(), 145, 14.5);
}

TEST(F06, WithoutLubricantTabletsSticks) {
  const FaultRun run{fault_of("F06", "fd6", 1, 600), keep({"tp1/ejection_max"}, 0)};
  EXPECT_NEAR(run.ratio("tp1/ejection_max", 450, 600), 727.0 / 187, 0.15);
  EXPECT_TRUE(run.in_order({"fd6/screw_speed_pv", "tp1/ejection_max"}));
}

TEST(F07, UnderFedLubricantShowsAtTheEjectionAlone) {
  struct Row {
    double severity, ejection, hardness_low, hardness_high;
  };
  for (const Row row : {Row{0.25, 0.24, 0.06, 0.10}, {0.5, 0.67, 0.13, 0.22}, {0.75, 1.46, 0.22, 0.33}, {1.0, 2.89, 0.35, 0.44}}) {
    const FaultRun run{fault_of("F07", "fd6", row.severity, 1500, 60), keep({"tp1/ejection_max"}, 0)};
    EXPECT_NEAR(run.ratio("tp1/ejection_max", 700, 1500) - 1, row.ejection, tenth * row.ejection) << row.severity;
    EXPECT_GT(run.ratio(700, 1500, hardness) - 1, row.hardness_low);
    EXPECT_LT(run.ratio(700, 1500, hardness) - 1, row.hardness_high);
    EXPECT_TRUE(run.untouched({"fd6/massflow_pv", "fd6/screw_speed_pv", "fd6/feed_factor"}));
    EXPECT_TRUE(run.sees("tp1/ejection_max"));
  }
}

TEST(F08, OverFedLubricantSoftens) {
  struct Row {
    double severity, hardness, ejection;
  };
  for (const Row row : {Row{0.3, -0.08, -0.15}, {1.5, -0.30, -0.29}}) {
    const FaultRun run{fault_of("F08", "fd6", row.severity, 1800, 60), keep({"tp1/ejection_max"}, 0)};
    EXPECT_NEAR(run.ratio(800, 1800, hardness) - 1, row.hardness, 0.02) << row.severity;
    EXPECT_NEAR(run.ratio("tp1/ejection_max", 800, 1800) - 1, row.ejection, 0.03) << row.severity;
    EXPECT_LT(run.ratio(800, 1800, [](const Truth& t) { return t.dissolution_pct; }), 1);
    EXPECT_TRUE(run.untouched({"fd6/massflow_pv"}));
    EXPECT_TRUE(run.in_order({"tp1/ejection_max", "tt1/hardness_mean"}));
  }
  const FaultRun shear{fault_of("F08", "bl2", 1, 1800, 60, "shear"), keep({"tp1/ejection_max"}, 0)};
  EXPECT_LT(shear.ratio(800, 1800, hardness), 0.85);
  EXPECT_NEAR(shear.ratio("tp1/ejection_max", 800, 1800), 1, 0.005);
  EXPECT_TRUE(shear.sees("tt1/hardness_mean"));
}

TEST(F09, LotPotencyShowsAtBothProbesOnly) {
  for (const double severity : {0.08, -0.06}) {
    const FaultRun run{fault_of("F09", "fd1", severity, 9000), keep({}, 0)};
    EXPECT_TRUE(run.in_order({"ch1/nir1_api", "ff1/nir2_api"}));
    EXPECT_TRUE(run.untouched({"fd1/massflow_pv", "fd1/screw_speed_pv", "fd1/feed_factor", "tp1/force_main_mean", "tt1/weight_mean"}));
    EXPECT_NEAR(run.ratio(8400, 9000, [](const Truth& t) { return t.potency_pct; }) - 1, severity,
                tenth * std::fabs(severity));  // 50 min tail
  }
}

TEST(F10, DensityShiftMovesTheFillNotTheForce) {
  for (const double shift : {0.15, -0.15}) {
    const FaultRun run{fault_of("F10", "fd2", shift, 7200),
                       keep({"tp1/fill_pv", "tp1/force_main_mean", "fd2/screw_speed_pv", "fd2/feed_factor"}, 0)};
    EXPECT_LT(shift * run.change("tp1/fill_pv", 5000, 7200), 0);
    EXPECT_LT(shift * run.change("fd2/screw_speed_pv", 5000, 7200), 0);
    EXPECT_GT(shift * run.change("fd2/feed_factor", 5000, 7200), 0);
    EXPECT_TRUE(run.in_order({"fd2/feed_factor", "tp1/fill_pv"}));
    EXPECT_NEAR(run.ratio("tp1/force_main_mean", 5000, 7200), 1, 0.01);
    EXPECT_NEAR(run.ratio(5000, 7200, weight), 1, 0.005);
  }
}

}  // namespace
}  // namespace steadyline::test
