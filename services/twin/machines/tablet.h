#pragma once

#include "twin/machines/compression.h"
#include "twin/parameters.h"
#include "twin/machines/powder.h"

namespace steadyline {

/// What the press feels of the powder at the feed frame's outlet: masses and carried quantities per gram. Nominal where there is no powder.
struct Blend {
  double stearate_pct = 1;
  double active_share = 0;
  double density = 0;   ///< d ln(bulk density)
  double yield = 0;     ///< relative change of the yield pressure
  double strength = 0;  ///< relative change of sigma0
  double flow = 1;
  double cohesion = 1;
  double shear = 0;  ///< revolutions in blender 2 and feed frame
};
Blend blend_of(const Powder& powder);

/// Factor of lubrication on the strength: 1 at 1 % Mg stearate and nominal shear; less when over-lubricated.
/// Source   LINE §3.3; form of Kushner & Moore 2010.
double lubrication(const PressParameters& press, double stearate_pct, double shear);

/// The tablets of one second: means and standard deviations between them. Thickness and hardness as at the take-off, where the tester
/// samples.
struct TabletQuality {
  double weight_mg = 0, weight_sd_mg = 0;
  double thickness_mm = 0, hardness_n = 0, hardness_sd_n = 0;
  double diameter_mm = 0;
  double capping = 0;                                        ///< probability
  double dissolution_pct = 0;                                ///< 30 min
  double thickness_relaxed_mm = 0, hardness_relaxed_n = 0;   ///< behind the relaxation buffer
  double odd_share = 0, odd_outside = 0;                     ///< of the tablets: from short punches; of those, out of hardness
  double thickness_per_weight = 0, hardness_per_weight = 0;  ///< dln(thickness)/dlnW, dln(hardness)/dlnW at fixed gap
};

/// What the strength and the capping of a tablet depend on beside its compression.
struct TabletCauses {
  double weight_mg = 0, weight_rsd_pct = 0;
  double lubrication = 1;  ///< factor
  double strength = 1;     ///< factor of lots and humidity on sigma0
  double turret_rpm = 0, pre_force_kn = 0;
};

/// Elastic recovery, then Ryshkewitch-Duckworth for the strength, breaking force of a flat tablet, capping and dissolution.
/// Source   LINE §3.4; Ryshkewitch 1953, Duckworth 1953; Fell & Newton 1970; capping: logistic in pressure, speed and pre-compression.
TabletQuality tablet_quality(const PressParameters& press, const Compression& compression, const TabletCauses& causes);

/// Share of the tablets out of specification: weight, hardness and content of each within its limits, taken as normal and independent.
double share_outside(const PressParameters& press, const TabletQuality& tablets, double potency_pct, double blend_rsd_pct);

/// Share of N(mean, sd) outside [low, high].
double normal_share_outside(double mean, double sd, double low, double high);

}  // namespace steadyline
