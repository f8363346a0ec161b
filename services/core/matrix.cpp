#include "core/matrix.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace steadyline {
namespace {

/// Rotates rows and columns p and q of `a`, and the columns of `v`, so that a(p, q) becomes 0.
void rotate(Matrix& a, Matrix& v, std::size_t p, std::size_t q) {
  const double theta = (a(q, q) - a(p, p)) / (2 * a(p, q));
  const double t = (theta >= 0 ? 1 : -1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1);
  const double s = t * c;
  for (std::size_t k = 0; k < a.rows; ++k) {
    const double kp = a(k, p), kq = a(k, q);
    a(k, p) = c * kp - s * kq;
    a(k, q) = s * kp + c * kq;
  }
  for (std::size_t k = 0; k < a.rows; ++k) {
    const double pk = a(p, k), qk = a(q, k);
    a(p, k) = c * pk - s * qk;
    a(q, k) = s * pk + c * qk;
    const double kp = v(k, p), kq = v(k, q);
    v(k, p) = c * kp - s * kq;
    v(k, q) = s * kp + c * kq;
  }
}

double off_diagonal(const Matrix& a) {
  double total = 0;
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = i + 1; j < a.rows; ++j) total += a(i, j) * a(i, j);
  return total;
}

}  // namespace

Matrix transposed(const Matrix& a) {
  Matrix t{a.columns, a.rows};
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) t(j, i) = a(i, j);
  return t;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c{a.rows, b.columns};
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t k = 0; k < a.columns; ++k)
      for (std::size_t j = 0; j < b.columns; ++j) c(i, j) += a(i, k) * b(k, j);
  return c;
}

Matrix moments(const Matrix& a) {
  Matrix m = product(transposed(a), a);
  for (double& value : m.values) value /= static_cast<double>(std::max<std::size_t>(1, a.rows));
  return m;
}

Eigen symmetric_eigen(Matrix a) {
  const std::size_t n = a.rows;
  Matrix v{n, n};
  double scale = 0;
  for (std::size_t i = 0; i < n; ++i) {
    v(i, i) = 1;
    scale += a(i, i) * a(i, i);
  }
  for (int sweep = 0; sweep < 60 && off_diagonal(a) > 1e-24 * scale; ++sweep)
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q)
        if (a(p, q) != 0) rotate(a, v, p, q);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return a(i, i) > a(j, j); });
  Eigen eigen{std::vector<double>(n), Matrix{n, n}};
  for (std::size_t k = 0; k < n; ++k) {
    eigen.values[k] = a(order[k], order[k]);
    for (std::size_t i = 0; i < n; ++i) eigen.vectors(i, k) = v(i, order[k]);
  }
  return eigen;
}

std::optional<Matrix> whitening_of(const Matrix& a) {
  const std::size_t n = a.rows;
  Matrix g{n, n};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = a(i, j);
      for (std::size_t k = 0; k < j; ++k) rest -= g(i, k) * g(j, k);
      if (i == j && !(rest > 0)) return std::nullopt;
      g(i, j) = i == j ? std::sqrt(rest) : rest / g(j, j);
    }
  }
  Matrix v{n, n};
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double rest = i == j ? 1 : 0;
      for (std::size_t k = j; k < i; ++k) rest -= g(i, k) * v(k, j);
      v(i, j) = rest / g(i, i);
    }
  }
  return v;
}

}  // namespace steadyline
