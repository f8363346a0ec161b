#include "twin/machines/age.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"

namespace steadyline {

Age age_of(const Powder& powder) {
  const double api = powder[part_api];
  if (api <= 0) return {};
  const double mean = powder[part_age] / api;
  return {mean, std::sqrt(std::max(0.0, powder[part_age_squared] / api - mean * mean))};
}

double nominal_age_skewness(const TwinParameters& parameters) {
  const double flow_kg_s = parameters.nominal_kg_h() / 3600;
  double squares = 0, cubes = 0;
  for (const VesselParameters* vessel :
       {&parameters.blender1.vessel, &parameters.blender2.vessel, &parameters.path.chute, &parameters.path.feed_frame})
    for (const double share : vessel->tank_share) {
      const double tau_s = share * vessel->holdup_kg / flow_kg_s;
      squares += tau_s * tau_s;
      cubes += tau_s * tau_s * tau_s;
    }
  return 2 * cubes / (squares * std::sqrt(squares));
}

double age_quantile(const Age& age, double skewness, double probability) {
  const double shape = 4 / (skewness * skewness), ninth = 1 / (9 * shape);
  const double cube_root = std::max(0.0, 1 - ninth + numeric::normal_quantile(probability) * std::sqrt(ninth));
  const double scale_s = age.sd_s / std::sqrt(shape);
  return std::max(0.0, age.mean_s + scale_s * shape * (cube_root * cube_root * cube_root - 1));
}

}  // namespace steadyline
