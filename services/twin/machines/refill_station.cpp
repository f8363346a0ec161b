#include "twin/machines/refill_station.h"

#include <cmath>
#include <string>

#include "core/philox.h"

namespace steadyline {
namespace {

constexpr double bins_per_lot = 4;
constexpr double bin_full_pct = 70, bin_low_pct = 20;

}  // namespace

RefillStation::RefillStation(const FeederParameters& feeder, std::size_t index, double lot_size_share, Board& board)
    : spread_{feeder.lot},
      index_{index},
      share_{feeder.share},
      seed_{board.seed()},
      lot_g_{1000 * feeder.lot.size_kg * lot_size_share},
      bin_g_{lot_g_ / bins_per_lot} {
  const std::string unit = "rf" + std::to_string(index + 1);
  bin_level_ = board.add(unit, "bin_level");
  begin_lot(1);
  lot_left_g_ *= RandomStream{seed_, stream_of(unit, "first lot")}.uniform(0);
  bin_left_g_ = lot_left_g_ - bin_g_ * std::floor(lot_left_g_ / bin_g_);
}

void RefillStation::begin_lot(std::uint32_t number) {
  lot_ = draw_lot(seed_, index_, number, spread_);
  gram_ = gram_of(lot_, index_, share_);
  lot_left_g_ = lot_g_;
  bin_left_g_ = bin_g_;
}

void RefillStation::step(bool next_lot, Board& board) {
  lot_changed_ = next_lot || lot_left_g_ <= 0;
  if (lot_changed_) begin_lot(lot_.number + 1);
  if (bin_left_g_ <= 0) bin_left_g_ += bin_g_;
  board.set(bin_level_, bin_low_pct + (bin_full_pct - bin_low_pct) * bin_left_g_ / bin_g_);
}

Powder RefillStation::draw(double grams, const FeederEffects& effects) {
  lot_left_g_ -= grams;
  bin_left_g_ -= grams;
  Powder drawn;
  for (std::size_t k = 0; k < powder_parts; ++k) drawn[k] = grams * gram_[k];
  drawn[part_active] *= effects.lot_potency;
  drawn[part_density] += grams * effects.lot_density;
  return drawn;
}

}  // namespace steadyline
