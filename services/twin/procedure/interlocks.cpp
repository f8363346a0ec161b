#include "twin/procedure/interlocks.h"

#include <string>

namespace steadyline {
namespace {

constexpr double blocked_above_pct = 90, free_below_pct = 70;
constexpr double starved_below_pct = 5, fed_above_pct = 45;  // a turret started earlier would run the chute empty again
constexpr double bare_below = 0.25, covered_above = 0.7;     // of the feed frame's nominal bed
constexpr int stood_s = 3;
constexpr double empty_share = 0.05, filled_share = 0.5;  // of the weight at which a refill begins

}  // namespace

Interlocks::Interlocks(const TwinParameters& p, bool filled, const Board& board)
    : level_{board.find("ch1/level").value()},
      bed_{board.find("ff1/bed_height").value()},
      level_pct_{filled ? p.press.level_wanted_pct : 0},
      bed_mm_{p.path.bed_height_mm},
      starved_{!filled} {
  for (std::size_t i = 0; i < feeder_count; ++i) {
    weights_[i] = board.find("fd" + std::to_string(i + 1) + "/netweight_pv").value();
    empty_kg_[i] = empty_share * p.feeders[i].refill_below_kg;
  }
}

void Interlocks::step(const Board& board) {
  level_pct_ = board.reading(level_);
  high_s_ = level_pct_ > blocked_above_pct ? high_s_ + 1 : 0;
  low_s_ = level_pct_ < starved_below_pct ? low_s_ + 1 : 0;
  blocked_ = blocked_ ? level_pct_ > free_below_pct : high_s_ >= stood_s;
  const double bed = board.reading(bed_) / bed_mm_;
  bare_s_ = bed < bare_below ? bare_s_ + 1 : 0;
  if (!starved_)
    starved_ = low_s_ >= stood_s || bare_s_ >= stood_s;
  else
    starved_ = level_pct_ < fed_above_pct || bed < covered_above;
  for (std::size_t i = 0; i < feeder_count; ++i) {
    const double weight_kg = board.reading(weights_[i]);
    hopper_empty_[i] = weight_kg < empty_kg_[i] * (hopper_empty_[i] ? filled_share / empty_share : 1);
  }
}

}  // namespace steadyline
