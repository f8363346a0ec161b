#include "training/robust_regression.h"

namespace steadyline::networks {
namespace {

constexpr int rounds = 8;
constexpr double normal_of_median = 1.4826;

}  // namespace

RobustRegression::RobustRegression(torch::Tensor x, const std::vector<torch::Tensor>& penalties) : x_{std::move(x)} {
  torch::Tensor r;
  std::tie(q_, r) = torch::linalg_qr(x_, "reduced");  // once; each penalty is a small problem below R
  for (const torch::Tensor& penalty : penalties) below_.push_back(torch::linalg_qr(torch::cat({r, penalty}), "reduced"));
}

std::vector<torch::Tensor> RobustRegression::solve(const torch::Tensor& y) const {
  const auto columns = y.size(1);
  const torch::Tensor truth = y.repeat({1, static_cast<std::int64_t>(below_.size())});
  torch::Tensor goal = truth;
  std::vector<torch::Tensor> solutions;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<torch::Tensor> along = torch::matmul(q_.t(), goal).split(columns, 1);
    solutions.clear();
    for (const auto& [q, r] : below_) {
      const torch::Tensor nothing = torch::zeros({q.size(0) - q_.size(1), columns}, torch::kFloat64);
      const torch::Tensor right = torch::matmul(q.t(), torch::cat({along[solutions.size()], nothing}));
      solutions.push_back(torch::linalg_solve_triangular(r, right, /*upper=*/true));
    }
    const torch::Tensor fitted = torch::matmul(x_, torch::cat(solutions, 1)), miss = truth - fitted;
    const torch::Tensor sigma = normal_of_median * std::get<0>(miss.abs().median(0, /*keepdim=*/true));
    goal = fitted + torch::maximum(torch::minimum(miss, sigma), -sigma);
  }
  return solutions;
}

}  // namespace steadyline::networks
