#include "campaigns/fault_views.h"

#include "core/error.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline {
namespace {

// A tag that should stay still stands among those that move where it is the point of the fault.
// clang-format off
constexpr FaultView views[] = {
  {"F01", "", "fd1", 0.65, 90, 600, 600, "fd1/screw_speed_pv fd1/feed_factor fd1/massflow_pv ch1/nir1_api~ truth/potency_pct"},
  {"F02", "", "fd2", 0.6, 90, 600, 600, "fd2/screw_speed_pv fd2/feed_factor fd2/massflow_pv ch1/nir1_api~ truth/potency_pct"},
  {"F03", "", "fd1", 0.275, 0, 3600, 0, "fd1/netweight_pv fd1/massflow_pv truth/fd1_kg_h fd1/feed_factor ch1/nir1_api~ truth/potency_pct"},
  {"F04", "", "fd1", 5, 0, 10800, 1200, "fd1/massflow_pv~ fd1/feed_factor fd1/screw_speed_pv~ ch1/nir1_api~ truth/potency_pct"},
  {"F04", "zero", "fd1", 5, 0, 3600, 1200, "fd1/massflow_pv~ fd1/feed_factor~ fd1/screw_speed_pv~ ch1/nir1_api~ truth/potency_pct"},
  {"F05", "", "fd2", 30, 0, 14400, 1200, "fd2/screw_speed_pv~ fd2/feed_factor~ fd2/drive_torque~ fd2/massflow_pv~ truth/fd2_kg_h~"},
  {"F06", "", "fd1", 1, 0, 120, 600, "fd1/screw_speed_pv fd1/massflow_pv bl1/holdup ch1/nir1_api ff1/nir2_api truth/potency_pct"},
  {"F07", "", "fd6", 0.5, 300, 1800, 600, "fd6/massflow_pv tp1/ejection_max tp1/takeoff_force~ tp1/motor_torque~ truth/hardness_n"},
  {"F08", "", "fd6", 1, 300, 1800, 600, "fd6/massflow_pv tp1/ejection_max tt1/hardness_mean truth/hardness_n truth/dissolution_pct"},
  {"F08", "shear", "bl2", 1, 300, 1800, 600, "bl2/rpm_pv tp1/ejection_max tt1/hardness_mean truth/hardness_n truth/dissolution_pct"},
  {"F09", "", "fd1", 0.06, 0, 9000, 0, "fd1/massflow_pv~ ch1/nir1_api~ ff1/nir2_api~ truth/potency_pct"},
  {"F10", "", "fd2", -0.15, 0, 9000, 0, "fd2/feed_factor~ fd2/screw_speed_pv~ tp1/fill_pv tp1/force_main_mean~ truth/weight_mg"},
  {"F11", "", "bl1", 0.8, 30, 900, 900, "bl1/rpm_pv bl1/torque bl1/holdup ch1/level truth/blend_rsd_pct"},
  {"F12", "", "bl1", 0.4, 3600, 7200, 1200, "bl1/holdup bl1/torque~ bl1/rpm_pv truth/age_mean_s truth/potency_pct"},
  {"F13", "", "ch1", 0.6, 240, 900, 600, "ch1/level ff1/bed_height bl2/holdup tp1/weight_est tp1/waste truth/weight_mg"},
  {"F14", "", "ff1", 0.15, 60, 600, 300, "ff1/bed_height tp1/force_main_mean tp1/weight_est tp1/fill_pv tp1/force_main_srel truth/weight_mg"},
  {"F15", "", "tp1", 0.10, 40, 300, 120, "tp1/turret_pv tp1/tbl_rate ch1/level tp1/force_main_mean truth/weight_mg"},
  {"F16", "", "tp1", 0.3, 30, 180, 420, "tp1/turret_pv ch1/level tp1/force_main_mean tp1/force_main_srel tp1/waste truth/capping"},
  {"F17", "", "tp1", 4, 0, 7200, 1200, "tp1/force_main_mean~ tp1/fill_pv tp1/force_pre_mean~ tt1/weight_mean truth/weight_mg"},
  {"F18", "", "tp1", 1.5, 0, 5400, 900, "tp1/takeoff_force tp1/ejection_max tp1/punch_temp tp1/st10_force_main_z tp1/st34_force_main_z truth/weight_mg"},
  {"F19", "", "tp1/st07", 0.065, 0, 1200, 300, "tp1/st07_force_main_z tp1/st08_force_main_z tp1/force_main_srel~ tp1/force_main_mean~"},
  {"F20", "", "ch1", 0.15, 1800, 3600, 600, "ch1/nir1_gain ch1/nir1_q ch1/nir1_api~ ff1/nir2_api~ truth/potency_pct"},
  {"F21", "", "tp1/force_pre_mean", 1, 0, 600, 300, "tp1/force_pre_mean tp1/force_main_mean"},
  {"F22", "", "tp1/force_pre_mean", 0.25, 0, 240, 60, "tp1/force_pre_mean tp1/force_main_mean"},
  {"F25", "", "ct1/noz2", 0.8, 300, 1500, 300, "ct1/noz2_press ct1/noz1_press ct1/spray_pv ct1/exhaust_temp"},
  {"F25", "fixed_pump", "ct1/noz2", 0.8, 300, 1500, 300, "ct1/noz2_press ct1/spray_pv ct1/exhaust_temp ct1/exhaust_rh truth/film_pct"},
  {"F26", "", "ct1", 5, 120, 1500, 300, "ct1/inlet_temp_pv ct1/exhaust_temp ct1/exhaust_rh ct1/bed_moisture ct1/bed_temp"},
  {"F26", "flow", "ct1", 20, 120, 1500, 300, "ct1/inlet_flow_pv ct1/exhaust_temp ct1/exhaust_rh ct1/bed_moisture ct1/bed_temp"},
};
// clang-format on

}  // namespace

std::span<const FaultView> fault_views() { return views; }

FaultSpec fault_of(const FaultView& view, double on_s) {
  const FaultKind* kind = find_fault_kind(view.id, view.variant);
  STEADYLINE_ASSERT(kind != nullptr, "a picture shows a fault of the catalogue");
  FaultSpec spec;
  spec.id = view.id;
  spec.variant = view.variant;
  spec.target = view.target;
  spec.severity = view.severity;
  spec.onset = kind->onset;
  spec.on_s = on_s;
  spec.duration_s = view.duration_s;
  if (kind->onset == Onset::oscillating) spec.period_s = view.ramp_s;
  else if (view.ramp_s > 0) spec.ramp_s = view.ramp_s;
  return spec;
}

}  // namespace steadyline
