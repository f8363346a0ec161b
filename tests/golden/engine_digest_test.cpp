#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/numeric.h"
#include "core/philox.h"
#include "core/sha256.h"
#include "models/forecaster.h"
#include "models/health.h"
#include "support/feature_walk.h"
#include "support/random_bundle.h"

namespace steadyline {
namespace {

constexpr std::uint64_t seed = 3;
constexpr std::size_t tags = 12;
constexpr std::size_t steps = 10'000;

/// SHA-256 over every output bit of a fixed run: forecasts, states, scores, contributions.
std::string digest_of_run() {
  const Bundle bundle = random_bundle(plain_line(tags), seed, {.hidden = 40});
  const Forecaster forecaster{bundle};
  const HealthModel model{bundle};
  std::vector<float> features(forecaster.inputs());
  std::vector<float> state(forecaster.state_size());
  std::vector<float> forecasts(forecaster.outputs());
  std::vector<float> shares(tags);
  HealthState health_state;
  std::string bytes;
  const auto append = [&](const void* from, std::size_t size) { bytes.append(static_cast<const char*>(from), size); };
  for (std::size_t step = 0; step < steps; ++step) {
    walk_features(seed, 0, step, tags, features);
    forecaster.step(features, state, forecasts);
    const Health health = model.step(features, health_state, shares);
    append(forecasts.data(), forecasts.size() * sizeof(float));
    append(shares.data(), shares.size() * sizeof(float));
    append(&health.score, sizeof health.score);
  }
  append(state.data(), state.size() * sizeof(float));
  return sha256_hex(bytes);
}

/// SHA-256 over the bits of every function of core/numeric on seeded arguments over its range.
std::string digest_of_numeric() {
  const RandomStream random{seed, 1};
  std::string bytes;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const double u = random.uniform(i);
    const double x = 20 * u - 10;
    for (const double value : {numeric::exp(70 * x), numeric::log(1e6 * u), numeric::pow(u, x), numeric::tanh(x), numeric::sin(1000 * x),
                               numeric::cos(1000 * x), numeric::erf(x), numeric::normal_cdf(x), numeric::normal_quantile(u)})
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return sha256_hex(bytes);
}

// The committed digest is that of every machine: Debian 12 and 13, AVX2, AVX-512, NEON. A change of it is a change of every result that
// was ever recorded: write the new one with STEADYLINE_WRITE_DIGEST=1 and say why in the changelog.
void expect_committed(const std::string& file, std::string (*digest)()) {
  if (std::getenv("STEADYLINE_WRITE_DIGEST") != nullptr) std::ofstream{file} << digest() << '\n';
  std::string committed;
  ASSERT_TRUE(std::ifstream{file} >> committed) << file;
  ASSERT_EQ(committed.size(), 64U);
  ASSERT_FALSE(numeric::vector_targets().empty());
  for (const std::string_view target : numeric::vector_targets()) {
    ASSERT_TRUE(numeric::force_vector_target(target));
    EXPECT_EQ(digest(), committed) << target;
  }
  numeric::force_vector_target("");
}

TEST(EngineDigest, IsTheCommittedOneOnEveryTarget) { expect_committed(STEADYLINE_SOURCE_DIR "/tests/golden/engine.sha256", digest_of_run); }

TEST(NumericDigest, IsTheCommittedOneOnEveryTarget) { expect_committed(STEADYLINE_SOURCE_DIR "/tests/golden/numeric.sha256", digest_of_numeric); }

}  // namespace
}  // namespace steadyline
