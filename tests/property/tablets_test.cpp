// Each tablet by itself: numbers, stations, weights, forces and rejects as the second they were made in. The seed is printed;
// STEADYLINE_SEED gives another.
#include "twin/machines/tablets.h"

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "support/campaign_chance.h"

namespace steadyline::test {
namespace {

/// Tablets of a run, as the files have them, with their truth.
struct Tablets {
  std::vector<double> rows;
  std::vector<std::int64_t> times_ms;
  double made = 0, weight = 0, variance = 0;  // truth: number; mean and variance of all
  double waste = 0;                           // what the press's own gate took
};

Tablets tablets_of(const Scenario& scenario, int from_s, int until_s) {
  Simulation simulation{core_line(), cdc1_parameters(), scenario};
  live(simulation, from_s);
  Tablets tablets;
  for (int s = from_s; s < until_s; ++s) {
    simulation.step();
    append_tablets(simulation, cdc1_parameters().press, scenario.seed, tablets.times_ms, tablets.rows);
    const Truth truth = simulation.truth();
    tablets.made += truth.tablets_now;
    tablets.weight += truth.tablets_now * truth.weight_mg;
    tablets.variance += truth.tablets_now * (truth.weight_sd_mg * truth.weight_sd_mg + truth.weight_mg * truth.weight_mg);
  }
  tablets.weight /= tablets.made;
  tablets.variance = tablets.variance / tablets.made - tablets.weight * tablets.weight;
  tablets.waste = simulation.true_value("tp1/waste").value();
  return tablets;
}

TEST(EachTablet, ComesByItselfWithTheMeansAndTheScatterOfTheTruth) {
  const Tablets tablets = tablets_of(production(given_seed()), 0, 3600);
  const std::size_t count = tablets.times_ms.size();
  ASSERT_EQ(tablets.rows.size(), 4 * count);
  EXPECT_NEAR(static_cast<double>(count), tablets.made, 1);
  EXPECT_NEAR(static_cast<double>(count) / 3600, 27.8, 0.6);
  double sum = 0, squares = 0, force_sum = 0;
  std::size_t usual = 0, rejected = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double* const row = &tablets.rows[4 * i];
    ASSERT_EQ(row[0], i == 0 ? row[0] : std::fmod(tablets.rows[4 * (i - 1)], 36) + 1) << i;
    if (i > 0) {
      ASSERT_GT(tablets.times_ms[i], tablets.times_ms[i - 1]);
    }
    rejected += row[3] == 1;
    if (std::fabs(row[1] - tablets.weight) > 5.5 * std::sqrt(tablets.variance)) continue;  // gross outliers
    ++usual;
    sum += row[1];
    squares += row[1] * row[1];
    force_sum += row[2];
  }
  const auto n = static_cast<double>(usual);
  const double mean = sum / n, sd = std::sqrt(squares / n - mean * mean);
  EXPECT_NEAR(mean, tablets.weight, 4 * sd / std::sqrt(n));
  EXPECT_NEAR(sd, std::sqrt(tablets.variance), 0.02 * sd);
  EXPECT_NEAR(force_sum / n, cdc1_parameters().press.force_kn, 0.5);
  std::printf("%zu tablets, mean %.3f mg, sd %.3f mg, %zu rejected, %.0f by the press's own gate\n", count, mean, sd, rejected,
              tablets.waste);
  EXPECT_NEAR(static_cast<double>(rejected), tablets.waste, 4 * std::sqrt(2 * tablets.waste));  // both drawn
}

TEST(EachTablet, OfAShortPunchIsSofterPressedAndStarvedDiesAreRejected) {
  const std::vector<FaultSpec> faults{{.id = "F19", .target = "tp1/st07", .on_s = 10, .severity = 0.08}};
  const Tablets punched = tablets_of(production(4, faults), 60, 360);
  std::array<double, 36> force{}, count{};
  for (std::size_t i = 0; i < punched.times_ms.size(); ++i) {
    const auto station = static_cast<std::size_t>(punched.rows[4 * i] - 1);
    force[station] += punched.rows[4 * i + 2];
    count[station] += 1;
  }
  const double all = std::accumulate(force.begin(), force.end(), 0.0) / std::accumulate(count.begin(), count.end(), 0.0);
  for (std::size_t station = 0; station < 36; ++station) {
    const double off = force[station] / count[station] / all - 1;
    if (station == 6)
      EXPECT_LT(off, -0.04);
    else
      EXPECT_LT(std::fabs(off), 0.025) << station + 1;
  }
  const Tablets starved =
      tablets_of(production(4, {{.id = "F14", .target = "ff1", .on_s = 10, .severity = 0.4, .onset = Onset::ramp, .ramp_s = 5}}), 10, 30);
  std::size_t rejected = 0;
  for (std::size_t i = 3; i < starved.rows.size(); i += 4) rejected += starved.rows[i] == 1;
  EXPECT_GT(rejected, starved.times_ms.size() / 10);
}

}  // namespace
}  // namespace steadyline::test
