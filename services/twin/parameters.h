#pragma once

#include <array>
#include <string>
#include <vector>

#include "twin/machines/powder.h"

namespace steadyline {

/// The physical numbers of a twin: config/twin/*.yaml gives every one of them, with unit and origin; nothing has a value in code.
/// Sizes of noise of the instruments stand in the line description instead.

struct LotParameters {            ///< between lots of one material (relative sd unless said otherwise)
  double size_kg;
  double density_sd;              ///< ln bulk density
  double particle_size_sd;        ///< ln d50: flow factor 1 - 0.15 * dln(d50) / 0.29, cohesion
  double potency_sd;              ///< API: content of active substance
  double yield_sd, strength_sd;   ///< k_py, sigma0
};

struct FeederParameters {         ///< one loss-in-weight feeder
  std::string material;
  double share;                   ///< of the blend, w/w; massflow_sp = share * throughput
  double feed_factor_full, feed_factor_empty;  ///< g/rev: ff(W) = full - (full - empty) * exp(-W / curve_kg)
  double curve_kg;
  double refill_below_kg, refill_to_kg, refill_s;
  double flow_rsd, flow_tau_s;    ///< true flow around its mean, AR(1)
  double refill_density_gain;
  double bulk_density;            ///< g/mL
  double true_density;            ///< g/mL
  LotParameters lot;
};

struct FeedingParameters {        ///< common to the feeders
  double gain, reset_s, integral_low, integral_high;
  double speed_low_rpm, speed_high_rpm, speed_rate_rpm_s, speed_tau_s;
  double settle_s;
  double fresh_powder_tau_s;
  double feed_factor_wander, feed_factor_wander_tau_s;
  double vibration_per_h;
  double humidity_per_pct;        ///< API feed factor per %RH above 50
  double lot_density_effect;      ///< feed factor per dln rho
  bool refill_array;
  double torque_nominal_pct, agitator_rpm;
};

struct VesselParameters {         ///< hold-up and tanks in series
  double holdup_kg;               ///< at nominal flow and speed
  std::vector<double> tank_share; ///< of the hold-up, in flow order
  double delay_s;                 ///< plug flow at the inlet, a FIFO of mass
};

struct BlenderParameters {
  VesselParameters vessel;
  double rpm;
  double torque_nm, motor_a, temp_c;
  double flow_exponent, speed_exponent;  ///< M = M0 * (flow/m0)^0.6 * (N/N0)^-0.7
};

struct PathParameters {           ///< chute, diverter, feed frame, NIR
  VesselParameters chute, feed_frame;
  double chute_full_kg;
  double paddle_rpm, bed_height_mm;
  double diverter_s;
  double blend_rsd_floor, blend_rsd_gain, blend_rsd_rpm;  ///< sqrt(floor^2 + (gain * exp(-N1 / rpm))^2), %
  double nir_scan_sd_pct_lc;      ///< of one scan; reported as mean of `nir_scans`
  int nir_scans;
  double nir_drift_sd_pct, nir_drift_tau_s;               ///< % w/w
  double nir_fouling_bias_pct_lc;  ///< b = bias * (1 - gain) / 0.15
};

struct PressParameters {
  int stations;
  double turret_rpm, tablets_per_turn;
  double die_area_mm2, diameter_mm, tablet_mg;
  double die_density, true_density;   ///< g/mL
  double die_density_lot_effect, die_density_level_effect;
  double filling_rate;                ///< eta = 1 - exp(-rate * paddle_rpm / turret_rpm * flow); 5.3 at nominal speeds
  double gap_main_mm, gap_pre_mm, force_kn, force_pre_kn;
  double stiffness_kn_per_mm;
  double yield_mpa, yield_speed, heckel_intercept;
  double weight_rsd_pct, weight_rsd_speed, srel_per_weight, srel_station_pct;
  double elastic_recovery, elastic_reference_mpa, relaxation, relaxation_tau_s, hardness_relaxation;
  double strength_mpa, strength_porosity, lubrication_beta, lubrication_gamma, shear_nominal;  ///< sigma0, Ryshkewitch-Duckworth, Kushner & Moore
  double friction_floor, friction_gain, friction_stearate_pct, radial_share, friction_speed;
  double capping_intercept, capping_pressure, capping_speed, capping_pre, capping_density, capping_density_above;
  double takeoff_n, stiffness_n;      ///< punch_stiffness reading, product-dependent
  double gap_wander_mm, gap_wander_tau_s;
  double density_wander, density_wander_tau_s, density_mixing_s;
  double force_wander_kn, force_wander_tau_s, ejection_wander_n, ejection_wander_tau_s;
  double force_loop_turns, force_deadband, fill_quantum_mm, force_per_weight;
  double fill_low_mm, fill_high_mm, fill_start_mm;
  double level_wanted_pct, level_gain, level_gain_far, level_near_pct, level_reset_s;
  double turret_low_rpm, turret_high_rpm, turret_rate_rpm_s;
  double reject_band;                 ///< V2: force outside set-point +- band
  double outlier_share;               ///< gross outlier tablets (fill gaps, double fill)
  double dust_share;
  double motor_pct, turret_c, punch_c, dust_mbar;
  double humidity_strength_per_pct;   ///< sigma0 per %RH
  double buffer_s;                    ///< relaxation buffer behind the press
  double tester_every_s, tester_result_s; int tester_tablets;
  double reference_c, reference_rh_pct;              ///< the room in which the numbers above hold
  double cohesion_exponent, low_level_pct, low_level_span_pct;  ///< weight RSD * cohesion^e * (1 + max(0, (low - level) / span))
  double starved_level_pct;                          ///< an empty feed frame makes the weights scatter like a chute lower by so much
  double bed_needed;                                 ///< share of the feed frame's bed below which dies stay partly empty
  double restart_rsd_pct, restart_turns;             ///< extra weight RSD of a restart, fading with the turns
  double pre_weight_exponent, pre_gap_exponent;      ///< pre-compression
  double level_filter_s, level_integral_high;        ///< level loop; share of the turret speed
  double force_low_kn, force_high_kn;                ///< of the force loop's set-point
  double force_starved;                              ///< share of the set-point below which there is no powder to regulate
  double fill_rate_mm_s;                             ///< fastest change of the fill depth by the force loop
  double hardness_scatter_pct, thickness_scatter_mm, diameter_scatter_mm;  ///< between tablets of one weight
  double radial_recovery;                            ///< diameter of the tablet over the die's - 1
  double dissolution_pct, dissolution_lubrication, dissolution_per_n, dissolution_n;  ///< Q = pct - lub * max(0, 1 - f_lub) - per_n * (H - n)
  double weight_band, hardness_low_n, hardness_high_n, potency_band_pct;   ///< specification of the single tablet
  double takeoff_ejection_share, motor_force_share, motor_ejection_share;  ///< how much of the reading follows the force named
  double temperature_tau_s;
  double station_z_pct;                              ///< force of a punch over the turret's mean that reads as z = 1
  double sticking_stearate, sticking_rh_per_pct, sticking_rh_above_pct, sticking_clean_s, sticking_high;  ///< growth, end and highest value of the film x
  double sticking_weight, sticking_takeoff_n, sticking_ejection, sticking_punch_k, sticking_station_z;    ///< what x = 1 does
};

struct CoaterParameters {
  double load_kg, tablets;
  double air_kg_s, air_m3_h, air_cp, inlet_c, inlet_humidity;
  double heat_loss_kw_k, cabinet_c, heat_capacity_kj_k, evaporation_kj_kg;
  double spray_g_min, solids_share, coating_efficiency, gain_pct;
  double drying_rate, moisture_pct, moisture_per_rh, moisture_rh;
  double pan_rpm, nozzles, film_cv;
  double charge_s, preheat_s, dry_s, cool_s, discharge_s;
  double nozzle_bar, atom_bar, pattern_bar, pan_pa, filter_pa, filter_pa_min, pump_rpm, pump_bar, drum_torque_pct;
};

struct RoomParameters {
  double temp_c, rh_pct, dp_pa;
  double temp_daily_c, rh_daily_pct;      ///< amplitudes over 24 h
  double rh_sd_pct, rh_tau_s;
  double air_bar, air_dew_c, vacuum_mbar, ahu_c, chilled_c, power_kw;
};

struct ProcedureParameters {
  double throughput_kg_h;
  double fill_from_s, fill_to_s, ramp_s, ramp_from_kg_h;
  double equilibrate_s, settled_after_move_s, settled_for_s, nir_band, force_band;
  double empty_level_pct, setpoint_ramp_s, changeover_ramp_s;
  double batch_h, batch_kg;
  double planned_stop_every_h, planned_stop_s, cleaning_every_h, cleaning_s;
  double stops_per_h, stop_median_s, stop_sigma;       ///< unplanned, lognormal
};

/// How an auxiliary signal follows: `gain * lagged(of) + offset`, a value that steps now and then, or a counter.
struct AuxiliaryParameters {
  std::string tag;        ///< "fd1/drive_temp"; already one per unit
  std::string of;         ///< path of a core signal; empty: none
  double gain = 0, offset = 0, tau_s = 0;
  double step_every_s = 0, step = 0;  ///< a random step of this size about that often
  double per_s = 0;                   ///< counter
};

struct TwinParameters {
  std::array<FeederParameters, feeder_count> feeders;  ///< API first, lubricant last; the others go into blender 1 with the API
  FeedingParameters feeding;
  BlenderParameters blender1, blender2;
  PathParameters path;
  PressParameters press;
  CoaterParameters coater;
  RoomParameters room;
  ProcedureParameters procedure;
  std::vector<AuxiliaryParameters> auxiliary;

  double nominal_kg_h() const { return procedure.throughput_kg_h; }
  double nominal_feed_kg_h(std::size_t feeder) const { return feeders[feeder].share * procedure.throughput_kg_h; }
};

}  // namespace steadyline
