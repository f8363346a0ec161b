#pragma once

#include <cstddef>
#include <cstdint>

#include "twin/parameters.h"
#include "twin/machines/powder.h"

namespace steadyline {

/// One lot of a material: how it differs from the nominal material.
struct Lot {
  std::uint32_t number = 1;
  double potency = 1;   ///< as declared by its certificate: content of active substance, of nominal
  double density = 0;   ///< d ln(bulk density)
  double yield = 0;     ///< relative change of the yield pressure, k_py
  double strength = 0;  ///< relative change of sigma0
  double flow = 1;      ///< flow factor in the feed frame: 1 - 0.15 * dln(d50) / 0.29
  double cohesion = 1;  ///< API: the finer, the more cohesive; within 0.6 .. 2
};

/// The lot `number` of a feeder's material. A pure function: any lot can be drawn at any time, by whoever knows its number.
/// Source   LINE §4, spread between lots of recorded presses' materials.
Lot draw_lot(std::uint64_t seed, std::size_t feeder, std::uint32_t number, const LotParameters& spread);

/// One gram of a lot of feeder `feeder`. Flow and cohesion of the API govern those of the blend, so each gram carries them 1 / share-fold.
Powder gram_of(const Lot& lot, std::size_t feeder, double share);

}  // namespace steadyline
