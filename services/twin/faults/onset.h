#pragma once

#include <cstdint>

#include "core/philox.h"
#include "twin/options.h"

namespace steadyline {

/// How far a fault has grown, 0 (not at all) .. 1 (its severity), `since_s` after its onset; 0 at and before it. Of all shapes but the
/// random walk. Oscillating: 0.5 * (1 - cos(2 pi t / period)), so that the fault comes and goes without turning round; `swing` is the sine
/// itself.
double grown(const FaultSpec& spec, double since_s);
/// sin(2 pi t / period), -1 .. 1.
double swing(const FaultSpec& spec, double since_s);
/// Seconds after the onset until the shape is at its greatest for the first time (exponential: 95 %; random walk: `ramp_s`).
double grown_after_s(const FaultSpec& spec);

/// The onset of one fault of a run, a random walk included.
///
/// Bits     the walk's steps are named by (seed, index of the fault, second of the run): switching a fault off changes no other.
/// Values   copyable; `at` is called once a second in order of time.
class Growth {
 public:
  Growth(const FaultSpec& spec, std::uint64_t seed, std::size_t index);
  double at(double t_s, const FaultSpec& spec);

 private:
  RandomStream steps_;
  double walked_ = 0;
};

}  // namespace steadyline
