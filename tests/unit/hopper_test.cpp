// What a feeder's hopper tells of its flow and of the refill to come.
#include "frames/hopper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "frames/context.h"
#include "support/sample_line.h"
#include "training/hopper_fit.h"

namespace steadyline::test {
namespace {

constexpr std::size_t means_at = 0, usual_at = loss_spans.size(), due_at = usual_at + 1, behind_at = due_at + due_spans_s.size();

class HopperTest : public testing::Test {
 protected:
  std::vector<float> see(std::optional<double> reading, double refill_s = long_ago_s) {
    std::vector<float> out(hopper_inputs, 9.0F);
    step_hopper(hopper, reading, refill_s, 1, state, out);
    return out;
  }
  /// Empties by `loss` a frame for so many frames.
  std::vector<float> empty(double loss, int frames, double refill_s = long_ago_s) {
    std::vector<float> out;
    for (int i = 0; i < frames; ++i) out = see(weight -= loss, refill_s + i);
    return out;
  }
  double weight = 1000;
  const Hopper hopper{.unit = UnitIndex{0}, .weight = TagIndex{0}, .below = 400, .loss = 2, .scale = 0.5};
  HopperState state;
};

TEST_F(HopperTest, SaysNothingBeforeItHasSeenALoss) { EXPECT_EQ(see(1000), std::vector<float>(hopper_inputs, 0.0F)); }

TEST_F(HopperTest, AtItsUsualLossOnlyTheDueRefillShows) {
  const auto out = empty(2, 200);  // 200 g above the threshold: 100 s
  for (std::size_t k = means_at; k < due_at; ++k) EXPECT_NEAR(out[k], 0, 1e-5F) << k;
  EXPECT_EQ(out[due_at], 0) << "not within 20 s";
  EXPECT_EQ(out[due_at + 1], 0) << "nor within 60 s";
  EXPECT_NEAR(out[due_at + 2], 1 - 100.0 / 120, 1e-5);
  EXPECT_NEAR(out[due_at + 4], 1 - 100.0 / 300, 1e-5);
}

TEST_F(HopperTest, AFlowThatFallsShowsAtOnceInTheShortMeans) {
  empty(2, 100);
  const auto out = empty(1.5, 1);
  EXPECT_FLOAT_EQ(out[0], -0.5F) << "half a gram less than the mean of span 1, which followed by half; a spread is half a gram";
  EXPECT_LT(out[1], 0);
  EXPECT_NEAR(std::accumulate(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(due_at), 0.0), -1, 1e-5) << "in all the loss less the learned one";
}

TEST_F(HopperTest, IsSilentWhileItIsFilledAndBeginsAnewBehind) {
  empty(2, 100);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(see(weight += 60, i), std::vector<float>(hopper_inputs, 0.0F));
  const auto out = empty(3, 20, 10);  // looser by half; age 29
  EXPECT_NEAR(out[means_at], 0, 1e-6) << "every mean is one of what came since";
  EXPECT_NEAR(out[loss_spans.size() - 1], 2, 1e-5) << "a gram more than before the refill";
  EXPECT_NEAR(out[behind_at + 1], 2 * 0.1, 1e-5) << "nine tenths of the way from 20 s to 30 s";
  EXPECT_NEAR(out[behind_at + 2], 2 * 0.9, 1e-5);
}

TEST_F(HopperTest, AMissingWeightIsBridgedAndALongGapForgets) {
  empty(2, 50);
  for (int i = 0; i < 5; ++i) see(std::nullopt);
  weight -= 10;
  EXPECT_NEAR(empty(2, 1)[0], 0, 1e-5) << "six losses in six frames";
  for (int i = 0; i < 10; ++i) see(std::nullopt);
  EXPECT_EQ(see(std::nullopt), std::vector<float>(hopper_inputs, 0.0F));
}

Line line_with_hopper() {
  Line line = small_line();
  line.tags[0].name = "netweight_pv";
  line.units[line.tags[0].unit.value].mode_tag = TagIndex{1};
  return line;
}

TEST(FitHoppers, LearnWhereRefillsBeginAndHowFastTheyEmpty) {
  const Line line = line_with_hopper();
  Recording recording;
  double weight = 100, mode = 1;
  for (int i = 0; i < 600; ++i) {
    mode = mode == 1 && weight >= 40 ? 1 : mode == 3 && weight >= 100 ? 1 : 3;
    weight += mode == 3 ? 15 : i % 2 == 0 ? -1.1 : -0.9;
    Frame frame{at(i), i == 0, true, std::vector<double>(line.tags.size(), 0.0), std::vector<Flaw>(line.tags.size(), Flaw::good)};
    frame.values[0] = weight;
    frame.values[1] = mode;
    recording.frames.push_back(frame);
  }
  const std::vector<UnitIndex> units{line.tags[0].unit};
  const std::vector<Recording> all{recording};
  const auto hoppers = fit_hoppers(line, units, all);
  ASSERT_EQ(hoppers.size(), 1u);
  EXPECT_NEAR(hoppers[0].below, 39.5, 1.1);
  EXPECT_NEAR(hoppers[0].loss, 1, 0.11);
  EXPECT_NEAR(hoppers[0].scale, 0.15, 0.15);
  recording.frames.resize(120);
  EXPECT_TRUE(fit_hoppers(line, units, std::vector<Recording>{recording}).empty()) << "too few refills to tell";
}

}  // namespace
}  // namespace steadyline::test
