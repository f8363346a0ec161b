#pragma once

#include <cstddef>

#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/machines/lots.h"

namespace steadyline {

/// The vacuum refill station above a feeder: bins of the present lot. A bin is used from 70 % to 20 %, then comes the next one; when the
/// lot is used up, or on order, the next lot.
///
/// Signals  rfN/bin_level, %.
/// Values   copyable: the copy goes on by itself.
/// Threads  one at a time.
class RefillStation {
 public:
  /// `index`: of the feeder, 0 ..; `lot_size_share`: Scenario's factor on the lot's size. The first lot is partly used.
  RefillStation(const FeederParameters& feeder, std::size_t index, double lot_size_share, Board& board);

  /// One second, before the feeder's: changes bins and lots.
  void step(bool next_lot, Board& board);

  /// Takes powder out of the bin. F09 and F10 act here: what the certificate of the lot does not say.
  Powder draw(double grams, const FeederEffects& effects);

  const Lot& lot() const { return lot_; }            ///< as declared: dosing is corrected with its potency
  double lot_code() const { return lot_.number; }    ///< line/lot_fdN
  bool lot_changed() const { return lot_changed_; }  ///< in this second
  double lot_left_kg() const { return lot_left_g_ / 1000; }

 private:
  void begin_lot(std::uint32_t number);

  LotParameters spread_;
  std::size_t index_;
  double share_;
  std::uint64_t seed_;
  double lot_g_, bin_g_;  // of a whole lot, of a bin between 70 % and 20 %
  Lot lot_;
  Powder gram_;
  double lot_left_g_, bin_left_g_;
  bool lot_changed_ = false;
  SignalId bin_level_;
};

}  // namespace steadyline
