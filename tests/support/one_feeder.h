#pragma once

#include <string>

#include "support/twin_parameters.h"
#include "support/twin_runs.h"
#include "twin/machines/feeder.h"

namespace steadyline::test {

/// The reference line, for the scatter of the feeders' instruments.
inline const Line& weighing_line() {
  static const Line line = demo_line();
  return line;
}

/// One feeder with its refill station and its instruments, second by second. Copyable.
struct OneFeeder {
  TwinParameters parameters;
  std::size_t index;
  double setpoint_kg_h;
  Board board;
  RefillStation station;
  Feeder feeder;
  FeederEffects effects{};
  Surroundings surroundings{};
  bool refill_allowed = true, next_lot = false;

  explicit OneFeeder(std::size_t i, std::uint64_t seed = 3, const TwinParameters& p = twin_parameters(), bool running = true,
                     bool open_loop = false, double lot_size_share = 1)
      : parameters{p},
        index{i},
        setpoint_kg_h{p.nominal_feed_kg_h(i)},
        board{weighing_line(), seed},
        station{parameters.feeders[i], i, lot_size_share, board},
        feeder{parameters.feeders[i], parameters.feeding, i, running ? setpoint_kg_h : 0, board, open_loop} {}

  Powder step() {
    board.begin_second();
    return finish();
  }
  /// The rest of a second, after the sensors got their faults.
  Powder finish() {
    station.step(next_lot, board);
    const Powder out = feeder.step(setpoint_kg_h, effects, surroundings, station, refill_allowed, board);
    board.finish_second();
    return out;
  }
  double setpoint_g_s() const { return setpoint_kg_h / 3.6; }
  SignalId id(const std::string& tag) const { return *board.find("fd" + std::to_string(index + 1) + "/" + tag); }
  double value(const std::string& tag) const { return board.value(id(tag)); }
  double reading(const std::string& tag) const { return board.reading(id(tag)); }
};

}  // namespace steadyline::test
