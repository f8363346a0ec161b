// Real sensors of a water loop (not part of the repository): the benchmark's protocol, all channels in, one configuration.
#include "evaluation/skab.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace steadyline {
namespace {

std::filesystem::path data() {
  const char* const data = std::getenv("STEADYLINE_DATA");
  return (data != nullptr ? std::filesystem::path{data} : std::filesystem::path{STEADYLINE_SOURCE_DIR} / "../shared/data") / "skab";
}

TEST(Skab, HealthFindsTheAnomaliesOfTheWaterLoop) {
  if (!std::filesystem::exists(data())) GTEST_SKIP() << data() << " is absent: waico/SKAB v0.9 is not part of the repository";
  const auto report = run_skab(data());
  ASSERT_TRUE(report) << to_line(report.error());
  std::printf("%s", report->table().c_str());
  EXPECT_GE(report->health.counts.f1(), 0.75);
  EXPECT_LE(report->health.counts.far(), 0.27);
  EXPECT_LE(report->baseline.counts.far(), report->health.counts.far());
  EXPECT_GT(report->health.counts.f1(), report->baseline.counts.f1());
  EXPECT_EQ(report->without.size(), 8U);
}

TEST(Skab, TheScorerScoresTheLeaderboardAsPublished) {
  if (!std::filesystem::exists(data())) GTEST_SKIP() << data() << " is absent: waico/SKAB v0.9 is not part of the repository";
  const auto report = run_skab(data());
  ASSERT_TRUE(report) << to_line(report.error());
  const auto row = [&](std::string_view method) {
    for (const SkabRow& published : report->published)
      if (published.method == method) return published.counts;
    ADD_FAILURE() << method << " is not in the leaderboard";
    return RowCounts{};
  };
  EXPECT_NEAR(row("Conv_AE").f1(), 0.650, 0.0006);
  EXPECT_NEAR(row("Conv_AE").far(), 0.143, 0.0006);
  EXPECT_NEAR(row("T2-q").f1(), 0.652, 0.0006);
  EXPECT_NEAR(row("T2-q").far(), 0.310, 0.0006);
}

}  // namespace
}  // namespace steadyline
