#include "core/numeric.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/normals.h"
#include "core/philox.h"

namespace steadyline::numeric {
namespace {

constexpr std::uint64_t seed = 20261121;
constexpr int draws = 20'000;

double ulps(double got, double want) {
  if (got == want) return 0;
  const double step = std::nextafter(std::fabs(want), std::numeric_limits<double>::infinity()) - std::fabs(want);
  return std::fabs(got - want) / step;
}

template <class Ours, class Theirs>
double worst_ulps(double low, double high, Ours ours, Theirs theirs) {
  const RandomStream random{seed, 1};
  double worst = 0;
  for (int i = 0; i < draws; ++i) {
    const double x = low + (high - low) * random.uniform(i);
    worst = std::max(worst, ulps(ours(x), theirs(x)));
  }
  return worst;
}

/// Machine digests below hold on every compiled target; each test leaves the best one chosen.
class EachTarget : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { ASSERT_TRUE(force_vector_target(GetParam())); }
  void TearDown() override { force_vector_target(""); }
};
INSTANTIATE_TEST_SUITE_P(All, EachTarget, testing::ValuesIn(vector_targets().begin(), vector_targets().end()));

TEST_P(EachTarget, StaysWithinAFewUlpsOfLibm) {
  EXPECT_LE(worst_ulps(-745, 709.7, [](double x) { return exp(x); }, [](double x) { return std::exp(x); }), 2);
  EXPECT_LE(worst_ulps(1e-6, 100, [](double x) { return log(x); }, [](double x) { return std::log(x); }), 4);
  EXPECT_LE(worst_ulps(-25, 25, [](double x) { return tanh(x); }, [](double x) { return std::tanh(x); }), 5);
  EXPECT_LE(worst_ulps(0.01, 50, [](double x) { return pow(x, 2.5); }, [](double x) { return std::pow(x, 2.5); }), 20);
}

TEST_P(EachTarget, SinAndCosAreWithinAFewEpsilonsOfLibm) {
  const RandomStream random{seed, 2};
  for (int i = 0; i < draws; ++i) {
    const double x = (random.uniform(i) - 0.5) * 60'000;
    ASSERT_NEAR(sin(x), std::sin(x), 4e-16) << x;
    ASSERT_NEAR(cos(x), std::cos(x), 4e-16) << x;
  }
}

TEST_P(EachTarget, ErfIsWithin1e13OfLibm) {
  for (double x = -7; x <= 7; x += 0.001) ASSERT_NEAR(erf(x), std::erf(x), 1e-14) << x;
  for (double z = -30; z <= 8; z += 0.01) {
    const double want = 0.5 * std::erfc(-z / std::sqrt(2.0));
    ASSERT_NEAR(normal_cdf(z) / want, 1, 1e-13) << z;
  }
}

TEST_P(EachTarget, QuantileInvertsTheCdf) {
  for (double p = 1e-300; p < 1e-3; p *= 10) ASSERT_NEAR(normal_cdf(normal_quantile(p)) / p, 1, 1e-11) << p;
  for (double p = 0.001; p < 0.9995; p += 0.001) ASSERT_NEAR(normal_cdf(normal_quantile(p)), p, 2e-15) << p;
  EXPECT_NEAR(normal_quantile(0.975), 1.9599639845400545, 2e-15);
}

TEST(Numeric, GivesTheSameBitsOnEveryTarget) {
  ASSERT_TRUE(processor_is_supported());
  const RandomStream random{seed, 3};
  const auto all = [&](double x) {
    return std::vector<double>{exp(x),     log(std::fabs(x)), tanh(x / 10), sin(x),           cos(x),
                               erf(x / 9), normal_cdf(x / 9), pow(2, x),    normal_quantile(random.uniform(7))};
  };
  for (int i = 0; i < 2'000; ++i) {
    const double x = (random.uniform(i) - 0.5) * 100;
    force_vector_target("");
    const std::vector<double> best = all(x);
    for (const std::string_view target : vector_targets()) {
      ASSERT_TRUE(force_vector_target(target));
      const std::vector<double> here = all(x);
      for (std::size_t f = 0; f < best.size(); ++f)
        ASSERT_EQ(std::bit_cast<std::uint64_t>(best[f]), std::bit_cast<std::uint64_t>(here[f])) << target << " function " << f << " of " << x;
    }
  }
  force_vector_target("");
}

TEST(Numeric, KnowsItsEdges) {
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(exp(-inf), 0);
  EXPECT_EQ(exp(inf), inf);
  EXPECT_EQ(exp(0), 1);
  EXPECT_EQ(exp(800), inf);
  EXPECT_TRUE(std::isnan(exp(std::nan(""))));
  EXPECT_EQ(log(0), -inf);
  EXPECT_EQ(log(1), 0);
  EXPECT_EQ(log(inf), inf);
  EXPECT_TRUE(std::isnan(log(-1)));
  EXPECT_EQ(pow(0, 2), 0);
  EXPECT_EQ(pow(7, 0), 1);
  EXPECT_EQ(tanh(1e300), 1);
  EXPECT_EQ(tanh(-inf), -1);
  EXPECT_EQ(erf(inf), 1);
  EXPECT_EQ(normal_cdf(-inf), 0);
  EXPECT_EQ(normal_cdf(inf), 1);
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_EQ(normal_quantile(0), -inf);
  EXPECT_TRUE(std::isnan(normal_quantile(1.5)));
  EXPECT_TRUE(std::isnan(sin(inf)));
  EXPECT_NEAR(sin(1e9), std::sin(1e9), 1e-6);
}

TEST(Numeric, RefusesATargetThatIsNotThere) {
  EXPECT_FALSE(force_vector_target("AVX9"));
  EXPECT_EQ(vector_target(), vector_targets().front());
}

TEST(Numeric, SumKeepsWhatCancels) {
  const std::vector<double> values{1, 1e100, 1, -1e100};
  EXPECT_EQ(sum(values), 2);
  EXPECT_EQ(sum({}), 0);
}

std::string text_of(auto value) {
  std::string out;
  append_number(out, value);
  return out;
}

TEST(Numeric, WritesTheShortestTextThatReadsBack) {
  EXPECT_EQ(text_of(1.0), "1");
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(0.1F), "0.1");
  EXPECT_EQ(text_of(1e-7), "1e-07");
  EXPECT_EQ(text_of(std::nan("")), "null");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::infinity()), "null");
  const RandomStream random{seed, 4};
  for (int i = 0; i < 1'000; ++i) {
    const double value = (random.uniform(i) - 0.5) * 1e6;
    ASSERT_EQ(std::strtod(text_of(value).c_str(), nullptr), value);
  }
}

