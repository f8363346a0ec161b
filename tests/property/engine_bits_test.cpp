#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "core/numeric.h"
#include "core/sha256.h"
#include "models/forecaster.h"
#include "models/health.h"
#include "support/feature_walk.h"
#include "support/random_bundle.h"

namespace steadyline {
namespace {

constexpr std::uint64_t seed = 20261121;
constexpr std::size_t steps = 1'000;
constexpr std::size_t lines_max = 29;  // one more than a chunk of rows and its remainder

/// What became of each line after all steps: its state and last forecasts, as bytes. Line i's input does not depend on the batch.
std::vector<std::string> run(const Forecaster& forecaster, std::size_t tags, std::size_t lines) {
  std::vector<float> features(lines * forecaster.inputs());
  std::vector<float> state(lines * forecaster.state_size());
  std::vector<float> forecasts(lines * forecaster.outputs());
  for (std::size_t step = 0; step < steps; ++step) {
    for (std::size_t line = 0; line < lines; ++line)
      walk_features(seed, line, step % 50, tags, std::span{features}.subspan(line * forecaster.inputs(), forecaster.inputs()));
    forecaster.step(features, state, forecasts);
  }
  std::vector<std::string> ends;
  for (std::size_t line = 0; line < lines; ++line) {
    std::string bytes(reinterpret_cast<const char*>(state.data() + line * forecaster.state_size()), forecaster.state_size() * sizeof(float));
    bytes.append(reinterpret_cast<const char*>(forecasts.data() + line * forecaster.outputs()), forecaster.outputs() * sizeof(float));
    ends.push_back(bytes);
  }
  return ends;
}

struct Shape {
  std::size_t tags;
  std::int64_t hidden;
};

class Engine : public testing::TestWithParam<Shape> {
 protected:
  void TearDown() override { numeric::force_vector_target(""); }
};
// Sizes on, below and above the panels of 16.
INSTANTIATE_TEST_SUITE_P(Shapes, Engine, testing::Values(Shape{3, 16}, Shape{5, 33}, Shape{12, 7}, Shape{11, 48}));

TEST_P(Engine, GivesTheSameBitsForEveryBatchPlaceAndTarget) {
  const Shape shape = GetParam();
  const Forecaster forecaster{random_bundle(plain_line(shape.tags), seed, {.hidden = shape.hidden})};
  const std::vector<std::string> all = run(forecaster, shape.tags, lines_max);
  for (const std::string_view target : numeric::vector_targets()) {
    ASSERT_TRUE(numeric::force_vector_target(target));
    for (const std::size_t lines : {1, 2, 3, 4, 5, 6, 13, 17, 29}) {
      const std::vector<std::string> here = run(forecaster, shape.tags, lines);
      for (std::size_t line = 0; line < lines; ++line) ASSERT_EQ(here[line], all[line]) << target << ", batch " << lines << ", line " << line;
    }
  }
}

TEST_P(Engine, LinesDoDiffer) {
  const Shape shape = GetParam();
  const Forecaster forecaster{random_bundle(plain_line(shape.tags), seed, {.hidden = shape.hidden})};
  const std::vector<std::string> ends = run(forecaster, shape.tags, 2);
  EXPECT_NE(ends[0], ends[1]);
}

TEST_P(Engine, HealthGivesTheSameBitsForEveryTarget) {
  const Shape shape = GetParam();
  const HealthModel model{random_bundle(plain_line(shape.tags), seed)};
  std::vector<std::string> texts;
  for (const std::string_view target : numeric::vector_targets()) {
    ASSERT_TRUE(numeric::force_vector_target(target));
    HealthState state;
    std::vector<float> features(4 * shape.tags + 2);
    std::vector<float> shares(shape.tags);
    std::string text;
    for (std::size_t step = 0; step < steps; ++step) {
      walk_features(seed, 0, step, shape.tags, features);
      const Health health = model.step(features, state, shares);
      numeric::append_number(text, health.score);
      text += health.inside ? ' ' : '!';
      for (const float share : shares) numeric::append_number(text, share);
    }
    texts.push_back(sha256_hex(text));
  }
  for (const std::string& text : texts) EXPECT_EQ(text, texts.front());
}

}  // namespace
}  // namespace steadyline
