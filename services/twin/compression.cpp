#include "twin/compression.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"

namespace steadyline {
namespace {
constexpr double pi = 3.14159265358979323846;
constexpr double diameter_mm = 9.0;
constexpr int iterations = 20;
constexpr double damping = 0.9, close_enough_kn = 1e-10;
}  // namespace

double die_fill_mg(const TwinParameters& press, double fill_mm, double turret_rpm, double powder_density) {
  const double filling = 1 - numeric::exp(-5.3 * press.turret_rpm / turret_rpm);
  return powder_density * press.die_area_mm2 * fill_mm * filling;
}

Compression compress(const TwinParameters& press, double weight_mg, double gap_mm, double turret_rpm) {
  const double yield = press.yield_mpa * (1 + 0.05 * numeric::log(turret_rpm / press.turret_rpm));
  Compression tablet{press.force_kn, 0, 0, 0};
  for (int i = 0; i < iterations; ++i) {
    tablet.thickness_in_mm = gap_mm + tablet.force_kn / press.stiffness_kn_per_mm;
    tablet.density_in = std::min(weight_mg / (press.true_density * press.die_area_mm2 * tablet.thickness_in_mm), 0.995);
    tablet.pressure_mpa = std::max(0.0, yield * (-numeric::log(1 - tablet.density_in) - press.heckel_intercept));
    const double change = tablet.pressure_mpa * press.die_area_mm2 / 1000 - tablet.force_kn;
    tablet.force_kn += damping * change;
    if (std::fabs(change) < close_enough_kn) break;
  }
  return tablet;
}

double ejection_n(const TwinParameters& press, const Compression& tablet, double stearate_pct, double turret_rpm) {
  const double friction = (0.10 + 0.45 * numeric::exp(-stearate_pct / 0.42)) * (1 + 0.15 * (turret_rpm / press.turret_rpm - 1));
  return friction * 0.10 * tablet.pressure_mpa * pi * diameter_mm * tablet.thickness_in_mm;
}

}  // namespace steadyline
