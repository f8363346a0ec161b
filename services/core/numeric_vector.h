#pragma once

/// The polynomials of hwy/contrib/math on one double, for the vector target in use. Only numeric.cpp calls them: it keeps the arguments
/// inside the ranges that Highway states.
namespace steadyline::numeric::vector {

double exp(double x);   ///< -745..706
double log(double x);   ///< finite, > 0
double tanh(double x);  ///< finite
double sin(double x);   ///< |x| <= 39000
double cos(double x);   ///< |x| <= 39000

}  // namespace steadyline::numeric::vector
