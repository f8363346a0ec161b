#pragma once

#include "twin/parameters.h"

namespace steadyline {

/// Main compression of a die full of powder between two punches.
struct Compression {
  double force_kn = 0;
  double pressure_mpa = 0;
  double thickness_in_mm = 0;  ///< between the punches, under load
  double density_in = 0;       ///< relative
  double per_weight = 0;       ///< dlnF/dlnW at fixed gap, the machine's compliance included
};

/// Share of the die's volume that the paddles fill, 0..1: falls with turret speed, rises with paddle speed and the powder's flow (1
/// nominal). Source   LINE §3.4; kinetic limit of die filling, Schomberg et al., Pharmaceutics 2020 12:248.
double filling_degree(const PressParameters& press, double paddle_rpm, double turret_rpm, double flow);

/// Density of the powder in the die, g/mL: follows the lots' bulk density and the powder column above the feed frame.
double die_density(const PressParameters& press, double d_ln_bulk_density, double level_pct);

/// Yield pressure, MPa; `speed_log` is ln(turret speed / nominal), `relative` the change by lots, 0 nominal.
double yield_pressure_mpa(const PressParameters& press, double speed_log, double relative);

/// Force and density at a fixed gap: Heckel's law in the die, the frame giving way by F / stiffness; Newton's iteration on the force.
/// Source   LINE §3.4; Heckel 1961.
Compression compress(const PressParameters& press, double weight_mg, double gap_mm, double yield_mpa);

/// The weight, mg, that a force means at a gap: the same law backwards. The soft sensor of the press.
double weight_of_force_mg(const PressParameters& press, double force_kn, double gap_mm, double yield_mpa);

double pre_force_kn(const PressParameters& press, double weight_mg, double gap_pre_mm);

/// Friction falls with the share of Mg stearate (% w/w) and rises with speed.
double ejection_n(const PressParameters& press, const Compression& tablet, double stearate_pct, double turret_rpm);

}  // namespace steadyline
