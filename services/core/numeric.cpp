#include "core/numeric.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

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

// Source: M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477-484; relative accuracy about 1e-16.
constexpr std::array<double, 8> centre_above{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                             1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                             3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr std::array<double, 8> centre_below{1.0,
                                             4.2313330701600911252e1,
                                             6.8718700749205790830e2,
                                             5.3941960214247511077e3,
                                             2.1213794301586595867e4,
                                             3.9307895800092710610e4,
                                             2.8729085735721942674e4,
                                             5.2264952788528545610e3};
constexpr std::array<double, 8> middle_above{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                                             3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                                             2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array<double, 8> middle_below{1.0,
                                             2.05319162663775882187e0,
                                             1.67638483018380384940e0,
                                             6.89767334985100004550e-1,
                                             1.48103976427480074590e-1,
                                             1.51986665636164571966e-2,
                                             5.47593808499534494600e-4,
                                             1.05075007164441684324e-9};
constexpr std::array<double, 8> tail_above{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                                           2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                           2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array<double, 8> tail_below{1.0,
                                           5.99832206555887937690e-1,
                                           1.36929880922735805310e-1,
                                           1.48753612908506148525e-2,
                                           7.86869131145613259100e-4,
                                           1.84631831751005468180e-5,
                                           1.42151175831644588870e-7,
                                           2.04426310338993978564e-15};

}  // namespace

double normal_quantile(double p) {
  if (!(p >= 0 && p <= 1)) return not_a_number;
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  const double from_centre = p - 0.5;
  if (std::fabs(from_centre) <= 0.425) {
    const double r = 0.180625 - from_centre * from_centre;
    return from_centre * polynomial(centre_above, r) / polynomial(centre_below, r);
  }
  const double r = sqrt(-log(from_centre < 0 ? p : 1 - p));
  const double z = r <= 5 ? polynomial(middle_above, r - 1.6) / polynomial(middle_below, r - 1.6)
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
