#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// Arithmetic with the same bits on every machine (Highway polynomials, fused multiply-add, fixed order of summation).
/// Pipeline, models and twin take transcendental functions, long sums and number texts from here only; tests/tidy checks it.
/// Source: hwy/contrib/math. Threads: pure functions.
namespace steadyline::numeric {

double exp(double x);
double log(double x);                    ///< natural
double pow(double base, double exponent);  ///< exp(exponent * log(base)), base > 0
double tanh(double x);
double sin(double x);
double cos(double x);
double sqrt(double x);                   ///< IEEE, exact rounding
double erf(double x);                    ///< Abramowitz & Stegun 7.1.26 is too coarse here: absolute error < 1e-12
double normal_cdf(double z);
double normal_quantile(double p);        ///< 0 < p < 1

/// Sum in index order; compensated (Neumaier), so that it does not depend on magnitude order either more than the last bit.
double sum(std::span<const double> values);

/// Shortest text that reads back to the same double ("1", "0.1", "1e-07"), as std::to_chars writes it; NaN and infinities: "null".
void append_number(std::string& out, double value);
/// The same for a float (shortest that reads back to the same float).
void append_number(std::string& out, float value);

/// True when this processor has fused multiply-add (AVX2, AVX-512 or NEON); the program refuses to run without.
bool processor_is_supported();
/// The vector target in use, e.g. "AVX2", "AVX3_ZEN4".
std::string_view vector_target();
/// Restricts dispatch to one compiled target by name for tests ("AVX2"); empty: back to the best. False: not compiled or not here.
bool force_vector_target(std::string_view name);
/// All targets compiled in that this processor has.
std::span<const std::string_view> vector_targets();

}  // namespace steadyline::numeric
