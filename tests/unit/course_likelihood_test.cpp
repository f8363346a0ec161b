// How likely series are with effects of a known course and unknown size.
#include "monitor/course_likelihood.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace steadyline {
namespace {

constexpr double step_s = 120;
constexpr std::size_t length = 60;

std::vector<double> noise(std::uint32_t seed, double sd) {
  std::mt19937 random{seed};
  std::normal_distribution<double> normal{0, sd};
  std::vector<double> values;
  for (std::size_t i = 0; i < length; ++i) values.push_back(normal(random));
  return values;
}

std::vector<double> step_at(std::size_t place, double size) {
  std::vector<double> values(length, 0.0);
  for (std::size_t i = place; i < length; ++i) values[i] = size;
  return values;
}

std::vector<double> sum(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

TEST(Likelihood, AnEffectThatIsThereIsLikelierThanNoneAndThanOneAtAnotherTime) {
  const CourseLikelihood likelihood{{sum(noise(1, 1), step_at(30, 5)), noise(2, 0.1)}, step_s};
  const double none = likelihood.alone(), right = likelihood.with({step_at(30, 1), {}}, 3);
  EXPECT_GT(right, none + 10);
  EXPECT_GT(right, likelihood.with({step_at(45, 1), {}}, 3) + 10);
}

TEST(Likelihood, AnEffectThatIsNotThereIsLessLikelyThanNoneTheMoreTheLargerItMightBe) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const CourseLikelihood likelihood{{noise(seed, 1)}, step_s};
    EXPECT_LT(likelihood.with({step_at(30, 1)}, 100), likelihood.alone()) << seed;
    EXPECT_LT(likelihood.with({step_at(30, 1)}, 10'000), likelihood.with({step_at(30, 1)}, 100)) << seed;
  }
}

TEST(Likelihood, OneEffectInTwoSeriesIsToldFromOneInTheFirstAlone) {
  const auto first = sum(noise(3, 1), step_at(20, 4));
  const Courses both{step_at(20, 1), step_at(20, 0.5)}, one{step_at(20, 1), {}};
  const CourseLikelihood alone{{first, noise(4, 0.3)}, step_s}, together{{first, sum(noise(4, 0.3), step_at(20, 2))}, step_s};
  EXPECT_GT(alone.with(one, 3), alone.with(both, 3) + 5);
  EXPECT_GT(together.with(both, 3), together.with(one, 3) + 5);
}

TEST(Likelihood, WhatIsUsuallyThereExplainsWhatItCan) {
  const auto series = sum(noise(5, 1), step_at(30, 5));
  CourseLikelihood likelihood{{series}, step_s};
  EXPECT_GT(likelihood.with({step_at(30, 1)}, 3), likelihood.alone() + 8);
  likelihood.add({step_at(30, 1)}, 5);
  EXPECT_LT(likelihood.with({step_at(30, 1)}, 3), likelihood.alone() + 1);
}

TEST(Likelihood, TheLevelIsNothingToExplain) {
  auto high = noise(6, 1);
  const CourseLikelihood low{{high}, step_s};
  for (double& value : high) value += 10;
  const CourseLikelihood raised{{high}, step_s};
  EXPECT_NEAR(low.with({step_at(30, 1)}, 3) - low.alone(), raised.with({step_at(30, 1)}, 3) - raised.alone(), 0.1);
}

TEST(Likelihood, ASeriesThatNeverMovesSaysNothing) {
  const CourseLikelihood likelihood{{std::vector<double>(length, 7.0)}, step_s};
  EXPECT_TRUE(std::isfinite(likelihood.alone()));
  EXPECT_TRUE(std::isfinite(likelihood.with({step_at(30, 1)}, 3)));
}

}  // namespace
}  // namespace steadyline
