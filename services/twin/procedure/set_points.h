#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/error.h"
#include "line/line.h"
#include "twin/parameters.h"

namespace steadyline {

/// The manipulated variables of the line (LINE §2.6). The fill depth is moved by a trim: its set-point belongs to the force loop.
enum SetPoint : std::size_t {
  sp_feed = 0,  ///< the six feeders' mass flows, kg/h
  sp_blender1 = feeder_count,
  sp_blender2,
  sp_paddle,
  sp_turret,
  sp_fill,
  sp_force,
  sp_gap_main,
  sp_gap_pre,
  sp_spray,
  sp_inlet_c,
  sp_inlet_m3_h,
  sp_pan,
  sp_divert,  ///< 0 or 1: V1
  sp_hold,    ///< line/state: 11 holds the line, 6 lets it go on
  set_point_count,
};

/// "fd1/massflow_sp" ..
std::string_view set_point_path(std::size_t set_point);
std::optional<std::size_t> find_set_point(std::string_view path);
/// Whether an operator may write `value` there: inside the hard limits that the line description gives the tag, else inside its range.
Result<void> check_set_point(const Line& line, std::string_view path, double value);

/// Where the set-points stand: each moves to its target at the rate limit of its kind (LINE §2.6: flow 10 %/min, speed 5 %/min, fill and
/// gaps 0.05 mm in 5 s, inlet temperature 2 K/min), or in a ramp of a recipe.
class SetPoints {
 public:
  explicit SetPoints(const TwinParameters& parameters);

  void move(std::size_t set_point, double target);                         ///< at the rate limit
  void move_within(std::size_t set_point, double target, double seconds);  ///< in a straight line
  void place(std::size_t set_point, double value);                         ///< at once
  /// One second; true while one that makes the product moves.
  bool step();

  double operator[](std::size_t set_point) const { return now_[set_point]; }
  double target(std::size_t set_point) const { return target_[set_point]; }

 private:
  std::array<double, set_point_count> now_{}, target_{}, rate_{}, limit_{};  // units of the set-point; per second
};

}  // namespace steadyline
