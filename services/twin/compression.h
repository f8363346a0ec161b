#pragma once

#include "twin/options.h"

namespace steadyline {

/// What one turn of the press makes of a die full of powder, means over the turret.
struct Compression {
  double force_kn;
  double pressure_mpa;
  double thickness_in_mm;  ///< between the punches
  double density_in;       ///< relative
};

/// Weight of a tablet, mg: die volume * density * filling degree (paddle at nominal speed).
double die_fill_mg(const TwinParameters& press, double fill_mm, double turret_rpm, double powder_density);

/// Main compression at a fixed gap with the machine's compliance and Heckel's law, by damped fixed point (LINE §3.4).
Compression compress(const TwinParameters& press, double weight_mg, double gap_mm, double turret_rpm);

/// Ejection force, N; falls with the share of Mg stearate (% w/w).
double ejection_n(const TwinParameters& press, const Compression& tablet, double stearate_pct, double turret_rpm);

}  // namespace steadyline
