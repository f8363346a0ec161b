#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// The hopper of a loss-in-weight feeder as the forecaster looks at it: its loss of weight is the flow before any filter, and tells when the
/// next refill is due.
struct Hopper {
  UnitIndex unit;
  TagIndex weight;   ///< its reading
  double below = 0;  ///< weight at which its refills begin, as learned; unit of the reading
  double loss = 0;   ///< median loss of weight from frame to frame
  double scale = 1;  ///< robust spread of that, > 0
  friend bool operator==(const Hopper&, const Hopper&) = default;
};

/// Spans of the means of its loss of weight, in frames; 0: the loss itself. A mean begins anew behind a refill and is then one over what was
/// seen since.
inline constexpr std::array<double, 6> loss_spans{0, 1, 3, 7, 15, 30};
/// A refill that is due in t seconds counts 1 - t/s for each of these spans s.
inline constexpr std::array<double, 5> due_spans_s{20, 60, 120, 200, 300};
/// How far the loss behind a refill is from that before, by the age of the refill: shares of these ages, linear between neighbours.
inline constexpr std::array<double, 5> refill_ages_s{10, 20, 30, 45, 70};
/// Steps from the loss down its means to the usual one, then that less `loss` | due | loss behind a refill less the usual one, by age.
inline constexpr std::size_t hopper_inputs = loss_spans.size() + 1 + due_spans_s.size() + refill_ages_s.size();

/// Running state of one hopper. A plain value.
struct HopperState {
  bool seen = false;
  double weight = 0;                          ///< last usable reading
  double missing = 0;                         ///< frames since then
  double counted = 0;                         ///< losses since the last refill
  std::array<double, loss_spans.size()> loss{};  ///< means
  double usual = 0;                           ///< slow mean, outside refills and their tails: behind a refill that before it
  friend bool operator==(const HopperState&, const HopperState&) = default;
};

/// One frame further. `weight`: empty where it cannot be used. `refill_s`: age of the unit's last refill. `out` has hopper_inputs floats; all
/// are 0 while the hopper is filled and until its loss is known again.
void step_hopper(const Hopper& hopper, std::optional<double> weight, double refill_s, double period_s, HopperState& state, std::span<float> out);

/// Tag of a unit's hopper weight, where it has one.
std::optional<TagIndex> hopper_weight(const Line& line, UnitIndex unit);

}  // namespace steadyline
