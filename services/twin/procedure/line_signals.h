#pragma once

#include <array>

#include "twin/procedure/batches.h"
#include "twin/signals/board.h"
#include "twin/procedure/procedure.h"
#include "twin/machines/refill_station.h"

namespace steadyline {

/// What the line as a whole tells: state, recipe, batches and lots by their numbers, throughput, what was made and what was wasted (LINE
/// §2.6; the potency is the soft sensor's).
class LineSignals {
 public:
  explicit LineSignals(Board& board);
  void step(const Procedure& procedure, const Batches& batches, const std::array<double, feeder_count>& lot_codes, double throughput_kg_h,
            bool coats, Board& board);

 private:
  SignalId state_, mode_, recipe_, batch_, sublot_, throughput_, good_, waste_, diverter_;
  std::array<SignalId, feeder_count> lots_, feeder_states_;
  std::array<SignalId, 2> blender_states_;
  SignalId press_state_, coater_state_;
};

}  // namespace steadyline
