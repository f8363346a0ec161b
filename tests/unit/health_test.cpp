#include "models/health.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "support/random_bundle.h"

namespace steadyline {
namespace {

constexpr std::size_t tags = 3;

/// An autoencoder that answers 0 whatever it sees: its residuals are its inputs.
Bundle silent_bundle() {
  Bundle bundle = random_bundle(plain_line(tags), 1);
  for (auto& [name, tensor] : bundle.tensors) std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
  bundle.health.smooth_s = 1;  // with a period of 1 s every frame counts one half
  return bundle;
}

/// z of each tag; its fast EWMA is the same, nothing is missing.
std::vector<float> features(std::vector<float> z) {
  std::vector<float> all(4 * tags + 2, 0.0F);
  std::copy(z.begin(), z.end(), all.begin());
  return all;
}

TEST(Health, IsHundredWhileTheErrorStaysTypical) {
  const HealthModel model{silent_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  const Health health = model.step(features({1, -1, 1}), state, shares);
  EXPECT_DOUBLE_EQ(health.error, 1);
  EXPECT_DOUBLE_EQ(health.score, 100);
  EXPECT_TRUE(health.inside);
}

TEST(Health, IsFiftyAtTheCalibratedLimit) {
  const HealthModel model{silent_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  const float z = std::sqrt(10.0F);
  const Health health = model.step(features({z, z, z}), state, shares);
  EXPECT_NEAR(health.error, 10, 1e-5);
  EXPECT_NEAR(health.score, 50, 1e-4);
}

TEST(Health, SmoothsFromTheFirstFrameOn) {
  const HealthModel model{silent_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  model.step(features({2, 2, 2}), state, shares);
  EXPECT_EQ(state, (HealthState{4, true, {}, 0}));
  EXPECT_DOUBLE_EQ(model.step(features({0, 0, 0}), state, shares).error, 2);
}

TEST(Health, SharesNameTheTagThatDeparts) {
  const HealthModel model{silent_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  model.step(features({0, 3, 1}), state, shares);
  EXPECT_FLOAT_EQ(shares[0], 0);
  EXPECT_FLOAT_EQ(shares[1], 0.9F);
  EXPECT_FLOAT_EQ(shares[2], 0.1F);
}

TEST(Health, OneMadTagIsHeldAtAHundred) {
  const HealthModel model{silent_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  const Health health = model.step(features({1e6F, 0, 0}), state, shares);
  EXPECT_NEAR(health.error, 100.0 / 3, 1e-9);
}

TEST(Health, AMissingTagSaysNothing) {
  const HealthModel model{silent_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  std::vector<float> input = features({9, 1, 1});
  input[3 * tags] = 1;
  EXPECT_DOUBLE_EQ(model.step(input, state, shares).error, 1);
  EXPECT_FLOAT_EQ(shares[0], 0);
  std::vector<float> residuals(2 * tags);
  model.residuals(input, residuals);
  EXPECT_EQ(residuals, (std::vector<float>{0, 1, 1, 0, 1, 1}));
}

TEST(Health, WithoutAnyUsableTagItKeepsItsScoreAndLeavesTheSpace) {
  const HealthModel model{silent_bundle()};
  HealthState state{4, true, {}, 0};
  std::vector<float> shares(tags);
  std::vector<float> input = features({0, 0, 0});
  std::fill_n(input.begin() + 3 * tags, tags, 1.0F);
  const Health health = model.step(input, state, shares);
  EXPECT_EQ(state, (HealthState{4, true, {}, 0}));
  EXPECT_FALSE(health.inside);
  EXPECT_EQ(shares, std::vector<float>(tags, 0.0F));
}

TEST(Health, BeyondTheSpaceAFrameIsOutside) {
  Bundle bundle = silent_bundle();
  bundle.health.e_space = 5;
  const HealthModel model{bundle};
  HealthState state;
  std::vector<float> shares(tags);
  EXPECT_TRUE(model.step(features({2, 2, 2}), state, shares).inside);
  EXPECT_FALSE(model.step(features({3, 3, 3}), state, shares).inside);
}

/// Two spans of frames; the whitening counts the first tag double.
Bundle spanned_bundle() {
  Bundle bundle = silent_bundle();
  bundle.health.spans = {1, 4};
  bundle.health.span_limits = {20, 10};
  bundle.health.e_typical = 0.1;
  bundle.health.e_limit = 1;
  Tensor whitening{{2, 3, 3}, std::vector<float>(18, 0.0F)};
  for (std::size_t k = 0; k < 2; ++k)
    for (std::size_t i = 0; i < 3; ++i) whitening.values[9 * k + 4 * i] = i == 0 ? 2 : 1;
  bundle.tensors["health.whitening"] = whitening;
  return bundle;
}

TEST(Health, JoinsTheSpansByTheirLimits) {
  const HealthModel model{spanned_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  EXPECT_DOUBLE_EQ(model.step(features({1, 2, 0}), state, shares).error, 0.8);  // a young mean is the frame itself: 4 + 4 over 10
  EXPECT_FLOAT_EQ(shares[0], 0.5F);
  EXPECT_FLOAT_EQ(shares[1], 0.5F);
  const Health health = model.step(features({1, 6, 0}), state, shares);
  EXPECT_DOUBLE_EQ(health.error, 2);  // the frame alone: 4 + 36 over 20; the mean of both: 4 + 16 over 10
  std::vector<double> statistics(2);
  model.statistics(state, statistics);
  EXPECT_EQ(statistics, (std::vector<double>{40, 20}));
  EXPECT_LT(health.score, 50);
}

TEST(Health, ASmallShiftThatLastsReachesTheLongSpanOnly) {
  const HealthModel model{spanned_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  std::vector<double> statistics(2);
  for (int i = 0; i < 40; ++i) {
    const float sign = i % 2 == 0 ? 1.0F : -1.0F;
    model.step(features({0, 1 + sign, sign}), state, shares);
  }
  model.statistics(state, statistics);
  EXPECT_NEAR(statistics[1], 1, 0.5);  // the swing is gone, the shift of one stays
  model.step(features({0, 0, 0}), state, shares);
  EXPECT_EQ(state.frames, 41);
}

TEST(Health, WithSpansAMissingTagFadesAndIsNotBlamed) {
  const HealthModel model{spanned_bundle()};
  HealthState state;
  std::vector<float> shares(tags);
  std::vector<float> input = features({9, 1, 1});
  input[3 * tags] = 1;
  EXPECT_DOUBLE_EQ(model.step(input, state, shares).error, 0.2);
  EXPECT_EQ(shares[0], 0.0F);
}

TEST(Health, ResidualsFollowTheNetwork) {
  const Bundle bundle = random_bundle(plain_line(tags), 9);
  const HealthModel model{bundle};
  std::vector<float> input = features({0.3F, -1.2F, 0.8F});
  for (std::size_t i = 0; i < tags; ++i) input[tags + i] = 0.1F;
  std::vector<double> x;
  for (std::size_t i = 0; i < tags; ++i) x.push_back(input[i]);
  for (std::size_t i = 0; i < tags; ++i) x.push_back(input[i] - 0.1F);
  std::vector<double> y = x;
  for (std::size_t layer = 0; layer + 1 < bundle.health.layers.size(); ++layer) {
    const std::string name = "autoencoder." + std::to_string(layer);
    const std::vector<float>& weight = bundle.tensors.at(name + ".weight").values;
    std::vector<double> next;
    for (std::size_t o = 0; o < static_cast<std::size_t>(bundle.health.layers[layer + 1]); ++o) {
      double total = bundle.tensors.at(name + ".bias").values[o];
      for (std::size_t k = 0; k < y.size(); ++k) total += static_cast<double>(weight[o * y.size() + k]) * y[k];
      next.push_back(layer + 2 < bundle.health.layers.size() ? std::tanh(total) : total);
    }
    y = next;
  }
  std::vector<float> residuals(2 * tags);
  model.residuals(input, residuals);
  for (std::size_t i = 0; i < 2 * tags; ++i) EXPECT_NEAR(residuals[i], x[i] - y[i], 2e-6) << i;
}

}  // namespace
}  // namespace steadyline
