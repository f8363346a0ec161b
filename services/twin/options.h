#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/units.h"

namespace steadyline {

/// How a fault grows from its onset: at once, in a straight line, or as 1 - exp(-t / ramp_s).
enum class Onset { step, ramp, exponential };

/// One injected fault. Known ids, each with its equation in services/twin/faults.h: F01 (bridging in a feeder's hopper),
/// F06 (feeder stop), F21 (sensor stuck).
struct FaultSpec {
  std::string id;                 ///< "F01"
  std::string target;             ///< a feeder ("fd1") for F01 and F06, a tag ("tp1/force_pre_mean") for F21
  double on_s = 0;                ///< onset, seconds after the start of the scenario
  double duration_s = std::numeric_limits<double>::infinity();
  double severity = 1;            ///< 0..1; F01: share of the feed factor lost in the end
  Onset onset = Onset::step;
  double ramp_s = 90;             ///< of the ramp, or time constant of the exponential
  bool surge = false;             ///< F01: the bridge collapses at its end, feed factor +30 % * severity for 20 s
};

/// One run of the twin: what happens when. A plain value, read from config/scenarios/*.yaml by settings.
struct Scenario {
  EventTime start;                  ///< time of the last moment before the first second
  double duration_s = 3600;
  std::uint64_t seed = 1;
  bool start_in_production = true;  ///< in steady production; false: stopped with filled vessels, started up by the recipe
  std::vector<FaultSpec> faults;
};

/// One loss-in-weight feeder (LINE §2.1, §3.1). Masses in kg, feed factors in g per revolution.
struct FeederParameters {
  double setpoint_kg_h;
  double feed_factor_full, feed_factor_empty;  ///< ff(W) = full - (full - empty) * exp(-W / curve_kg)
  double curve_kg;
  double refill_below_kg, refill_to_kg;
  double refill_s;
  double flow_rsd, flow_tau_s;    ///< true flow around its mean, AR(1)
  double refill_density_gain;     ///< feed factor gain of freshly dropped powder, decays in 60 s
  double weight_noise_kg;
};

inline constexpr std::size_t feeder_count = 6;  ///< API, MCC, lactose, croscarmellose, silica, Mg stearate

/// A vessel with hold-up and equal or unequal tanks in series (LINE §3.2).
struct VesselParameters {
  double holdup_kg;               ///< at `nominal_kg_h` and nominal speed
  std::vector<double> tank_share; ///< of the hold-up, in flow order
  double delay_s;                 ///< plug flow at its inlet at nominal flow; kept as a FIFO of mass
};

/// The physics numbers of the reference recipe CDC-250/50mg at 25 kg/h, from LINE.md §1–3.
struct TwinParameters {
  double nominal_kg_h = 25;
  std::array<FeederParameters, feeder_count> feeders{{
      {5.000, 0.80, 0.55, 1.5, 3.5, 5.0, 15, 0.020, 6, 0.040, 3e-4},
      {12.250, 1.65, 1.25, 1.8, 4.0, 6.8, 20, 0.012, 6, 0.025, 3e-4},
      {6.625, 2.30, 2.05, 2.0, 5.0, 8.0, 15, 0.012, 6, 0.015, 3e-4},
      {0.750, 0.26, 0.20, 0.5, 1.0, 1.6, 10, 0.025, 6, 0.025, 5e-5},
      {0.125, 0.032, 0.020, 0.05, 0.08, 0.15, 8, 0.050, 8, 0.060, 2e-5},
      {0.250, 0.075, 0.055, 0.10, 0.25, 0.40, 8, 0.040, 8, 0.050, 2e-5},
  }};
  double feed_factor_wander = 0.01, feed_factor_wander_tau_s = 1800;  ///< slow change of bulk density in each hopper

  VesselParameters blender1{0.45, {1. / 3, 1. / 3, 1. / 3}, 5};
  VesselParameters blender2{0.30, {0.25, 0.25, 0.25, 0.25}, 5};  ///< no tags yet; Mg stearate enters here
  VesselParameters chute{0.35, {.1, .1, .1, .1, .1, .1, .1, .1, .1, .1}, 0};
  VesselParameters feed_frame{0.30, {0.75, 0.25}, 0};
  double blender1_rpm = 300, blender2_rpm = 120;
  double chute_full_kg = 0.70;

  double turret_rpm = 46.3;
  int stations = 36;
  double die_area_mm2 = 63.6;
  double tablet_mg = 250, api_share = 0.20;
  double die_density = 0.46, true_density = 1.492;  ///< g/mL
  double gap_main_mm = 2.906, gap_pre_mm = 4.30;
  double force_kn = 10.0;
  double stiffness_kn_per_mm = 150;
  double yield_mpa = 100, heckel_intercept = 0.60;
  double tablet_weight_rsd_pct = 1.0;
  double force_noise = 0.015;                                    ///< of the value, white
  double gap_wander_mm = 0.013, gap_wander_tau_s = 1800;         ///< thermal; the force loop answers with the fill depth
  double density_wander = 0.003, density_wander_tau_s = 1800;    ///< of the die-filled powder
  double dust_share = 0.001;
};

}  // namespace steadyline
