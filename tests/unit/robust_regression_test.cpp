#include "training/robust_regression.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

namespace steadyline::networks {
namespace {

constexpr std::int64_t rows = 2000, inputs = 5;

torch::Tensor ridge(double per_input) { return std::sqrt(per_input) * torch::eye(inputs, torch::kFloat64); }

struct Problem {
  torch::Tensor x, weights, y;  // two columns
};

Problem problem() {
  torch::manual_seed(3);
  Problem made{torch::randn({rows, inputs}, torch::kFloat64), torch::randn({inputs, 2}, torch::kFloat64), {}};
  made.y = torch::matmul(made.x, made.weights) + 0.1 * torch::randn({rows, 2}, torch::kFloat64);
  return made;
}

double apart(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().max().item<double>(); }

TEST(RobustRegression, AFewWildRowsHardlyMoveIt) {
  Problem made = problem();
  made.y.slice(0, 0, rows / 20) += 100;
  const torch::Tensor plain = std::get<0>(torch::linalg_lstsq(made.x, made.y));
  EXPECT_GT(apart(plain, made.weights), 0.5);
  EXPECT_LT(apart(RobustRegression(made.x, {ridge(1e-6)}).solve(made.y).front(), made.weights), 0.05);
}

TEST(RobustRegression, ColumnsAndPenaltiesTogetherAreAsEachByItself) {
  const Problem made = problem();
  const std::vector<torch::Tensor> penalties{ridge(0.1), ridge(100), ridge(10'000)};
  const auto together = RobustRegression(made.x, penalties).solve(made.y);
  ASSERT_EQ(together.size(), penalties.size());
  for (std::size_t p = 0; p < penalties.size(); ++p)
    for (std::int64_t column = 0; column < 2; ++column) {
      const auto alone = RobustRegression(made.x, {penalties[p]}).solve(made.y.slice(1, column, column + 1));
      EXPECT_LT(apart(together[p].slice(1, column, column + 1), alone.front()), 1e-12) << "penalty " << p << ", column " << column;
    }
}

TEST(RobustRegression, APenaltyDrawsToNothing) {
  const Problem made = problem();
  const auto found = RobustRegression(made.x, {ridge(1), ridge(1e12)}).solve(made.y);
  EXPECT_GT(found[0].abs().max().item<double>(), 0.5);
  EXPECT_LT(found[1].abs().max().item<double>(), 1e-6);
}

}  // namespace
}  // namespace steadyline::networks
