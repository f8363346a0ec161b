#include "twin/blender.h"

#include <string>

#include "core/numeric.h"

namespace steadyline {
namespace {
constexpr double flow_exponent = 0.6, speed_exponent = 0.7;
}  // namespace

Blender::Blender(const VesselParameters& vessel, Nominal nominal, const Powder& composition, double flow_g_s, std::uint64_t seed,
                 std::string_view id)
    : nominal_holdup_g_{vessel.holdup_kg * 1000},
      nominal_{nominal},
      vessel_{vessel, steady_holdup_g(flow_g_s), composition, nominal.flow_g_s},
      rpm_noise_{seed, id, "rpm", 0.002 * nominal.rpm},
      holdup_noise_{seed, id, "holdup", 0.008, 2},
      holdup_drift_{seed, id, "holdup drift", 0.006, 600},
      torque_noise_{seed, id, "torque", 0.03, 3} {}

double Blender::steady_holdup_g(double flow_g_s) const {
  return nominal_holdup_g_ * numeric::pow(flow_g_s / nominal_.flow_g_s, flow_exponent);
}

Powder Blender::step(const Powder& in, double rpm) {
  const double fill = vessel_.holdup_g() / nominal_holdup_g_, speed = rpm / nominal_.rpm;
  double out_g = 0;
  if (fill > 0 && speed > 0)
    out_g = nominal_.flow_g_s * numeric::pow(fill, 1 / flow_exponent) * numeric::pow(speed, speed_exponent / flow_exponent);
  const Powder out = vessel_.step(in, out_g);
  read(rpm);
  return out;
}

void Blender::read(double rpm) {
  const double holdup_kg = vessel_.holdup_g() / 1000;
  readings_.rpm_pv = rpm + rpm_noise_.next();
  readings_.holdup = holdup_kg + holdup_noise_.next() + holdup_drift_.next();
  // A quarter of the torque turns the empty shaft, the rest lifts powder.
  const double load = rpm > 0 ? 0.25 + 0.75 * holdup_kg * 1000 / nominal_holdup_g_ : 0;
  readings_.torque = nominal_.torque_nm * load * (1 + torque_noise_.next());
}

void Blender::name_signals(std::string_view id, SignalTable& table) const {
  table.add(id, "rpm_pv", &readings_.rpm_pv);
  table.add(id, "holdup", &readings_.holdup);
  table.add(id, "torque", &readings_.torque);
}

}  // namespace steadyline
