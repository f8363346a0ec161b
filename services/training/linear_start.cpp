#include "training/linear_start.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace steadyline::networks {
namespace {

constexpr std::size_t rows_at_most = 20'000;  // neighbours in time say nearly the same; QR costs rows * inputs²

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

/// Rows of the penalty below those of the data: least squares by QR of the augmented matrix, never by normal equations.
torch::Tensor design(const Sequence& train, const std::vector<std::size_t>& rows, const TrainOptions& options) {
  const auto inputs = static_cast<std::int64_t>(train.inputs);
  const auto count = static_cast<std::int64_t>(rows.size());
  const std::int64_t levels = (inputs - 2) / 4;
  torch::Tensor matrix = torch::zeros({count + inputs, inputs + 1}, torch::kFloat64);
  auto m = matrix.accessor<double, 2>();
  for (std::int64_t r = 0; r < count; ++r) {
    const auto row = train.row(rows[static_cast<std::size_t>(r)]);
    for (std::int64_t i = 0; i < inputs; ++i) m[r][i] = static_cast<double>(row[static_cast<std::size_t>(i)]);
    m[r][inputs] = 1;
  }
  const double jitter = options.level_jitter * options.level_jitter * static_cast<double>(count);
  for (std::int64_t i = 0; i < inputs; ++i) m[count + i][i] = std::sqrt(options.ridge + (i < levels ? jitter : 0));
  return matrix;
}

torch::Tensor changes(const Sequence& train, const Question& question, const std::vector<std::size_t>& rows, const std::vector<std::size_t>& fans) {
  torch::Tensor matrix = torch::zeros({static_cast<std::int64_t>(rows.size() + train.inputs), static_cast<std::int64_t>(fans.size())}, torch::kFloat64);
  auto m = matrix.accessor<double, 2>();
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t k = 0; k < fans.size(); ++k) {
      const std::size_t place = question.targets[fans[k] / question.ahead.size()];
      m[static_cast<std::int64_t>(r)][static_cast<std::int64_t>(k)] =
          static_cast<double>(train.futures[rows[r] * train.fans + fans[k]]) - static_cast<double>(train.row(rows[r])[place]);
    }
  return matrix;
}

}  // namespace

LinearStart fit_linear_start(const Sequence& train, const Question& question, const TrainOptions& options) {
  const auto inputs = static_cast<std::int64_t>(train.inputs);
  const auto quantiles = static_cast<std::int64_t>(options.quantiles.size());
  const auto outputs = static_cast<std::int64_t>(train.fans) * quantiles;
  LinearStart start{torch::zeros({outputs, inputs}, torch::kFloat32), torch::zeros({outputs}, torch::kFloat32)};
  const torch::Tensor levels = torch::tensor(options.quantiles, torch::kFloat64);
  for (const auto& [rows, fans] : fans_by_rows(train)) {
    const torch::Tensor a = design(train, rows, options);
    const torch::Tensor y = changes(train, question, rows, fans);
    torch::Tensor solution = torch::zeros({inputs + 1, static_cast<std::int64_t>(fans.size())}, torch::kFloat64);
    if (!rows.empty()) {
      const auto [q, r] = torch::linalg_qr(a, "reduced");
      solution = torch::linalg_solve_triangular(r, torch::matmul(q.t(), y), /*upper=*/true);
    }
    const torch::Tensor residuals = (y - torch::matmul(a, solution)).slice(0, 0, static_cast<std::int64_t>(rows.size()));
    for (std::size_t k = 0; k < fans.size(); ++k) {
      const auto column = static_cast<std::int64_t>(k);
      const auto first = static_cast<std::int64_t>(fans[k]) * quantiles;
      torch::Tensor weight = solution.slice(0, 0, inputs).select(1, column).clone();
      weight[static_cast<std::int64_t>(question.targets[fans[k] / question.ahead.size()])] += 1;
      start.weight.slice(0, first, first + quantiles).copy_(weight.unsqueeze(0).expand({quantiles, inputs}));
      torch::Tensor bias = solution[inputs][column].expand({quantiles}).clone();
      if (!rows.empty()) bias += torch::quantile(residuals.select(1, column), levels);
      start.bias.slice(0, first, first + quantiles).copy_(bias);
    }
  }
  return start;
}

}  // namespace steadyline::networks
