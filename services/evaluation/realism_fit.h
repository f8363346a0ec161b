#pragma once

#include <span>
#include <vector>

#include "evaluation/press_statistics.h"

namespace steadyline {

/// How one batch's press behaves, in the terms of the twin's press (docs/twin.md): levels, instruments' noise, force loop and disturbances.
/// Shares are relative to the value; `density` is the weight of a die full of powder at equal fill depth.
struct PressFit {
  double force_kn, force_noise;
  double loop_s, deadband, fill_quantum_mm;
  double fill_mm;
  double density_wander, density_wander_tau_s;  ///< seconds to minutes: how the powder flows into the dies
  double slow_wander, slow_wander_tau_s;        ///< half an hour: bulk density, temperature of the machine
  double srel_pct, srel_noise_pct, srel_wander_pct, srel_wander_tau_s;
  double ejection_n, ejection_noise_n, ejection_wander_n, ejection_wander_tau_s;
  double
      misfit;  ///< root mean square distance of the quartiles of the window features of force and fill, in units of their quartile ranges
};

/// White noise plus AR(1) by its Allan deviations.
struct WhiteAndWander {
  double white, wander, wander_tau_s;
};
WhiteAndWander white_and_wander(std::span<const std::span<const PressReading>> stretches, double PressReading::*tag,
                                double interval_s = 10);

/// Fits one batch: levels and instruments by moments, force loop and disturbances by simulated moments (the loop with a linearised press,
/// the same random numbers for every trial). `running` needs a window or more.
PressFit fit_press(const Running& running);

/// Fits every batch that has an hour or more of running. Batches are the spread: a new batch is drawn as one of them.
std::vector<PressFit> fit_press(std::span<const PressBatch> batches);

/// Readings of the linearised press, one every ten seconds: for the fit and its tests.
std::vector<PressReading> linear_press(const PressFit& fit, double hours, std::uint64_t seed);

}  // namespace steadyline
