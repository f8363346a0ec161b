#include "training/linear_start.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace steadyline::networks {
namespace {

constexpr std::size_t rows_at_most = 12'000;  // neighbours in time say nearly the same; QR costs rows * inputs²

constexpr int robust_rounds = 8;

/// Fans whose futures are known on exactly the same frames share one decomposition.
std::map<std::vector<std::size_t>, std::vector<std::size_t>> fans_by_rows(const Sequence& train) {
  std::map<std::vector<std::size_t>, std::vector<std::size_t>> groups;
  for (std::size_t fan = 0; fan < train.fans; ++fan) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < train.frames(); ++i)
      if (!std::isnan(train.futures[i * train.fans + fan])) rows.push_back(i);
    const std::size_t stride = std::max<std::size_t>(1, rows.size() / rows_at_most);
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < rows.size(); i += stride) kept.push_back(rows[i]);
    groups[kept].push_back(fan);
  }
  return groups;
}

torch::Tensor design(const Sequence& train, const std::vector<std::size_t>& rows) {
  const auto inputs = static_cast<std::int64_t>(train.inputs);
  torch::Tensor matrix = torch::ones({static_cast<std::int64_t>(rows.size()), inputs + 1}, torch::kFloat64);
  auto m = matrix.accessor<double, 2>();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto row = train.row(rows[r]);
    for (std::int64_t i = 0; i < inputs; ++i) m[static_cast<std::int64_t>(r)][i] = static_cast<double>(row[static_cast<std::size_t>(i)]);
  }
  return matrix;
}

/// Rows of the penalty, [inputs][inputs + 1]; the intercept is free.
torch::Tensor penalty(const Sequence& train, std::size_t place, std::size_t rows, double cross, const TrainOptions& options) {
  const std::size_t inputs = train.inputs, tags = train.tags;
  torch::Tensor matrix = torch::zeros({static_cast<std::int64_t>(inputs), static_cast<std::int64_t>(inputs) + 1}, torch::kFloat64);
  for (std::size_t i = 0; i < inputs; ++i) {
    const bool own = (i < 4 * tags && i % tags == place) || i == 4 * tags + 2 + place;
    const double per_frame = (i < tags ? options.level_jitter * options.level_jitter : 0) + (own ? 0 : cross);
    matrix[static_cast<std::int64_t>(i)][static_cast<std::int64_t>(i)] = std::sqrt((own ? options.own_ridge : options.ridge) + per_frame * static_cast<double>(rows));
  }
  return matrix;
}

torch::Tensor changes(const Sequence& train, const Question& question, const std::vector<std::size_t>& rows, const std::vector<std::size_t>& fans) {
  torch::Tensor matrix = torch::zeros({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(fans.size())}, torch::kFloat64);
  auto m = matrix.accessor<double, 2>();
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t k = 0; k < fans.size(); ++k) {
      const std::size_t place = question.targets[fans[k] / question.ahead.size()];
      m[static_cast<std::int64_t>(r)][static_cast<std::int64_t>(k)] =
          static_cast<double>(train.futures[rows[r] * train.fans + fans[k]]) - static_cast<double>(train.row(rows[r])[place]);
    }
  return matrix;
}

/// The data's decomposition, and below it that of one penalty for each target.
struct Decomposition {
  torch::Tensor x, q;
  std::map<std::size_t, std::pair<torch::Tensor, torch::Tensor>> below;  // by the target's place: Q and R of [R ; penalty]
};

