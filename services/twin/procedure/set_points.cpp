#include "twin/procedure/set_points.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr std::array<std::string_view, set_point_count> paths{
    "fd1/massflow_sp",   "fd2/massflow_sp",   "fd3/massflow_sp", "fd4/massflow_sp", "fd5/massflow_sp",
    "fd6/massflow_sp",   "bl1/rpm_sp",        "bl2/rpm_sp",      "ff1/paddle_sp",   "tp1/turret_sp",
    "tp1/fill_sp",       "tp1/force_main_sp", "tp1/gap_main_sp", "tp1/gap_pre_sp",  "ct1/spray_sp",
    "ct1/inlet_temp_sp", "ct1/inlet_flow_sp", "ct1/pan_rpm_sp",  "ch1/v1_cmd",      "line/state"};

constexpr double flow_per_s = 0.10 / 60, speed_per_s = 0.05 / 60, depth_mm_per_s = 0.05 / 5, inlet_k_per_s = 2.0 / 60;
constexpr double at_once = 1e9;
constexpr double held = 11, executing = 6;

std::string text(double number) {
  std::string out;
  numeric::append_number(out, number);
  return out;
}

}  // namespace

std::string_view set_point_path(std::size_t set_point) { return paths[set_point]; }

std::optional<std::size_t> find_set_point(std::string_view path) {
  const auto found = std::find(paths.begin(), paths.end(), path);
  if (found == paths.end()) return {};
  return static_cast<std::size_t>(found - paths.begin());
}

Result<void> check_set_point(const Line& line, std::string_view path, double value) {
  const auto refuse = [&](const std::string& what, std::string mend) {
    return tl::unexpected(Error{Errc::usage, std::string{path} + " " + what, "set-point", std::move(mend)});
  };
  const auto set_point = find_set_point(path);
  if (!set_point)
    return refuse("is no set-point of the twin", "move one of fd1/massflow_sp .. fd6/massflow_sp, tp1/force_main_sp, ... (docs/twin.md)");
  if (*set_point == sp_divert && value != 0 && value != 1) return refuse("cannot be " + text(value), "send 0 (to the press) or 1 (divert)");
  if (*set_point == sp_hold && value != held && value != executing) return refuse("cannot be " + text(value), "send 11 (hold) or 6 (go on)");
  if (*set_point == sp_divert || *set_point == sp_hold) return {};
  const auto tag = line.find_tag(path);
  if (!tag) return refuse("is no tag of line " + line.id, "simulate a line that describes it");
  const Tag& described = line.tag(*tag);
  const Band& allowed = described.hard.bounded() ? described.hard : described.range;
  if (std::isfinite(value) && allowed.contains(value)) return {};
  return refuse("cannot be " + text(value) + " " + described.uom, "give " + text(allowed.low) + " .. " + text(allowed.high) + " " + described.uom);
}

SetPoints::SetPoints(const TwinParameters& p) {
  const auto start = [this](std::size_t i, double value, double limit) {
    now_[i] = target_[i] = value;
    rate_[i] = limit_[i] = limit;
  };
  for (std::size_t i = 0; i < feeder_count; ++i) start(sp_feed + i, p.nominal_feed_kg_h(i), flow_per_s * p.nominal_feed_kg_h(i));
  start(sp_blender1, p.blender1.rpm, speed_per_s * p.blender1.rpm);
  start(sp_blender2, p.blender2.rpm, speed_per_s * p.blender2.rpm);
  start(sp_paddle, p.path.paddle_rpm, speed_per_s * p.path.paddle_rpm);
  start(sp_turret, p.press.turret_rpm, speed_per_s * p.press.turret_rpm);
  start(sp_fill, 0, depth_mm_per_s);
  start(sp_force, p.press.force_kn, speed_per_s * p.press.force_kn);
  start(sp_gap_main, p.press.gap_main_mm, depth_mm_per_s);
  start(sp_gap_pre, p.press.gap_pre_mm, depth_mm_per_s);
  start(sp_spray, p.coater.spray_g_min, flow_per_s * p.coater.spray_g_min);
  start(sp_inlet_c, p.coater.inlet_c, inlet_k_per_s);
  start(sp_inlet_m3_h, p.coater.air_m3_h, flow_per_s * p.coater.air_m3_h);
  start(sp_pan, p.coater.pan_rpm, speed_per_s * p.coater.pan_rpm);
  start(sp_divert, 0, at_once);
  start(sp_hold, executing, at_once);
}

void SetPoints::move(std::size_t i, double target) {
  target_[i] = target;
  rate_[i] = limit_[i];
}

void SetPoints::move_within(std::size_t i, double target, double seconds) {
  target_[i] = target;
  rate_[i] = std::fabs(target - now_[i]) / std::max(seconds, 1.0);
}

void SetPoints::place(std::size_t i, double value) { now_[i] = target_[i] = value; }

bool SetPoints::step() {
  bool moving = false;
  for (std::size_t i = 0; i < set_point_count; ++i) {
    if (now_[i] == target_[i]) continue;
    moving = moving || i <= sp_gap_pre;
    const double left = target_[i] - now_[i];
    // What is left of a ramp after rounding is not worth a second of its own.
    now_[i] = std::fabs(left) <= rate_[i] * (1 + 1e-9) ? target_[i] : now_[i] + (left > 0 ? rate_[i] : -rate_[i]);
  }
  return moving;
}

}  // namespace steadyline
