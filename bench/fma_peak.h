#pragma once

namespace steadyline::bench {

/// Single-precision multiply-adds of one core, counted as two operations each, per second: registers only, the vector target in use.
/// The best of several short runs, measured once per process.
double fma_peak_flops();

}  // namespace steadyline::bench
