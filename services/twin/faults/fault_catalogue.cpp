#include "twin/faults/fault_catalogue.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "twin/faults/onset.h"

namespace steadyline {
namespace {

constexpr std::string_view feeders = "fd1 fd2 fd3 fd4 fd5 fd6";
constexpr auto process = LabelKind::process, sensor = LabelKind::sensor, comms = LabelKind::comms;
constexpr auto unit = TargetKind::unit, station = TargetKind::station, nozzle = TargetKind::nozzle, tag = TargetKind::tag,
               tag_or_unit = TargetKind::tag_or_unit, clock_of = TargetKind::clock;
constexpr auto step = Onset::step, ramp = Onset::ramp, exponential = Onset::exponential, oscillating = Onset::oscillating;

// Correct and forbidden actions are the words of LINE §5's column; a fault in a sensor or in the network is never mended at the process.
// clang-format off
constexpr FaultKind kinds[] = {
  {"F01", "", "API bridging or rat-holing", process, "feeder flow", unit, "fd1", 0.15, 1, 0, 1, "share of feed factor", false, exponential, 90, 90, 600, Hurry::no, 2,
   "{u}/screw_speed_pv {u}/feed_factor {u}/massflow_pv", "divert pulse_agitator force_refill hold_line", "raise_api_setpoint"},
  {"F02", "", "MCC bridging", process, "feeder flow", unit, "fd2", 0.1, 1, 0, 1, "share of feed factor", false, exponential, 90, 90, 600, Hurry::no, 2,
   "{u}/screw_speed_pv {u}/feed_factor {u}/massflow_pv", "scale_feeders_to_ratio divert pulse_agitator hold_line", "lower_api_setpoint"},
  {"F03", "", "refill overshoot", process, "refill", unit, feeders, 0.15, 0.40, 0, 1, "density gain of a refill", false, step, 0, 0, 3600, Hurry::no, 4,
   "{u}/feed_factor {u}/netweight_pv", "enable_refill_array lower_refill_level smaller_refill divert", "move_api_setpoint"},
  {"F04", "", "load-cell span drift", process, "weighing", unit, feeders, 0.5, 5, -50, 50, "%/h", true, ramp, 0, 0, 7200, Hurry::severity, 5,
   "{u}/feed_factor {u}/screw_speed_pv {u}/netweight_pv", "reconcile_with_nir recalibrate_scale volumetric_mode", "move_setpoint_by_massflow"},
  {"F04", "zero", "load-cell zero creep", process, "weighing", unit, feeders, 0.5, 5, -50, 50, "% of nominal flow", true, step, 0, 0, 7200, Hurry::no, 5,
   "{u}/feed_factor {u}/screw_speed_pv {u}/netweight_pv", "reconcile_with_nir recalibrate_scale volumetric_mode", "move_setpoint_by_massflow"},
  {"F05", "", "screw wear", process, "feeder flow", unit, feeders, 5, 30, 0, 200, "%/24 h", false, ramp, 0, 0, 14400, Hurry::severity, 4,
   "{u}/screw_speed_pv {u}/feed_factor {u}/drive_torque", "maintenance_ticket rebase_feed_factor", "divert hold_line"},
  {"F06", "", "feeder stop (drive trip)", process, "feeder flow", unit, feeders, 1, 1, 1, 1, "", false, step, 0, 0, 120, Hurry::no, 1,
   "{u}/massflow_pv {u}/screw_speed_pv {u}/drive_torque {u}/mode", "hold_line divert restart_feeder", "raise_other_feeders"},
  {"F07", "", "under-feed behind the scale", process, "feeder outlet", unit, feeders, 0.2, 1, 0, 1, "share of flow", false, ramp, 0, 600, 1800, Hurry::no, 3,
   "tp1/ejection_max tp1/takeoff_force", "restore_flow slow_turret hold_line", "raise_main_force"},
  {"F08", "", "over-feed behind the scale", process, "feeder outlet", unit, feeders, 0.3, 1.5, 0, 3, "share of flow", false, ramp, 0, 600, 1800, Hurry::no, 4,
   "tp1/ejection_max tt1/hardness_mean", "lower_lubricant_flow lower_blender2_speed lower_paddle_speed lower_gap", "raise_paddle_speed"},
  {"F08", "shear", "over-lubrication", process, "shear", unit, "bl2", 0.3, 1.5, 0, 3, "share of shear", false, ramp, 0, 600, 1800, Hurry::no, 4,
   "tt1/hardness_mean", "lower_blender2_speed lower_paddle_speed lower_gap", "raise_paddle_speed"},
  {"F09", "", "API lot potency shift", process, "lot potency", unit, "fd1", 0.02, 0.08, -0.5, 0.5, "share of content", true, step, 0, 0, 7200, Hurry::no, 4,
   "ch1/nir1_api ff1/nir2_api", "correct_api_setpoint_by_potency check_lot_genealogy", "clean_nir recalibrate_scale"},
  {"F10", "", "density or flow lot shift", process, "lot density", unit, feeders, 0.05, 0.15, -0.5, 0.5, "ln bulk density", true, step, 0, 0, 7200, Hurry::no, 3,
   "{u}/feed_factor {u}/screw_speed_pv tp1/fill_pv", "accept_in_range reset_fill raise_paddle_speed", "tare_force_cell move_main_force"},
  {"F11", "", "blender 1 speed drop", process, "blender speed", unit, "bl1", 0.2, 1, 0, 1, "share of speed", false, ramp, 5, 60, 900, Hurry::no, 2,
   "{u}/rpm_pv {u}/torque", "restore_blender_speed divert", "raise_throughput"},
  {"F12", "", "hold-up drift (weir, adhesion)", process, "blender hold-up", unit, "bl1 bl2", 0.2, 0.6, -0.5, 1, "share of hold-up", false, ramp, 3600, 21600, 10800, Hurry::ramp, 4,
   "{u}/holdup {u}/torque", "raise_blender_speed clean_blender identify_rtd", "move_api_setpoint"},
  {"F13", "", "chute blockage", process, "chute", unit, "ch1", 0.2, 1, 0, 1, "share of flow", false, ramp, 120, 600, 900, Hurry::no, 2,
   "{u}/level ff1/bed_height", "knock_chute hold_feeders", "raise_turret_speed"},
  {"F14", "", "feed-frame starvation", process, "feed frame", unit, "ff1", 0.02, 0.15, 0, 0.5, "share of die filling", false, ramp, 60, 300, 900, Hurry::no, 2,
   "{u}/bed_height tp1/weight_est tp1/force_main_mean", "slow_turret raise_paddle_speed unblock", "raise_turret_speed"},
  {"F15", "", "turret-speed oscillation", process, "turret speed", unit, "tp1", 0.02, 0.10, 0, 0.3, "share of speed", false, oscillating, 5, 60, 900, Hurry::no, 2,
   "{u}/turret_pv {u}/tbl_rate", "retune_level_loop fix_turret_speed", "move_fill"},
  {"F16", "", "overspeed, capping", process, "turret speed", unit, "tp1", 0.2, 0.4, 0, 0.4, "share of speed", false, ramp, 30, 30, 300, Hurry::no, 3,
   "{u}/turret_pv {u}/tbl_rate", "slow_turret raise_pre_force", "raise_main_force"},
  {"F17", "", "main-force load-cell drift", sensor, "sensor", unit, "tp1", 0.5, 4, -25, 25, "%/h", true, ramp, 0, 0, 7200, Hurry::severity, 5,
   "{u}/force_main_mean {u}/fill_pv tt1/weight_mean", "check_with_pre_force tare_force_cell weight_led_loop", "move_feeders"},
  {"F18", "", "sticking or picking", process, "sticking", unit, "tp1", 0.5, 3, 0, 20, "1/h", false, ramp, 0, 0, 5400, Hurry::no, 3,
   "{u}/takeoff_force {u}/ejection_max", "slow_turret raise_pre_force check_lubricant polish_punches", "lower_lubricant_flow"},
  {"F19", "", "worn or short punch", process, "punch", station, "", 0.03, 0.10, 0, 0.3, "mm", false, step, 0, 86400, 3600, Hurry::no, 3,
   "{t}_force_main_z", "inhibit_station replace_punch", "move_fill move_main_force"},
  {"F20", "", "NIR window fouling", sensor, "nir window", unit, "ch1 ff1", 0.05, 0.15, 0, 0.5, "lost gain", false, ramp, 1800, 14400, 9000, Hurry::ramp, 3,
   "{u}/{nir}_gain {u}/{nir}_q {u}/{nir}_api", "clean_nir use_rtd_soft_sensor", "move_api_setpoint divert"},
  {"F21", "", "sensor stuck", sensor, "sensor", tag, "", 1, 1, 1, 1, "", false, step, 0, 0, 900, Hurry::no, 2,
   "{t}", "mark_sensor_bad use_redundant_sensor", "move_setpoint_by_sensor"},
  {"F22", "", "missing readings and spikes", sensor, "sensor", tag_or_unit, "", 0.01, 0.5, 0, 1, "share of readings", false, step, 0, 0, 900, Hurry::no, 1,
   "{t}", "validate_readings", "move_setpoint_by_sensor"},
  {"F22", "missing", "missing readings", sensor, "sensor", tag_or_unit, "", 0.01, 0.5, 0, 1, "share of readings", false, step, 0, 0, 900, Hurry::no, 1,
   "{t}", "validate_readings", "move_setpoint_by_sensor"},
  {"F22", "spikes", "spikes of ten standard deviations", sensor, "sensor", tag_or_unit, "", 1, 1, 0, 60, "1/min", false, step, 0, 0, 900, Hurry::no, 1,
   "{t}", "validate_readings", "move_setpoint_by_sensor"},
  {"F23", "", "clock skew", comms, "clock", clock_of, "", 2, 120, -600, 600, "s", false, step, 0, 0, 1800, Hurry::no, 4,
   "{u}/*", "resynchronise_clock align_by_correlation", "move_feeders divert"},
  {"F23", "drift", "clock drift", comms, "clock", clock_of, "", 50, 200, -100000, 100000, "ppm", false, ramp, 0, 0, 36000, Hurry::severity, 4,
   "{u}/*", "resynchronise_clock align_by_correlation", "move_feeders divert"},
  {"F23", "duplicate", "records sent twice", comms, "link", clock_of, "", 0.005, 0.02, 0, 1, "share of records", false, step, 0, 0, 1800, Hurry::no, 4,
   "{u}/*", "drop_duplicates", "move_feeders divert"},
  {"F23", "disorder", "records out of order", comms, "link", clock_of, "", 0.005, 0.02, 0, 1, "share of records", false, step, 0, 0, 1800, Hurry::no, 4,
   "{u}/*", "drop_duplicates", "move_feeders divert"},
  {"F24", "", "message loss and backfill", comms, "network", clock_of, "", 5, 600, 1, 3600, "s", false, step, 0, 0, 600, Hurry::no, 2,
   "{u}/*", "request_rebirth fill_gap hold_verdict", "move_feeders"},
  {"F25", "", "coater nozzle clog", process, "nozzle", nozzle, "", 0.3, 1, 0, 1, "share of flow", false, ramp, 120, 1200, 15000, Hurry::no, 3,
   "{t}_press", "clean_nozzle extend_spray raise_pan_speed", "raise_inlet_temperature"},
  {"F25", "fixed_pump", "coater nozzle clog, pump not balancing", process, "nozzle", nozzle, "", 0.3, 1, 0, 1, "share of flow", false, ramp, 120, 1200, 15000, Hurry::no, 3,
   "{t}_press ct1/spray_pv ct1/exhaust_temp", "clean_nozzle extend_spray raise_pan_speed", "raise_inlet_temperature"},
  {"F26", "", "inlet-air temperature loss", process, "inlet temperature", unit, "ct1", 5, 20, 0, 40, "K", false, exponential, 120, 120, 15000, Hurry::no, 2,
   "{u}/inlet_temp_pv {u}/exhaust_temp", "cut_spray raise_inlet_temperature pause_spray", "raise_spray"},
  {"F26", "flow", "inlet-air flow loss", process, "inlet flow", unit, "ct1", 5, 30, 0, 80, "% of flow", false, exponential, 120, 120, 15000, Hurry::no, 2,
   "{u}/inlet_flow_pv {u}/exhaust_temp", "cut_spray raise_inlet_flow pause_spray", "raise_spray"},
};
// clang-format on

void replace(std::string& text, std::string_view hole, std::string_view with) {
  for (std::size_t at = text.find(hole); at != std::string::npos; at = text.find(hole)) text.replace(at, hole.size(), with);
}

EventTime later(EventTime start, double seconds) {
  return start + Milliseconds{static_cast<std::int64_t>(std::floor(seconds * 1000 + 0.5))};
}

}  // namespace

std::span<const FaultKind> fault_catalogue() { return kinds; }

const FaultKind* find_fault_kind(std::string_view id, std::string_view variant) {
  const auto* found =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const FaultKind& kind) { return kind.id == id && kind.variant == variant; });
  return found == std::end(kinds) ? nullptr : found;
}

