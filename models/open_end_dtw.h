#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace steadyline {

/// A trajectory to be found again: `features` numbers at each of its points, scaled so that a difference of 1 matters alike in each.
struct DtwReference {
  std::size_t features = 0;
  std::vector<double> values;  ///< [point][feature]
  std::size_t points() const { return features == 0 ? 0 : values.size() / features; }
};

/// How far a growing trajectory has come on the reference. A plain value.
struct DtwState {
  std::size_t taken = 0;             ///< points of the trajectory so far
  std::size_t at = 0;                ///< the point of the reference that the last one belongs to
  std::vector<double> cost, before;  ///< cheapest path to each point of the reference, for the last point and the one before it
  std::vector<double> local;         ///< distance of the last point to each point of the reference
};

/// Online open-end dynamic time warping: each new point costs one column of the table.
///
/// Steps   symmetric with slope constraint P = 1 of Sakoe & Chiba 1978: between half as fast and twice as fast as the reference; within
///         their band of `band_share` of the reference's length around equal pace.
/// End     open (Tormene et al. 2009): the point of the reference with the cheapest path per step, of those reached.
/// Points  slopes, not levels, make it derivative DTW (Keogh & Pazzani 2001); `slope_of` gives them.
/// Longer than the reference and its band: stays at the last point. Threads: constant.
class OpenEndDtw {
 public:
  explicit OpenEndDtw(DtwReference reference, double band_share = 0.1);
  /// Takes the next point (`features` numbers) and gives the point of the reference where the trajectory is now.
  std::size_t take(std::span<const double> point, DtwState& state) const;
  const DtwReference& reference() const { return reference_; }

 private:
  double distance(std::span<const double> point, std::size_t j) const;

  DtwReference reference_;
  std::size_t band_;
};

/// Slope at point k of a series sampled evenly, over the `reach` samples before it: usable while the series still grows; 0 at its
/// beginning.
double slope_of(std::span<const double> series, std::size_t k, std::size_t reach);

}  // namespace steadyline
