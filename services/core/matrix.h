#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace steadyline {

/// A small dense matrix, row-major.
struct Matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;

  Matrix() = default;
  Matrix(std::size_t r, std::size_t c) : rows{r}, columns{c}, values(r * c, 0.0) {}
  double& operator()(std::size_t i, std::size_t j) { return values[i * columns + j]; }
  double operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
};

Matrix transposed(const Matrix& a);
Matrix product(const Matrix& a, const Matrix& b);
/// aᵀa / rows: second moments about 0.
Matrix moments(const Matrix& a);

/// Eigenvalues, falling, and eigenvectors in columns, of a symmetric matrix, by cyclic Jacobi rotations.
struct Eigen {
  std::vector<double> values;
  Matrix vectors;
};
Eigen symmetric_eigen(Matrix a);

/// The lower triangular V with |V x|² = xᵀ a⁻¹ x: the inverse of a's Cholesky factor; empty when `a` is not positive definite.
std::optional<Matrix> whitening_of(const Matrix& a);

}  // namespace steadyline
