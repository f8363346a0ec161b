#pragma once

#include <array>
#include <cstddef>

#include "twin/parameters.h"

namespace steadyline {

/// What the line has made: batches (12 h or 300 kg, whichever comes first; ICH Q13 allows either), sub-lots for the coater, good and wasted
/// kg, and the tablets that relax in the buffer before they may be coated (BF1).
class Batches {
 public:
  Batches(const TwinParameters& parameters, bool in_production);

  /// One second of line time. `running`: the line is started and not empty.
  void step(bool running, double good_kg, double waste_kg);

  void throw_away(double kg) { waste_kg_ += kg; }

  int batch() const { return batch_; }
  int sublot() const { return sublot_; }
  double good_kg() const { return good_kg_; }        ///< since the start of the run
  double waste_kg() const { return waste_kg_; }      ///< since the start of the run
  void end_batch();                                  ///< before its time: a changeover, a cleaning
  double relaxed_kg() const { return relaxed_kg_; }  ///< tablets that leave the relaxation buffer for the coater in this second

 private:
  static constexpr std::size_t buffer_steps = 30;

  double batch_s_, batch_kg_, sublot_kg_;
  double step_s_;  // the buffer moves on in steps of a thirtieth of its time
  int batch_ = 1, sublot_ = 1;
  double age_s_ = 0, in_batch_kg_ = 0, in_sublot_kg_ = 0;
  double good_kg_ = 0, waste_kg_ = 0;
  std::array<double, buffer_steps> relaxing_kg_{};
  std::size_t newest_ = 0;
  double since_step_s_ = 0;
  double relaxed_kg_ = 0;
};

}  // namespace steadyline