/// Huber regression by pseudo-values: misses beyond one robust sigma are drawn in to it and the least squares problem is solved again.
/// A few restarts of a press would otherwise outweigh hours of steady production. The decompositions serve every round, and all fans
/// (columns of `y`, with their places) pass through the data together.
torch::Tensor robust_solutions(const Decomposition& data, const std::vector<std::size_t>& places, const torch::Tensor& y) {
  const std::int64_t inputs = data.x.size(1) - 1, fans = y.size(1);
  torch::Tensor goal = y, solutions = torch::zeros({inputs + 1, fans}, torch::kFloat64);
  for (int round = 0; round < robust_rounds; ++round) {
    const torch::Tensor seen = torch::cat({torch::matmul(data.q.t(), goal), torch::zeros({inputs, fans}, torch::kFloat64)});
    for (std::int64_t fan = 0; fan < fans; ++fan) {
      const auto& [q2, r2] = data.below.at(places[static_cast<std::size_t>(fan)]);
      const torch::Tensor right = torch::matmul(q2.t(), seen.slice(1, fan, fan + 1));
      solutions.slice(1, fan, fan + 1).copy_(torch::linalg_solve_triangular(r2, right, /*upper=*/true));
    }
    const torch::Tensor fitted = torch::matmul(data.x, solutions);
    const torch::Tensor miss = y - fitted;
    const torch::Tensor sigma = 1.4826 * std::get<0>(miss.abs().median(0, /*keepdim=*/true));
    goal = fitted + torch::maximum(torch::minimum(miss, sigma), -sigma);
  }
  return solutions;
}

void write_fan(const torch::Tensor& solution, const torch::Tensor& residuals, std::size_t fan, std::size_t place, const std::vector<double>& quantiles,
               LinearStart& start) {
  const auto count = static_cast<std::int64_t>(quantiles.size());
  const auto first = static_cast<std::int64_t>(fan) * count;
  const std::int64_t inputs = solution.size(0) - 1;
  torch::Tensor weight = solution.slice(0, 0, inputs).clone();
  weight[static_cast<std::int64_t>(place)] += 1;  // from the change to the value itself
  start.weight.slice(0, first, first + count).copy_(weight.unsqueeze(0).expand({count, inputs}));
  start.bias.slice(0, first, first + count).copy_(solution[inputs] + torch::quantile(residuals, torch::tensor(quantiles, torch::kFloat64)));
}

}  // namespace

std::vector<LinearStart> fit_linear_starts(const Sequence& train, const Question& question, const TrainOptions& options, const std::vector<double>& cross) {
  const auto inputs = static_cast<std::int64_t>(train.inputs);
  const auto outputs = static_cast<std::int64_t>(train.fans * options.quantiles.size());
  std::vector<LinearStart> starts;
  for (std::size_t k = 0; k < cross.size(); ++k) starts.push_back({torch::zeros({outputs, inputs}), torch::zeros({outputs})});
  for (const auto& [rows, fans] : fans_by_rows(train)) {
    if (rows.size() <= train.inputs) continue;  // nothing to learn from: loss and conformal shifts say so
    const torch::Tensor x = design(train, rows);
    const torch::Tensor y = changes(train, question, rows, fans);
    // QR of the data once; each penalty is then a small problem below R. Never normal equations.
    const auto [q, r] = torch::linalg_qr(x, "reduced");
    std::vector<std::size_t> places;
    for (const std::size_t fan : fans) places.push_back(question.targets[fan / question.ahead.size()]);
    for (std::size_t k = 0; k < cross.size(); ++k) {
      Decomposition data{x, q, {}};
      for (const std::size_t place : places)
        if (!data.below.contains(place)) {
          const auto [q2, r2] = torch::linalg_qr(torch::cat({r, penalty(train, place, rows.size(), cross[k], options)}), "reduced");
          data.below[place] = {q2, r2};
        }
      const torch::Tensor solutions = robust_solutions(data, places, y);
      const torch::Tensor residuals = y - torch::matmul(x, solutions);
      for (std::size_t f = 0; f < fans.size(); ++f) {
        const auto column = static_cast<std::int64_t>(f);
        write_fan(solutions.select(1, column), residuals.select(1, column), fans[f], places[f], options.quantiles, starts[k]);
      }
    }
  }
  return starts;
}

}  // namespace steadyline::networks
