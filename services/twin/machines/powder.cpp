#include "twin/machines/powder.h"

namespace steadyline {

double total(const Powder& powder) {
  double sum = 0;
  for (std::size_t i = 0; i < feeder_count; ++i) sum += powder[i];
  return sum;
}

Powder portion(const Powder& like, double grams) {
  const double all = total(like);
  if (all <= 0) return Powder{};
  const double share = grams / all;
  Powder part;
  for (std::size_t i = 0; i < powder_parts; ++i) part[i] = like[i] * share;
  return part;
}

Powder& operator+=(Powder& left, const Powder& right) {
  for (std::size_t i = 0; i < powder_parts; ++i) left[i] += right[i];
  return left;
}

Powder& operator-=(Powder& left, const Powder& right) {
  for (std::size_t i = 0; i < powder_parts; ++i) left[i] -= right[i];
  return left;
}

}  // namespace steadyline
