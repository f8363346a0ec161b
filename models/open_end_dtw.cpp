#include "models/open_end_dtw.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steadyline {
namespace {

constexpr double unreachable = std::numeric_limits<double>::infinity();

}  // namespace

OpenEndDtw::OpenEndDtw(DtwReference reference, double band_share)
    : reference_{std::move(reference)},
      band_{std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(band_share * static_cast<double>(reference_.points()))))} {}

double OpenEndDtw::distance(std::span<const double> point, std::size_t j) const {
  double sum = 0;
  for (std::size_t f = 0; f < reference_.features; ++f) sum += std::fabs(point[f] - reference_.values[j * reference_.features + f]);
  return sum;
}

std::size_t OpenEndDtw::take(std::span<const double> point, DtwState& state) const {
  const std::size_t points = reference_.points();
  const std::size_t i = state.taken++;
  if (points == 0 || i >= points + band_) return state.at = points == 0 ? 0 : points - 1;
  std::vector<double> local(points, unreachable), cost(points, unreachable);
  const std::size_t low = i > band_ ? i - band_ : 0, high = std::min(points - 1, i + band_);
  for (std::size_t j = low; j <= high; ++j) local[j] = distance(point, j);
  double best = unreachable;
  for (std::size_t j = low; j <= high; ++j) {
    if (i == 0) {
      if (j == 0) cost[j] = 2 * local[j];
    } else {
      if (j >= 1) cost[j] = state.cost[j - 1] + 2 * local[j];
      if (j >= 1 && i >= 2) cost[j] = std::min(cost[j], state.before[j - 1] + 2 * state.local[j] + local[j]);
      if (j >= 2) cost[j] = std::min(cost[j], state.cost[j - 2] + 2 * local[j - 1] + local[j]);
    }
    const double per_step = cost[j] / static_cast<double>(i + j + 2);
    if (per_step >= best) continue;
    best = per_step;
    state.at = j;
  }
  state.before = std::move(state.cost);
  state.cost = std::move(cost);
  state.local = std::move(local);
  return state.at;
}

double slope_of(std::span<const double> series, std::size_t k, std::size_t reach) {
  const std::size_t from = k > reach ? k - reach : 0;
  return k == from ? 0 : (series[k] - series[from]) / static_cast<double>(k - from);
}

}  // namespace steadyline
