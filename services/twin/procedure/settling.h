#pragma once

#include <array>
#include <cstddef>

#include "twin/parameters.h"

namespace steadyline {

/// Mean of the last 60 readings; before that, of those there are.
class MinuteMean {
 public:
  void add(double reading);
  double value() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

 private:
  std::array<double, 60> last_{};
  std::size_t next_ = 0, count_ = 0;
  double sum_ = 0;
};

/// When the tablets of a start-up or changeover may be kept: the line has run for 2.5 mean residence times, the powder of the last move has
/// washed out (t99.5), and then NIR and main force have stayed inside their bands for two minutes (LINE §4).
class Settling {
 public:
  explicit Settling(const ProcedureParameters& parameters) : own_{parameters} {}

  void begin();  ///< of a start-up or changeover
  /// One running second. NIR as a share of the recipe's, force as a share of its set-point: 1 is on target.
  void step(bool set_points_move, double nir, double force);
  bool settled() const { return inside_s_ >= own_.settled_for_s; }

 private:
  ProcedureParameters own_;
  double since_begin_s_ = 0, since_move_s_ = 0, inside_s_ = 0;
};

}  // namespace steadyline
