#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/units.h"

namespace steadyline {

/// What is wrong with one value of a frame; `good` first, worse later.
enum class Flaw : std::uint8_t { good, spike, stuck, uncertain, range, null, stale, missing };
inline constexpr std::size_t flaw_count = 8;
std::string_view to_text(Flaw flaw);
/// good → 192; spike, stuck, uncertain → 64; the rest → 0.
constexpr std::uint8_t opc(Flaw flaw) { return flaw == Flaw::good ? 192 : flaw <= Flaw::uncertain ? 64 : 0; }
constexpr bool usable(Flaw flaw) { return flaw == Flaw::good || flaw == Flaw::uncertain; }

/// All tags of one line for one period (time - period, time], aligned by event time.
/// `values[i]` of a bad tag is the last usable one (NaN before there was one): never use it without `flaws[i]`.
struct Frame {
  EventTime time;       ///< end of the period, a multiple of the period since the epoch
  bool cold = false;    ///< first frame after a start or a jump of time: models begin anew
  bool running = false; ///< the line produces (Line::running_tag)
  std::vector<double> values;
  std::vector<Flaw> flaws;
};

}  // namespace steadyline
