#include "core/numeric.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/normal_coefficients.h"
#include "core/numeric_vector.h"

namespace steadyline::numeric {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double sqrt_pi = 1.772453850905516027298167483341;
constexpr double sqrt_2 = 1.414213562373095048801688724210;

/// Angles beyond Highway's range are brought back by whole turns; fmod is exact, the turn itself is good to 1e-16 of the angle.
double within_range(double x) {
  constexpr double limit = 30'000;
  constexpr double turn = 6.283185307179586476925286766559;
  return std::fabs(x) <= limit ? x : std::fmod(x, turn);
}

}  // namespace

double exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.782712893384) return infinity;
  if (x < -745.2) return 0;
  if (x > 700) {  // Highway's range ends at 706: take the last stretch in two factors.
    constexpr double e_100 = 2.6881171418161356e43;
    return vector::exp(x - 100) * e_100;
  }
  return vector::exp(x);
}

double log(double x) {
  if (std::isnan(x) || x < 0) return not_a_number;
  if (x == 0) return -infinity;
  return std::isinf(x) ? x : vector::log(x);
}

double pow(double base, double exponent) {
  if (exponent == 0) return 1;
  if (base == 0) return exponent > 0 ? 0 : infinity;
  return exp(exponent * log(base));
}

double tanh(double x) {
  if (std::isnan(x)) return x;
  if (std::fabs(x) > 22) return std::copysign(1.0, x);
  return vector::tanh(x);
}

double sin(double x) { return std::isfinite(x) ? vector::sin(within_range(x)) : not_a_number; }
double cos(double x) { return std::isfinite(x) ? vector::cos(within_range(x)) : not_a_number; }
double sqrt(double x) { return std::sqrt(x); }

namespace {

/// exp(-x²) without the error that rounding x² would bring in.
double exp_of_minus_square(double x) {
  const double square = x * x;
  const double rest = std::fma(x, x, -square);
  return exp(-square) * (1 - rest);
}

/// 2/sqrt(pi) exp(-x²) Σ 2^n x^(2n+1) / (1·3·…·(2n+1)): all terms have one sign, so nothing cancels (DLMF 7.6.2). For |x| < 2.
double erf_series(double x) {
  double term = x;
  double total = x;
  for (int n = 1; n <= 50; ++n) {
    term *= 2 * x * x / (2 * n + 1);
    total += term;
  }
  return 2 / sqrt_pi * exp_of_minus_square(x) * total;
}

/// Laplace's continued fraction exp(-x²)/sqrt(pi) · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), from the depth up (DLMF 7.9.1). For x >= 2.
double erfc_fraction(double x) {
  double tail = x;
  for (int n = 100; n >= 1; --n) tail = x + 0.5 * n / tail;
  return exp_of_minus_square(x) / (sqrt_pi * tail);
}

constexpr double series_ends = 2;

double erfc(double x) {
  if (x >= series_ends) return x > 27.3 ? 0 : erfc_fraction(x);
  return x <= -series_ends ? 2 - erfc(-x) : 1 - erf_series(x);
}

}  // namespace

double erf(double x) {
  if (std::isnan(x)) return x;
  if (std::fabs(x) < series_ends) return erf_series(x);
  return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
}

double normal_cdf(double z) {
  if (std::isnan(z)) return z;
  return 0.5 * erfc(-z / sqrt_2);
}

namespace {

/// Highest power last.
template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) {
  double value = coefficients[N - 1];
  for (std::size_t i = N - 1; i > 0; --i) value = value * x + coefficients[i - 1];
  return value;
}

}  // namespace

double normal_quantile(double p) {
  using namespace quantile;
  if (!(p >= 0 && p <= 1)) return not_a_number;
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  const double from_centre = p - 0.5;
  if (std::fabs(from_centre) <= centre_ends) {
    const double r = 0.180625 - from_centre * from_centre;
    return from_centre * polynomial(centre_above, r) / polynomial(centre_below, r);
  }
  const double r = sqrt(-log(from_centre < 0 ? p : 1 - p));
  const double z = r <= tail_begins ? polynomial(middle_above, r - 1.6) / polynomial(middle_below, r - 1.6)
                          : polynomial(tail_above, r - 5) / polynomial(tail_below, r - 5);
  return from_centre < 0 ? -z : z;
}

double sum(std::span<const double> values) {
  double total = 0;
  double lost = 0;
  for (const double value : values) {
    const double next = total + value;
    lost += std::fabs(total) >= std::fabs(value) ? (total - next) + value : (value - next) + total;
    total = next;
  }
  return std::isfinite(total) ? total + lost : total;
}

namespace {

template <class Number>
void append_shortest(std::string& out, Number value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> text{};
  const std::to_chars_result end = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), end.ptr);
}

}  // namespace

void append_number(std::string& out, double value) { append_shortest(out, value); }
void append_number(std::string& out, float value) { append_shortest(out, value); }

}  // namespace steadyline::numeric
