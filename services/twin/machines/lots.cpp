#include "twin/machines/lots.h"

#include <algorithm>
#include <string>

#include "core/numeric.h"
#include "core/philox.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

constexpr double flow_per_particle_size = -0.15 / 0.29;
constexpr double cohesion_low = 0.6, cohesion_high = 2.0;
constexpr double widest_draw = 3;  // release testing rejects the rest

}  // namespace

Lot draw_lot(std::uint64_t seed, std::size_t feeder, std::uint32_t number, const LotParameters& spread) {
  const std::string unit = "rf" + std::to_string(feeder + 1);
  const auto draw = [&](std::string_view property, double sd) {
    return sd * std::clamp(RandomStream{seed, stream_of(unit, property)}.normal(number), -widest_draw, widest_draw);
  };
  Lot lot;
  lot.number = number;
  lot.density = draw("lot density", spread.density_sd);
  lot.yield = draw("lot yield pressure", spread.yield_sd);
  lot.strength = draw("lot strength", spread.strength_sd);
  const double particle_size = draw("lot particle size", spread.particle_size_sd);
  lot.flow = 1 + flow_per_particle_size * particle_size;
  if (feeder == part_api) {
    lot.potency = 1 + draw("lot potency", spread.potency_sd);
    lot.cohesion = std::clamp(numeric::exp(-particle_size), cohesion_low, cohesion_high);
  }
  return lot;
}

Powder gram_of(const Lot& lot, std::size_t feeder, double share) {
  Powder gram{};
  gram[feeder] = 1;
  const double weight = feeder == part_api ? 1 / share : 1;
  if (feeder == part_api) gram[part_active] = lot.potency;
  gram[part_density] = lot.density;
  gram[part_yield] = lot.yield;
  gram[part_strength] = lot.strength;
  gram[part_flow] = weight * (lot.flow - 1);
  gram[part_cohesion] = weight * (lot.cohesion - 1);
  return gram;
}

}  // namespace steadyline
