#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/press_statistics.h"

namespace steadyline {

/// White noise of the readings and a slow wander, AR(1).
struct WhiteAndWander {
  double white, wander, wander_tau_s;
};

/// How one batch's press behaves, in the terms of the twin's press (docs/twin.md): levels, noise of the instruments, force loop,
/// disturbances. Shares are relative to the value; weight is that of the tablets at unchanged fill depth.
struct PressFit {
  double force_kn, fill_mm, srel_pct, ejection_n;  ///< levels: means over the batch
  double force_noise;                              ///< share, white, of a reading a second
  double force_mean_s;                             ///< the logged force is the running mean of so many readings
  double loop_s, loop_gain;                        ///< the force loop acts so often, and takes back so much of what it sees
  double deadband;                                 ///< share of the force
  double fill_quantum_mm;
  double weight_wander, weight_wander_tau_s, weight_mixing_s;  ///< seconds to minutes: how the powder flows into the dies
  double slow_wander;                                          ///< share, half an hour: bulk density, temperature of the machine
  WhiteAndWander srel, ejection;                               ///< %, N
  double misfit;  ///< root mean square distance between the quartiles of the window features of force and fill depth, recorded and
                  ///< simulated, in units of the recorded quartile range
};
inline constexpr double slow_wander_tau_s = 1800;

/// Fits one batch: levels by means, the rest by simulated moments: random search for the parameters whose simulated readings have the same
/// window features (quartiles) and the same long-term Allan deviation. The loop is simulated with a linearised press (dlnF/dlnW = 4.45) and
/// the same random numbers in every trial; the twin itself takes no part. `running` needs a window or more. Cost: about 0.3 s.
PressFit fit_press(const Running& running);

/// Fits every batch that has an hour or more of running. Batches are the spread: a new batch is drawn as one of them.
std::vector<PressFit> fit_press(std::span<const PressBatch> batches);

/// Readings of the linearised press, one every ten seconds.
std::vector<PressReading> linear_press(const PressFit& fit, double hours, std::uint64_t seed);

}  // namespace steadyline
