#pragma once

#include <array>
#include <cstddef>

namespace steadyline {

inline constexpr std::size_t feeder_count =
    6;  ///< API, MCC, lactose, croscarmellose, silica, Mg stearate: the materials, in the order of the feeders

/// What travels with the powder: the masses of the materials, then quantities that mix like mass (extensive: "per gram" times grams). All
/// in g times the quantity's own unit. The sum of the masses is the amount of powder.
enum PowderPart : std::size_t {
  part_api = 0,
  part_stearate = 5,
  part_active = 6,   ///< active substance: API mass * potency of its lot
  part_density,      ///< d ln(bulk density) of the lots
  part_yield,        ///< relative change of the yield pressure, k_py
  part_strength,     ///< relative change of sigma0
  part_flow,         ///< flow factor - 1
  part_cohesion,     ///< cohesion - 1
  part_age,          ///< age since leaving the API feeder, s; carried by API mass
  part_age_squared,  ///< s^2; carried by API mass
  part_shear,        ///< shear seen in blender 2 and feed frame, revolutions / 1000; carried by all mass
  part_unevenness,  ///< square of the relative sd of the API content between samples of the size of a tablet, %^2; carried by all mass, set
                    ///< by blender 1
  powder_parts_used,
};
inline constexpr std::size_t powder_parts = 16;  ///< whole vector registers

/// Powder that moved in one second, or lies in a tank.
using Powder = std::array<double, powder_parts>;

double total(const Powder& powder);  ///< g: the masses alone
/// `grams` of the composition of `like`; nothing when `like` is empty.
Powder portion(const Powder& like, double grams);
Powder& operator+=(Powder& left, const Powder& right);
Powder& operator-=(Powder& left, const Powder& right);

}  // namespace steadyline
