#pragma once

#include <functional>
#include <string>

#include "support/twin_parameters.h"
#include "twin/machines/coater.h"

namespace steadyline::test {

/// The reference coater with a load waiting, second by second; readings are the true values.
struct OneCoater {
  TwinParameters parameters = twin_parameters();
  Line no_tags;
  Board board{no_tags, 1};
  Coater coater{parameters, parameters.coater.load_kg, board};
  Orders orders;
  CoaterEffects effects;
  Surroundings surroundings;

  OneCoater() { orders.coat = true; }
  OneCoater(const OneCoater&) = delete;
  OneCoater& operator=(const OneCoater&) = delete;

  /// Starts again with other parameters.
  void parameters_change(const std::function<void(TwinParameters&)>& change) {
    change(parameters);
    board = Board{no_tags, 1};
    coater = Coater{parameters, parameters.coater.load_kg, board};
  }
  void step() {
    board.begin_second();
    coater.step(orders, effects, surroundings, board);
    board.finish_second();
  }
  /// Steps until the phase begins; false: not within `most_s`.
  bool reach(Coater::Phase phase, int most_s = 9000) {
    for (int t = 0; t < most_s; ++t) {
      step();
      if (coater.phase() == phase) return true;
    }
    return false;
  }
  double value(const std::string& tag) const { return board.value(*board.find("ct1/" + tag)); }
};

}  // namespace steadyline::test
