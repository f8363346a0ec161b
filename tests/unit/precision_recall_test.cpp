#include "evaluation/precision_recall.h"

#include <cmath>
#include <gtest/gtest.h>

namespace steadyline {
namespace {

// By hand: falling, p 0.9 (precision 1/1), n 0.8, p 0.7 (2/3), p 0.4 (3/4), n 0.3.
TEST(AveragePrecision, AgreesWithAnExampleByHand) {
  EXPECT_DOUBLE_EQ(average_precision({0.4F, 0.9F, 0.7F}, {0.3F, 0.8F}), (1.0 + 2.0 / 3 + 3.0 / 4) / 3);
}

TEST(AveragePrecision, PassesEqualScoresTogether) {
  // At 0.5 two positives and one negative come at once (2/3 each), then 0.2 (3/5).
  EXPECT_DOUBLE_EQ(average_precision({0.5F, 0.5F, 0.2F}, {0.5F, 0.3F}), (2.0 / 3 + 2.0 / 3 + 3.0 / 5) / 3);
  EXPECT_DOUBLE_EQ(average_precision({1, 1}, {1, 1, 1, 1, 1, 1}), 0.25) << "what tells nothing has the share of positives";
}

TEST(AveragePrecision, IsOneForAPerfectScoreAndNothingWithoutPositives) {
  EXPECT_EQ(average_precision({3, 2}, {1, 0}), 1);
  EXPECT_TRUE(std::isnan(average_precision({}, {1})));
}

TEST(HeldPeaksTest, AMinuteHasWhatWasHeldForTenSeconds) {
  HeldPeaks peaks;
  for (int s = 0; s < 180; ++s) peaks.take(s >= 20 && s < 29 ? 50 : s >= 70 && s < 80 ? 30 + s % 2 : s == 130 ? std::nan("") : 5);
  ASSERT_EQ(peaks.minutes().size(), 3U);
  EXPECT_EQ(peaks.minutes()[0], 5) << "nine seconds are too few";
  EXPECT_EQ(peaks.minutes()[1], 30);
  EXPECT_EQ(peaks.minutes()[2], 5);
}

TEST(PeaksTest, WindowsGoBackFromTheOnsetInWholeMinutes) {
  std::vector<float> minutes(80, 1);
  minutes[1] = 90;  // in no window: 41 min before the onset leave one over
  minutes[5] = 7;
  minutes[30] = 8;
  minutes[42] = 77;  // the onset falls into this minute
  minutes[43] = 20;
  minutes[63] = 99;  // 20 min later
  const FaultRow::Peaks peaks = peaks_of(minutes, 42 * 60 + 30);
  EXPECT_EQ(peaks.before, (std::vector<float>{8, 7}));
  EXPECT_EQ(peaks.behind, 20);
}

TEST(PrecisionRecallTest, PoolsRunsOfMiddleAndUpperThirdsByDifficulty) {
  std::vector<FaultRow> rows;
  for (int i = 0; i < 6; ++i) {
    FaultRow row;
    row.of = {"F01", "", i == 5 ? 0 : 1, static_cast<std::uint64_t>(i)};
    row.difficulty = i % 2 == 0 ? 1 : 4;
    row.peaks = {{{1, 2, 3}, 10.0F + static_cast<float>(i)}, {{5, 5, 5}, 5}};
    rows.push_back(row);
  }
  const auto scores = score_precision_recall(rows);
  ASSERT_EQ(scores.size(), 6U);
  EXPECT_EQ(scores[0].detector, "health score");
  EXPECT_EQ(scores[0].runs, 5U);
  EXPECT_EQ(scores[0].area, 1);
  EXPECT_EQ(scores[0].low, 1);
  EXPECT_EQ(scores[0].base, 0.25);
  EXPECT_EQ(scores[2].runs, 2U);
  EXPECT_EQ(scores[3].detector, "fixed limits");
  EXPECT_EQ(scores[3].area, 0.25);
  EXPECT_EQ(scores[3].high, 0.25);
}

}  // namespace
}  // namespace steadyline
