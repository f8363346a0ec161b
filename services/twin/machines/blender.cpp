#include "twin/machines/blender.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

// A quarter of the torque turns the empty shaft, the rest lifts powder; a third of the current magnetises the motor.
constexpr double idle_torque = 0.25, idle_current = 0.35;
constexpr double warming_s = 600;  // of the housing

constexpr std::string_view unit_of(Blender::Which which) { return which == Blender::Which::first ? "bl1" : "bl2"; }
const BlenderParameters& of(const TwinParameters& p, Blender::Which which) {
  return which == Blender::Which::first ? p.blender1 : p.blender2;
}

double krev_s(double rpm) { return rpm / 60 / 1000; }

double first_holdup_g(const BlenderParameters& blender, double flow_g_s, double nominal_flow_g_s) {
  if (flow_g_s <= 0) return 0;
  return blender.vessel.holdup_kg * 1000 * numeric::pow(flow_g_s / nominal_flow_g_s, blender.flow_exponent);
}

}  // namespace

Blender::Blender(const TwinParameters& p, Which which, const Powder& steady_flow, Board& board)
    : own_{of(p, which)},
      nominal_flow_g_s_{p.nominal_kg_h() / 3.6},
      nominal_holdup_g_{own_.vessel.holdup_kg * 1000},
      room_c_{p.room.temp_c},
      temp_c_{total(steady_flow) > 0 ? own_.temp_c : p.room.temp_c},
      warming_{1 - numeric::exp(-1 / warming_s)},
      lubricates_{which == Which::second},
      path_{p.path},
      vessel_{own_.vessel, first_holdup_g(own_, total(steady_flow), nominal_flow_g_s_), own_.vessel.delay_s * nominal_flow_g_s_,
              steady_flow, lubricates_ ? krev_s(own_.rpm) : 0},
      steady_outflow_{vessel_.steady_outflow()},
      rpm_sp_{board.add(unit_of(which), "rpm_sp")},
      rpm_pv_{board.add(unit_of(which), "rpm_pv")},
      holdup_{board.add(unit_of(which), "holdup")},
      torque_{board.add(unit_of(which), "torque")},
      motor_a_{board.add(unit_of(which), "motor_a")},
      temp_{board.add(unit_of(which), "temp")} {
  mix(steady_outflow_, own_.rpm);
}

double Blender::steady_holdup_g(double flow_g_s, double rpm) const {
  return nominal_holdup_g_ * numeric::pow(flow_g_s / nominal_flow_g_s_, own_.flow_exponent) *
         numeric::pow(rpm / own_.rpm, -own_.speed_exponent);
}

double Blender::outflow_g(double rpm, double adhesion) {
  const double fill = vessel_.holdup_g() / (nominal_holdup_g_ * adhesion);
  if (fill <= 0 || rpm <= 0) return 0;
  if (rpm != known_rpm_) {
    known_rpm_ = rpm;
    known_rpm_factor_ = numeric::pow(rpm / own_.rpm, own_.speed_exponent / own_.flow_exponent);
  }
  return nominal_flow_g_s_ * numeric::pow(fill, 1 / own_.flow_exponent) * known_rpm_factor_;
}

Powder Blender::step(const Powder& in, double rpm_sp, const BlenderEffects& effects, Board& board, double outlet_room_g) {
  const double rpm = rpm_sp * effects.speed;
  const double out_g = std::min(outflow_g(rpm, effects.holdup), outlet_room_g);
  Powder out = vessel_.step(in, out_g, lubricates_ ? krev_s(rpm) * effects.shear : 0);
  mix(out, rpm);
  show(rpm_sp, rpm, vessel_.holdup_g(), board);
  return out;
}

void Blender::mix(Powder& out, double rpm) {
  if (lubricates_) return;
  if (rpm != mixed_rpm_) {
    const double rsd_pct = blend_rsd_pct(path_, rpm);
    mixed_rpm_ = rpm;
    mixed_variance_ = rsd_pct * rsd_pct;
  }
  out[part_unevenness] = mixed_variance_ * total(out);
}

void Blender::show(double rpm_sp, double rpm, double holdup_g, Board& board) {
  const double load = rpm > 0 ? idle_torque + (1 - idle_torque) * holdup_g / nominal_holdup_g_ : 0;
  const double power = load * rpm / own_.rpm;
  temp_c_ += warming_ * (room_c_ + (own_.temp_c - room_c_) * power - temp_c_);
  board.set(rpm_sp_, rpm_sp);
  board.set(rpm_pv_, rpm);
  board.set(holdup_, holdup_g / 1000);
  board.set(torque_, own_.torque_nm * load);
  board.set(motor_a_, rpm > 0 ? own_.motor_a * (idle_current + (1 - idle_current) * power) : 0);
  board.set(temp_, temp_c_);
}

double blend_rsd_pct(const PathParameters& path, double blender1_rpm) {
  const double worse = path.blend_rsd_gain * numeric::exp(-blender1_rpm / path.blend_rsd_rpm);
  return numeric::sqrt(path.blend_rsd_floor * path.blend_rsd_floor + worse * worse);
}

double blend_rsd_pct(const Powder& powder) {
  const double grams = total(powder);
  return grams > 0 ? numeric::sqrt(powder[part_unevenness] / grams) : 0;
}

}  // namespace steadyline
