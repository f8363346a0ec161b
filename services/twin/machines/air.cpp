#include "twin/machines/air.h"

#include "core/numeric.h"

namespace steadyline::air {
namespace {

constexpr double at_zero_pa = 611.2, slope = 17.62, pole_c = 243.12;  // WMO 2008, over water
constexpr double atmosphere_pa = 101325, water_to_air = 0.622;        // ratio of the molar masses

}  // namespace

double saturation_pa(double temp_c) { return at_zero_pa * numeric::exp(slope * temp_c / (pole_c + temp_c)); }
double humidity(double vapour) { return water_to_air * vapour / (atmosphere_pa - vapour); }
double vapour_pa(double humidity) { return atmosphere_pa * humidity / (water_to_air + humidity); }

double dew_point_c(double vapour) {
  const double logarithm = numeric::log(vapour / at_zero_pa);
  return pole_c * logarithm / (slope - logarithm);
}

}  // namespace steadyline::air
