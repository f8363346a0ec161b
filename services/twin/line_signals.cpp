#include "twin/line_signals.h"

#include <string>

namespace steadyline {

LineSignals::LineSignals(Board& board)
    : state_{board.add("line", "state")},
      mode_{board.add("line", "mode")},
      recipe_{board.add("line", "recipe_id")},
      batch_{board.add("line", "batch_id")},
      sublot_{board.add("line", "sublot_id")},
      throughput_{board.add("line", "throughput")},
      good_{board.add("line", "good_kg")},
      waste_{board.add("line", "waste_kg")},
      diverter_{board.add("line", "diverter_cmd")} {
  for (std::size_t i = 0; i < feeder_count; ++i) lots_[i] = board.add("line", "lot_fd" + std::to_string(i + 1));
}

void LineSignals::step(const Procedure& procedure, const Batches& batches, const std::array<double, feeder_count>& lot_codes,
                       double throughput_kg_h, Board& board) {
  board.set(state_, static_cast<double>(procedure.state()));
  board.set(mode_, procedure.mode());
  board.set(recipe_, procedure.recipe());
  board.set(batch_, batches.batch());
  board.set(sublot_, batches.sublot());
  board.set(throughput_, throughput_kg_h);
  board.set(good_, batches.good_kg());
  board.set(waste_, batches.waste_kg());
  board.set(diverter_, procedure.diverts() ? 1 : 0);
  for (std::size_t i = 0; i < feeder_count; ++i) board.set(lots_[i], lot_codes[i]);
}

}  // namespace steadyline
