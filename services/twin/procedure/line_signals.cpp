#include "twin/procedure/line_signals.h"

#include <string>

namespace steadyline {
namespace {

double state_of(UnitState line, bool runs) {
  const bool works = line == UnitState::execute || line == UnitState::suspended || line == UnitState::suspending;
  if (works) line = runs ? UnitState::execute : UnitState::suspended;
  return static_cast<double>(line);
}

}  // namespace

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
  for (std::size_t i = 0; i < feeder_count; ++i) {
    lots_[i] = board.add("line", "lot_fd" + std::to_string(i + 1));
    feeder_states_[i] = board.add("fd" + std::to_string(i + 1), "state");
  }
  blender_states_ = {board.add("bl1", "state"), board.add("bl2", "state")};
  press_state_ = board.add("tp1", "state");
  coater_state_ = board.add("ct1", "state");
}

void LineSignals::step(const Procedure& procedure, const Batches& batches, const std::array<double, feeder_count>& lot_codes,
                       double throughput_kg_h, bool coats, Board& board) {
  board.set(state_, static_cast<double>(procedure.state()));
  board.set(mode_, procedure.mode());
  board.set(recipe_, procedure.recipe());
  board.set(batch_, batches.batch());
  board.set(sublot_, batches.sublot());
  board.set(throughput_, throughput_kg_h);
  board.set(good_, batches.good_kg());
  board.set(waste_, batches.waste_kg());
  board.set(diverter_, procedure.diverts() ? 1 : 0);
  const Orders& orders = procedure.orders();
  for (std::size_t i = 0; i < feeder_count; ++i) {
    board.set(lots_[i], lot_codes[i]);
    board.set(feeder_states_[i], state_of(procedure.state(), orders.feed_kg_h[i] > 0));
  }
  for (std::size_t i = 0; i < 2; ++i) board.set(blender_states_[i], state_of(procedure.state(), orders.blender_rpm[i] > 0));
  board.set(press_state_, state_of(procedure.state(), orders.press_runs));
  // The coater has its own batches: the line's stops are none of its business.
  board.set(coater_state_, static_cast<double>(coats ? UnitState::execute : UnitState::idle));
}

}  // namespace steadyline
