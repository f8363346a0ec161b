#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace steadyline {

/// Rows of features with the same number of columns, row-major.
struct FeatureTable {
  std::size_t columns = 0;
  std::vector<double> values;
  std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
  std::span<const double> row(std::size_t i) const { return std::span{values}.subspan(i * columns, columns); }
};

struct ForestOptions {
  std::size_t trees = 200;
  std::size_t tried = 5;       ///< columns tried at each split
  std::size_t least_rows = 8;  ///< in a leaf
  std::uint64_t seed = 1;
};

/// Extremely randomised trees (Geurts, Ernst & Wehenkel 2006) for two classes: each split takes the best of a few random columns at one
/// random threshold each. Takes features as they are: no scaling, any shape of boundary. Both classes weigh the same.
class Forest {
 public:
  /// `is_first`: by row of the table; both classes must occur.
  Forest(const FeatureTable& table, const std::vector<bool>& is_first, const ForestOptions& options);
  /// Share of the trees' votes for the first class, 0..1.
  double score(std::span<const double> row) const;

 private:
  struct Node {
    std::size_t column = 0;
    double threshold = 0;
    std::size_t low = 0, high = 0;  ///< children; 0: a leaf
    double share = 0;               ///< of the first class, in a leaf
  };
  std::vector<std::vector<Node>> trees_;
  friend class TreeGrower;
};

/// Logistic regression with ridge penalty on standardised features and their squares, by Newton's method: what a straight boundary sees.
class RidgeLogistic {
 public:
  RidgeLogistic(const FeatureTable& table, const std::vector<bool>& is_first, double penalty = 10);
  double score(std::span<const double> row) const;  ///< log odds of the first class

 private:
  std::vector<double> expand(std::span<const double> row) const;
  std::vector<double> mean_, scale_, weights_;  // of columns; of the expanded row, constant last
};

/// Area under the ROC curve: how often a row of the first class scores above one of the other, ties half.
double area_under_curve(std::span<const double> first, std::span<const double> other);

}  // namespace steadyline
