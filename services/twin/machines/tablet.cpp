#include "twin/machines/tablet.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double per_thousand_turns = 1000;  // part_shear
constexpr double seldom = 8;                 // standard deviations beyond which nothing is counted

/// Share of a normal distribution more than `z` standard deviations above its mean.
double tail(double z) {
  if (z > seldom) return 0;
  if (z < -seldom) return 1;
  return numeric::normal_cdf(-z);
}

}  // namespace

Blend blend_of(const Powder& powder) {
  const double grams = total(powder);
  Blend blend;
  if (grams <= 0) return blend;
  blend.stearate_pct = 100 * powder[part_stearate] / grams;
  blend.active_share = powder[part_active] / grams;
  blend.density = powder[part_density] / grams;
  blend.yield = powder[part_yield] / grams;
  blend.strength = powder[part_strength] / grams;
  blend.flow = 1 + powder[part_flow] / grams;
  blend.cohesion = 1 + powder[part_cohesion] / grams;
  blend.shear = per_thousand_turns * powder[part_shear] / grams;
  return blend;
}

double lubrication(const PressParameters& press, double stearate_pct, double shear) {
  const double over = stearate_pct * shear / press.shear_nominal - 1;
  return 1 - press.lubrication_beta + press.lubrication_beta * numeric::exp(-press.lubrication_gamma * over);
}

TabletQuality tablet_quality(const PressParameters& press, const Compression& compression, const TabletCauses& causes) {
  TabletQuality made;
  made.weight_mg = causes.weight_mg;
  made.weight_sd_mg = causes.weight_mg * causes.weight_rsd_pct / 100;
  made.diameter_mm = press.diameter_mm * (1 + press.radial_recovery);

  const double recovery = press.elastic_recovery * compression.pressure_mpa / press.elastic_reference_mpa;
  made.thickness_mm = compression.thickness_in_mm * (1 + recovery);
  const double density = std::min(1.0, causes.weight_mg / (press.true_density * press.die_area_mm2 * made.thickness_mm));
  const double strength_mpa =
      press.strength_mpa * causes.strength * causes.lubrication * numeric::exp(-press.strength_porosity * (1 - density));
  made.hardness_n = pi * press.diameter_mm * made.thickness_mm * strength_mpa / 2;

  // A heavier tablet of the same second: more force, so more of the frame's give and of the recovery; what is left makes it denser.
  const double give = compression.force_kn / (press.stiffness_kn_per_mm * compression.thickness_in_mm);
  made.thickness_per_weight = compression.per_weight * (give + recovery / (1 + recovery));
  made.hardness_per_weight = made.thickness_per_weight + press.strength_porosity * density * (1 - made.thickness_per_weight);
  const double by_weight = made.hardness_per_weight * causes.weight_rsd_pct;
  made.hardness_sd_n =
      made.hardness_n / 100 * numeric::sqrt(by_weight * by_weight + press.hardness_scatter_pct * press.hardness_scatter_pct);

  const double relaxed = 1 - numeric::exp(-press.buffer_s / press.relaxation_tau_s);
  made.thickness_relaxed_mm = made.thickness_mm * (1 + press.relaxation * relaxed);
  made.hardness_relaxed_n = made.hardness_n * (1 - press.hardness_relaxation * relaxed);

  const double logit = press.capping_intercept + press.capping_pressure * (compression.pressure_mpa / press.elastic_reference_mpa - 1) +
                       press.capping_speed * (causes.turret_rpm / press.turret_rpm - 1) +
                       press.capping_pre * (causes.pre_force_kn / press.force_pre_kn - 1) +
                       (compression.density_in > press.capping_density_above ? press.capping_density : 0);
  made.capping = 1 / (1 + numeric::exp(-logit));
  const double dissolved = press.dissolution_pct - press.dissolution_lubrication * std::max(0.0, 1 - causes.lubrication) -
                           press.dissolution_per_n * (made.hardness_n - press.dissolution_n);
  made.dissolution_pct = std::clamp(dissolved, 0.0, 100.0);
  return made;
}

double normal_share_outside(double mean, double sd, double low, double high) {
  if (sd <= 0) return mean < low || mean > high ? 1 : 0;
  return std::min(1.0, tail((high - mean) / sd) + tail((mean - low) / sd));
}

double share_outside(const PressParameters& press, const TabletQuality& tablets, double potency_pct, double blend_rsd_pct) {
  const double weight = normal_share_outside(tablets.weight_mg, tablets.weight_sd_mg, press.tablet_mg * (1 - press.weight_band),
                                             press.tablet_mg * (1 + press.weight_band));
  const double even = normal_share_outside(tablets.hardness_n, tablets.hardness_sd_n, press.hardness_low_n, press.hardness_high_n);
  const double hardness = even * (1 - tablets.odd_share) + tablets.odd_outside;
  const double potency =
      normal_share_outside(potency_pct, potency_pct * blend_rsd_pct / 100, 100 - press.potency_band_pct, 100 + press.potency_band_pct);
  return 1 - (1 - weight) * (1 - hardness) * (1 - potency);
}

}  // namespace steadyline
