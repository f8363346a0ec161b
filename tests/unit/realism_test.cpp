// Press statistics, classifier, realism score and fit on made-up presses whose answers are known.
#include "evaluation/realism.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "core/philox.h"
#include "evaluation/realism_data.h"
#include "evaluation/realism_fit.h"
#include "evaluation/realism_forest.h"
#include "evaluation/realism_study.h"
#include "evaluation/realism_twin.h"
#include "support/twin_runs.h"

namespace steadyline {
namespace {

using ::testing::ElementsAre;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// A calm press: white noise around its levels; the readings never repeat all at once.
PressBatch white_press(std::size_t rows, std::uint64_t seed, double force_kn = 6) {
  const RandomStream random{seed, 0};
  PressBatch batch{"p", "c", std::to_string(seed), {}};
  for (std::size_t i = 0; i < rows; ++i) {
    const auto n = [&](std::uint64_t k) { return random.normal(4 * i + k); };
    batch.readings.push_back(
        {10.0 * static_cast<double>(i), 100, force_kn + 0.1 * n(0), 4.5 + 0.4 * n(1), 6.5 + 0.02 * n(2), 200 + 5 * n(3)});
  }
  return batch;
}

PressFit some_fit() {
  return {.force_kn = 6,
          .fill_mm = 6.5,
          .srel_pct = 4.5,
          .ejection_n = 190,
          .force_noise = 0.02,
          .force_mean_s = 2,
          .loop_s = 2,
          .loop_gain = 1,
          .deadband = 0.004,
          .fill_quantum_mm = 0.02,
          .weight_wander = 0.002,
          .weight_wander_tau_s = 200,
          .weight_mixing_s = 10,
          .slow_wander = 0.004,
          .srel = {0.4, 0.05, 300},
          .ejection = {5, 8, 900},
          .misfit = 0};
}

TEST(PressStatistics, AllanDeviationOfWhiteNoiseFallsWithTheRoot) {
  const PressBatch batch = white_press(20'000, 3);
  const LoopStatistics s = loop_statistics(running(batch));
  EXPECT_NEAR(s.white[0], 0.1, 0.002);
  EXPECT_NEAR(s.allan_6, 1 / std::sqrt(6.0), 0.01);
  EXPECT_NEAR(s.allan_30, 1 / std::sqrt(30.0), 0.01);
  EXPECT_NEAR(s.allan_180, 1 / std::sqrt(180.0), 0.015);
}

TEST(PressStatistics, FillMovesAreChangesOfTheReading) {
  PressBatch batch;
  const double fill[] = {6.50, 6.50, 6.53, 6.53, 6.47, 6.50, 6.50};
  for (std::size_t i = 0; i < 7; ++i)
    batch.readings.push_back({10.0 * static_cast<double>(i), 1, 6, 4, fill[i], 200 + static_cast<double>(i)});
  const LoopStatistics s = loop_statistics(running(batch, {.settle_s = 0}));
  EXPECT_NEAR(s.moves_per_h, 360 * 3 / 6.0, 1e-9);
  EXPECT_NEAR(s.move_mm, 0.04, 1e-9);
  EXPECT_NEAR(s.move_quantum_mm, 0.03, 1e-9);
}

TEST(PressStatistics, GapsSpeedingUpStaleAndMissingReadingsEndAStretchAndAreCounted) {
  PressBatch batch = white_press(100, 4);
  for (std::size_t i = 40; i < 100; ++i) batch.readings[i].time_s += 60;  // the logger paused
  for (std::size_t i = 60; i < 70; ++i)
    batch.readings[i] = [&, r = batch.readings[60]]() mutable { return r.time_s = batch.readings[i].time_s, r; }();
  batch.readings[80].srel_pct = none;
  batch.readings[90].speed = 0;
  const Running kept = running(batch);
  EXPECT_EQ(kept.rows, 99U);
  EXPECT_EQ(kept.settling, 6U + 6U + 6U);
  EXPECT_EQ(kept.stale, 10U);
  EXPECT_EQ(kept.incomplete, 1U);
  std::vector<std::size_t> lengths;
  for (const auto stretch : kept.stretches) lengths.push_back(stretch.size());
  EXPECT_THAT(lengths, ElementsAre(34U, 14U, 10U, 9U, 3U));
}

TEST(PressStatistics, StopsLastFromTheFirstZeroToTheNextRunningReading) {
  PressBatch batch = white_press(100, 5);
  batch.readings[0].speed = 0;                                        // not yet started: no stop
  batch.readings[10].speed = 0;                                       // 10 s
  for (std::size_t i = 50; i < 62; ++i) batch.readings[i].speed = 0;  // 120 s
  batch.readings[99].speed = 0;                                       // the end of the batch: no stop
  const PressStops s = press_stops(std::span{&batch, 1});
  EXPECT_THAT(s.durations_s, ElementsAre(10, 120));
  EXPECT_NEAR(s.running_h, 85 * 10 / 3600.0, 1e-9);
  EXPECT_NEAR(s.quantile_s(0.5), 65, 1e-9);
}

TEST(RealismForest, TellsWhatNoStraightLineTells) {
  const RandomStream random{6, 0};
  FeatureTable table{3, {}};
  std::vector<bool> is_first;
  for (std::size_t i = 0; i < 600; ++i) {
    const double x = random.uniform(3 * i) - 0.5, y = random.uniform(3 * i + 1) - 0.5;
    table.values.insert(table.values.end(), {x, y, random.uniform(3 * i + 2)});
    is_first.push_back(x * y > 0);
  }
  const Forest forest{table, is_first, {}};
  const RidgeLogistic straight{table, is_first};
  std::vector<double> of_first, of_other, straight_first, straight_other;
  for (double x = -0.45; x < 0.5; x += 0.1)
    for (double y = -0.45; y < 0.5; y += 0.1) {
      const std::vector<double> row{x, y, 0.5};
      (x * y > 0 ? of_first : of_other).push_back(forest.score(row));
      (x * y > 0 ? straight_first : straight_other).push_back(straight.score(row));
    }
  EXPECT_GT(area_under_curve(of_first, of_other), 0.97);
  EXPECT_LT(area_under_curve(straight_first, straight_other), 0.7);
}

TEST(RealismForest, TiesCountHalf) {
  EXPECT_DOUBLE_EQ(area_under_curve(std::vector<double>{1, 2}, std::vector<double>{1, 0}), 0.875);
  EXPECT_DOUBLE_EQ(area_under_curve(std::vector<double>{3}, std::vector<double>{3, 3}), 0.5);
}

TEST(RealismScore, OneLawCannotBeToldApartAndAnotherCan) {
  std::vector<PressBatch> one, same, other;
  for (std::uint64_t b = 0; b < 6; ++b) {
    one.push_back(white_press(1200, 10 + b));
    same.push_back(white_press(1200, 20 + b));
    other.push_back({"", "", "", linear_press(some_fit(), 3, 30 + b)});
  }
  const RealismScore alike = tell_apart(one, same), different = tell_apart(one, other);
  EXPECT_NEAR(alike.auc, 0.5, 0.1);
  EXPECT_GT(different.auc, 0.95);
  EXPECT_LE(different.low, different.auc);
  EXPECT_GE(different.high, different.auc);
  EXPECT_EQ(tell_apart(one, other).resampled, different.resampled) << "the same numbers again";
}

TEST(RealismScore, GaussianCopyKeepsLevelsAndStops) {
  PressBatch batch{"", "", "", linear_press(some_fit(), 8, 7)};
  batch.readings[100].speed = 0;
  const PressBatch copy = gaussian_copy(batch, 8);
  ASSERT_EQ(copy.readings.size(), batch.readings.size());
  EXPECT_EQ(copy.readings[100].speed, 0);
  const LoopStatistics a = loop_statistics(running(batch)), b = loop_statistics(running(copy));
  for (std::size_t k = 0; k < press_tags; ++k) EXPECT_NEAR(b.mean[k] / a.mean[k], 1, 0.01) << press_tag_name[k];
  EXPECT_NEAR(b.allan_6, 1 / std::sqrt(6.0), 0.02);
}

TEST(RealismFit, FindsAPressThatBehavesTheSame) {
  const PressFit truth = some_fit();
  const PressBatch batch{"", "", "", linear_press(truth, 8, 9)};
  const PressFit fit = fit_press(running(batch));
  EXPECT_NEAR(fit.force_kn, truth.force_kn, 0.02);
  EXPECT_NEAR(fit.fill_quantum_mm, truth.fill_quantum_mm, 1e-9);
  EXPECT_NEAR(fit.srel.white, truth.srel.white, 0.06);
  EXPECT_NEAR(fit.ejection.white, truth.ejection.white, 0.6);
  EXPECT_NEAR(fit.ejection.wander, truth.ejection.wander, 4);
  EXPECT_LT(fit.misfit, 0.4);
  const PressBatch again{"", "", "", linear_press(fit, 8, 11)};
  const LoopStatistics a = loop_statistics(running(batch)), b = loop_statistics(running(again));
  EXPECT_NEAR(b.white[0] / a.white[0], 1, 0.15);
  EXPECT_NEAR(b.moves_per_h / a.moves_per_h, 1, 0.1);
  EXPECT_NEAR(b.move_mm / a.move_mm, 1, 0.15);
}

TEST(RealismTwin, AFittedPressHasItsLevelsItsNoiseAndItsMoves) {
  const PressFit fit = some_fit();
  const TwinDescription twin{test::cdc1(), test::cdc1_parameters()};
  const LoopStatistics have = loop_statistics(running(twin_batch(twin, fit, 4, 2)));
  const PressBatch wanted_batch{"", "", "", linear_press(fit, 8, 12)};
  const LoopStatistics wanted = loop_statistics(running(wanted_batch));
  EXPECT_NEAR(have.mean[0], fit.force_kn, 0.05);
  EXPECT_NEAR(have.mean[1], fit.srel_pct, 0.3);
  EXPECT_NEAR(have.mean[2], fit.fill_mm, 0.2);  // lots and room move it afterwards
  EXPECT_NEAR(have.mean[3], fit.ejection_n, 15);
  EXPECT_NEAR(have.white[0] / wanted.white[0], 1, 0.1);
  EXPECT_NEAR(have.moves_per_h / wanted.moves_per_h, 1, 0.15);
  EXPECT_NEAR(have.move_mm / wanted.move_mm, 1, 0.15);
}

TEST(RealismTwin, OneSeedGivesOneBatch) {
  const TwinDescription twin{test::cdc1(), test::cdc1_parameters()};
  const PressBatch a = twin_batch(twin, some_fit(), 1, 3), b = twin_batch(twin, some_fit(), 1, 3),
                   other = twin_batch(twin, some_fit(), 1, 4);
  ASSERT_EQ(a.readings.size(), 360U);
  const auto forces = [](const PressBatch& batch) {
    std::vector<double> all;
    for (const PressReading& r : batch.readings) all.push_back(r.force_kn);
    return all;
  };
  EXPECT_EQ(forces(a), forces(b));
  EXPECT_NE(forces(a), forces(other));
}

TEST(RealismStudy, AProductWithTooFewBatchesIsLeftOutAndNamed) {
  const TwinDescription twin{test::cdc1(), test::cdc1_parameters()};
  const std::vector<std::vector<PressBatch>> products{
      {white_press(1200, 1), white_press(1200, 2), white_press(1200, 3), white_press(100, 4)}, {}};
  const Study study = study_realism(twin, products);
  EXPECT_THAT(study.left_out, ElementsAre("p", ""));
  EXPECT_TRUE(study.judged.empty());
  EXPECT_TRUE(study.by_features.empty());
}

TEST(RealismData, TablesAreJoinedByKeyAndCellsWithoutANumberLeftOut) {
  const auto file = std::filesystem::temp_directory_path() / "steadyline_realism_table.csv";
  std::ofstream{file} << "batch;srel;rsd\r\n1;4.4;1.1\r\n2;;0.9\r\n3;maj.19;1\r\n4;4.0;0\r\n5;3;1\r\n";
  const auto srel = read_column(file, "batch", "srel"), rsd = read_column(file, "batch", "rsd");
  ASSERT_TRUE(srel && rsd);
  EXPECT_EQ(srel->size(), 3U);
  EXPECT_THAT(ratios(*srel, *rsd), ElementsAre(3.0, ::testing::DoubleNear(4.0, 1e-12)));
  EXPECT_FALSE(read_column(file, "batch", "absent"));
  std::filesystem::remove(file);
  EXPECT_FALSE(read_column(file, "batch", "srel"));
}

}  // namespace
}  // namespace steadyline
