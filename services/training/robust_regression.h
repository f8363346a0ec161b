#pragma once

#include <torch/torch.h>

#include <tuple>
#include <vector>

namespace steadyline::networks {

/// Huber regression with ridge penalties, by pseudo-values: misses beyond one robust sigma are drawn in to it and the least squares problem is
/// solved again (Huber, Robust Statistics, 1981, ch. 7). A few restarts of a press would otherwise outweigh hours of steady production. By QR,
/// never by normal equations.
///
/// Threads  constant after construction; on those that libtorch was given. Errors: libtorch throws where shapes do not fit.
class RobustRegression {
 public:
  RobustRegression() = default;
  /// `x`: [rows][inputs], more rows than inputs; `penalties`: each [any][inputs], rows that shall come to nothing; float64.
  RobustRegression(torch::Tensor x, const std::vector<torch::Tensor>& penalties);

  /// `y`: [rows][columns], each column a problem of its own. Solutions by penalty, [inputs][columns], all found together: reading the data is
  /// what takes the time.
  std::vector<torch::Tensor> solve(const torch::Tensor& y) const;
  const torch::Tensor& x() const { return x_; }

 private:
  torch::Tensor x_, q_;
  std::vector<std::tuple<torch::Tensor, torch::Tensor>> below_;  // by penalty: Q and R of [R of the data ; penalty]
};

}  // namespace steadyline::networks
