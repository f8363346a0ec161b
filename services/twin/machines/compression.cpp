#include "twin/machines/compression.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double densest = 0.995;  // powder without pores would need an endless pressure
constexpr int iterations = 20;
constexpr double close_enough = 1e-9;

double at_least(double x, double low) { return std::max(x, low); }

/// dlnP/dlnD of Heckel's law; 0 where there is no pressure.
double stiffening(double density, double yield_mpa, double pressure_mpa) {
  return pressure_mpa > 0 ? yield_mpa * density / ((1 - density) * pressure_mpa) : 0;
}

}  // namespace

double filling_degree(const PressParameters& press, double paddle_rpm, double turret_rpm, double flow) {
  return 1 - numeric::exp(-press.filling_rate * paddle_rpm / turret_rpm * flow);
}

double die_density(const PressParameters& press, double d_ln_bulk_density, double level_pct) {
  const double column = (level_pct - press.level_wanted_pct) / press.level_wanted_pct;
  return press.die_density * (1 + press.die_density_lot_effect * d_ln_bulk_density) * (1 + press.die_density_level_effect * column);
}

double yield_pressure_mpa(const PressParameters& press, double speed_log, double relative) {
  return press.yield_mpa * (1 + press.yield_speed * speed_log) * (1 + relative);
}

Compression compress(const PressParameters& press, double weight_mg, double gap_mm, double yield_mpa) {
  const double solid_mm = weight_mg / (press.true_density * press.die_area_mm2);  // height without pores
  Compression tablet;
  tablet.force_kn = press.force_kn;
  double slope = 0;
  for (int i = 0; i < iterations; ++i) {
    tablet.thickness_in_mm = gap_mm + tablet.force_kn / press.stiffness_kn_per_mm;
    const double density = solid_mm / tablet.thickness_in_mm;
    tablet.density_in = std::min(density, densest);
    tablet.pressure_mpa = at_least(yield_mpa * (-numeric::log(1 - tablet.density_in) - press.heckel_intercept), 0);
    const double force_kn = tablet.pressure_mpa * press.die_area_mm2 / 1000;
    // How much less pressure there is when the frame gives way by one more kN; none where the law ends.
    slope =
        density < densest ? stiffening(density, yield_mpa, tablet.pressure_mpa) / (press.stiffness_kn_per_mm * tablet.thickness_in_mm) : 0;
    const double change = (force_kn - tablet.force_kn) / (1 + force_kn * slope);
    tablet.force_kn += change;
    if (std::fabs(change) < close_enough) break;
  }
  const double stiff = stiffening(tablet.density_in, yield_mpa, tablet.pressure_mpa);
  tablet.per_weight = stiff / (1 + stiff * tablet.force_kn / (press.stiffness_kn_per_mm * tablet.thickness_in_mm));
  return tablet;
}

double weight_of_force_mg(const PressParameters& press, double force_kn, double gap_mm, double yield_mpa) {
  const double pressure_mpa = at_least(force_kn, 0) * 1000 / press.die_area_mm2;
  const double density = 1 - numeric::exp(-pressure_mpa / yield_mpa - press.heckel_intercept);
  return density * press.true_density * press.die_area_mm2 * (gap_mm + at_least(force_kn, 0) / press.stiffness_kn_per_mm);
}

double pre_force_kn(const PressParameters& press, double weight_mg, double gap_pre_mm) {
  if (weight_mg <= 0) return 0;
  return press.force_pre_kn * numeric::exp(press.pre_weight_exponent * numeric::log(weight_mg / press.tablet_mg) +
                                           press.pre_gap_exponent * numeric::log(press.gap_pre_mm / gap_pre_mm));
}

double ejection_n(const PressParameters& press, const Compression& tablet, double stearate_pct, double turret_rpm) {
  const double friction = (press.friction_floor + press.friction_gain * numeric::exp(-stearate_pct / press.friction_stearate_pct)) *
                          (1 + press.friction_speed * (turret_rpm / press.turret_rpm - 1));
  return friction * press.radial_share * tablet.pressure_mpa * pi * press.diameter_mm * tablet.thickness_in_mm;
}

}  // namespace steadyline
