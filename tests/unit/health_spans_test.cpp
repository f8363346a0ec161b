// The whitened means of the health score, and the classical statistics beside it, on made-up rows whose answers are known.
#include "training/health_spans.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/philox.h"
#include "evaluation/health_of_rows.h"
#include "evaluation/process_statistics.h"
#include "evaluation/skab.h"
#include "training/calibration.h"

namespace steadyline {
namespace {

constexpr std::uint64_t seed = 7;

/// About normal: twelve uniform numbers.
double noise(const RandomStream& random, std::uint64_t& at) {
  double total = -6;
  for (int i = 0; i < 12; ++i) total += random.uniform(at++);
  return total;
}

/// Three variables: the second follows the first closely, the third is alone.
Matrix correlated(std::size_t rows, std::uint64_t stream) {
  const RandomStream random{seed, stream};
  std::uint64_t at = 0;
  Matrix all{rows, 3};
  for (std::size_t i = 0; i < rows; ++i) {
    const double common = noise(random, at);
    all(i, 0) = 50 + common + 0.1 * noise(random, at);
    all(i, 1) = 8 + 3 * common + 0.3 * noise(random, at);
    all(i, 2) = -2 + 0.01 * noise(random, at);
  }
  return all;
}

double share_above(const std::vector<double>& values, std::size_t from, double level) {
  std::size_t above = 0;
  for (std::size_t i = from; i < values.size(); ++i) above += values[i] > level ? 1U : 0U;
  return static_cast<double>(above) / static_cast<double>(values.size() - from);
}

TEST(Matrix, EigenvaluesFallAndVectorsDiagonalise) {
  Matrix a{3, 3};
  a.values = {4, 1, 0, 1, 3, 1, 0, 1, 2};
  const Eigen eigen = symmetric_eigen(a);
  EXPECT_GE(eigen.values[0], eigen.values[1]);
  EXPECT_GE(eigen.values[1], eigen.values[2]);
  EXPECT_NEAR(eigen.values[0] + eigen.values[1] + eigen.values[2], 9, 1e-12);
  const Matrix diagonal = product(transposed(eigen.vectors), product(a, eigen.vectors));
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(diagonal(i, j), i == j ? eigen.values[i] : 0, 1e-12);
}

TEST(Matrix, WhiteningMakesTheCovarianceOne) {
  Matrix a{2, 2};
  a.values = {4, 1, 1, 3};
  const Matrix v = whitening_of(a).value();
  const Matrix one = product(product(v, a), transposed(v));
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(one(i, j), i == j ? 1 : 0, 1e-12);
  a.values = {1, 2, 2, 1};
  EXPECT_FALSE(whitening_of(a));
}

TEST(HealthSpans, AreAsLongAsTheRowsTell) {
  EXPECT_NEAR(chi_squared_quantile(10, 2.326), 23.21, 0.05);  // tables
  HealthOfRows health{correlated(800, 1)};
  const std::vector<double> normal = health.run(correlated(4000, 2));
  EXPECT_LT(share_above(normal, 0, 1), 0.01) << "seed " << seed;
}

TEST(HealthSpans, ABrokenRelationIsSeenWhereNoVariableLeavesItsBand) {
  HealthOfRows health{correlated(800, 1)};
  Matrix rows = correlated(1000, 3);
  for (std::size_t i = 500; i < rows.rows; ++i) rows(i, 1) += 2;  // two thirds of its spread
  const std::vector<double> errors = health.run(rows);
  EXPECT_LT(share_above({errors.begin(), errors.begin() + 500}, 0, 1), 0.02);
  EXPECT_GT(share_above(errors, 520, 1), 0.95) << "seed " << seed;
  EXPECT_LT(health.shares()[2], 0.1F) << "the third variable has no part in it";
}

TEST(HealthSpans, AWanderingLevelMayWanderOnWhileASteadyOneIsWatched) {
  const RandomStream random{seed, 9};
  std::uint64_t at = 0;
  Matrix rows{1200, 2};
  double level = 20;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    level += 0.05 * noise(random, at);
    rows(i, 0) = level;
    rows(i, 1) = 5 + noise(random, at) + (i >= 900 ? 1.5 : 0);
  }
  Matrix normal{400, 2};
  std::copy_n(rows.values.begin(), normal.values.size(), normal.values.begin());
  HealthOfRows health{normal};
  const std::vector<double> errors = health.run(rows);
  EXPECT_LT(share_above({errors.begin(), errors.begin() + 900}, 400, 1), 0.05) << "seed " << seed;
  EXPECT_GT(share_above(errors, 930, 1), 0.7) << "seed " << seed;
}

TEST(HealthSpans, AMissingNumberSaysNothing) {
  HealthOfRows health{correlated(800, 1)};
  const Matrix rows = correlated(20, 4);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const std::vector<double> row{rows(i, 0), std::nan(""), rows(i, 2)};
    EXPECT_TRUE(std::isfinite(health.step(row).error));
    EXPECT_EQ(health.shares()[1], 0.0F);
  }
}

TEST(ProcessStatistics, EachKeepsItsFalseAlarmsAndSeesABrokenRelation) {
  const Matrix normal = correlated(6000, 1), held = correlated(6000, 2);  // smoothed rows tell little each
  Matrix faulty = correlated(400, 3);
  for (std::size_t i = 0; i < faulty.rows; ++i) faulty(i, 1) += 2;
  std::vector<std::unique_ptr<ProcessStatistic>> all;
  all.push_back(fit_pca(normal));
  all.push_back(fit_pca(normal, 0.9, 0.1));
  all.push_back(fit_pca(normal, 0.9, 1, 2));
  all.push_back(fit_cva(normal));
  for (const auto& statistic : all) {
    const double level = level_at(*statistic, held, 0.01);
    EXPECT_NEAR(level, 1, 0.5) << statistic->name();
    EXPECT_GT(share_above(run_statistic(*statistic, faulty), 30, level), 0.9) << statistic->name() << ", seed " << seed;
  }
}

TEST(TailLevel, IsTheExponentialOneForExponentialExcesses) {
  std::vector<double> excesses;
  for (int i = 0; i < 2000; ++i) excesses.push_back(-std::log(1 - (i + 0.5) / 2000));
  EXPECT_NEAR(tail_level(excesses, 100), std::log(100.0), 0.1);
  for (double& e : excesses) e = (std::exp(0.3 * e) - 1) / 0.3;  // generalised Pareto of shape 0.3
  EXPECT_NEAR(tail_level(excesses, 100), (std::pow(100, 0.3) - 1) / 0.3, 0.8);
  EXPECT_EQ(tail_level({}, 100), 0);
  EXPECT_EQ(tail_level({1, 2}, 1), 0);
}

TEST(RowCounts, ScoreAsPublished) {
  RowCounts counts{30, 10, 50, 20};
  EXPECT_DOUBLE_EQ(counts.f1(), 60.0 / 90);
  EXPECT_DOUBLE_EQ(counts.far(), 10.0 / 60);
  EXPECT_DOUBLE_EQ(counts.mar(), 20.0 / 50);
}

}  // namespace
}  // namespace steadyline