bool drifts(const FaultKind& kind) { return kind.unit.ends_with('h') || kind.unit == "ppm"; }

std::string_view unit_of(std::string_view target) { return target.substr(0, target.find('/')); }

std::string_view part_of(std::string_view target) {
  const std::size_t slash = target.find('/');
  return slash == std::string_view::npos ? std::string_view{} : target.substr(slash + 1);
}

std::optional<std::size_t> numbered(std::string_view part, std::string_view prefix, std::size_t count) {
  if (!part.starts_with(prefix)) return {};
  part.remove_prefix(prefix.size());
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), number);
  if (fault != std::errc{} || end != part.data() + part.size() || number < 1 || number > count) return {};
  return number - 1;
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t blank = std::min(list.find(' '), list.size());
    if (blank > 0) words.emplace_back(list.substr(0, blank));
    list.remove_prefix(std::min(blank + 1, list.size()));
  }
  return words;
}

std::vector<std::string> root_tags(const FaultKind& kind, std::string_view target) {
  const bool lubricant = kind.mechanism != "feeder outlet" || target == "fd6";
  std::vector<std::string> tags =
      words_of(lubricant ? kind.root_tags : "ch1/nir1_api ff1/nir2_api");  // what another powder's lack moves first
  const bool whole_unit = kind.target_kind == TargetKind::tag_or_unit && part_of(target).empty();
  for (std::string& tag : tags) {
    replace(tag, "{t}", whole_unit ? std::string{target} + "/*" : std::string{target});
    replace(tag, "{u}", unit_of(target));
    replace(tag, "{nir}", unit_of(target) == "ch1" ? "nir1" : "nir2");
    if (tag == "line/*") tag = "*";
  }
  return tags;
}

double fault_end_s(const FaultSpec& spec) {
  return spec.on_s + (spec.id == "F24" ? std::min(spec.severity, spec.duration_s) : spec.duration_s);
}

Label fault_label(const FaultSpec& spec, EventTime start) {
  Label label{.id = spec.id,
              .target = spec.target,
              .spec = spec,
              .on = later(start, spec.on_s),
              .full{},
              .off{},
              .root_tags{},
              .affected{},
              .breach_alert{},
              .breach_spec{},
              .outside{},
              .correct_actions{},
              .forbidden_actions{}};
  const double end_s = fault_end_s(spec);
  if (std::isfinite(end_s)) label.off = later(start, end_s);
  const FaultKind* kind = find_fault_kind(spec.id, spec.variant);
  if (kind == nullptr) return label;
  label.kind = kind->kind;
  label.root_tags = root_tags(*kind, spec.target);
  label.correct_actions = words_of(kind->correct_actions);
  label.forbidden_actions = words_of(kind->forbidden_actions);
  const double full_s = drifts(*kind) ? end_s : std::min(end_s, spec.on_s + grown_after_s(spec));
  if (std::isfinite(full_s)) label.full = later(start, full_s);
  return label;
}

}  // namespace steadyline