TEST(Normals, HaveTheBitsOfTheirStreamsOnEveryVectorTarget) {
  std::vector<std::uint64_t> streams;
  for (std::uint64_t k = 0; k < 37; ++k) streams.push_back(k * 0x9E3779B97F4A7C15ULL);
  std::vector<double> together(streams.size());
  for (const std::string_view target : vector_targets()) {
    ASSERT_TRUE(force_vector_target(target)) << target;
    for (const std::uint64_t counter : {0ULL, 1ULL, 86'399ULL, 0x123456789ABCULL}) {
      normals(seed, counter, streams, together);
      for (std::size_t k = 0; k < streams.size(); ++k)
        ASSERT_EQ(std::bit_cast<std::uint64_t>(together[k]), std::bit_cast<std::uint64_t>(RandomStream(seed, streams[k]).normal(counter))) << target << ' ' << counter << ' ' << k;
    }
  }
  force_vector_target("");
}

TEST(Normals, HaveMeanZeroAndDeviationOne) {
  std::vector<std::uint64_t> streams(400);
  for (std::uint64_t k = 0; k < streams.size(); ++k) streams[k] = k + 1;
  std::vector<double> numbers(streams.size());
  double sum = 0, squares = 0;
  constexpr int seconds = 500;
  for (int second = 0; second < seconds; ++second) {
    normals(seed, second, streams, numbers);
    for (const double z : numbers) sum += z, squares += z * z;
  }
  const double count = static_cast<double>(streams.size()) * seconds;
  EXPECT_NEAR(sum / count, 0, 4 / std::sqrt(count));
  EXPECT_NEAR(squares / count, 1, 4 * std::sqrt(2 / count));
}

}  // namespace
}  // namespace steadyline::numeric
