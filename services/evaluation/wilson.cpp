#include "evaluation/wilson.h"

#include <algorithm>
#include <cmath>

namespace steadyline {

Share wilson(std::size_t hits, std::size_t of) {
  if (of == 0) return {};
  constexpr double z = 1.959963984540054;  // of 97.5 %
  const double n = static_cast<double>(of), p = static_cast<double>(hits) / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {hits, of, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace steadyline
