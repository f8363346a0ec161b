#pragma once

#include <cstdint>

#include "core/philox.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline {

/// The numbers that one drawn fault takes from a stream: `first` and the next ones.
inline constexpr std::uint64_t draws_of_a_fault = 16;

/// A fault of the library with target, severity, ramp and sign drawn by chance; its onset is left at 0.
///
/// tercile  0..2: lower, middle or upper third of the library's severities.
/// hurry    5: drifts that take hours come five times as fast, by severity or by ramp as the row says; 1: as they are.
FaultSpec draw_fault(const FaultKind& kind, int tercile, double hurry, const RandomStream& stream, std::uint64_t first);

/// One of `count` things, evenly.
std::size_t pick(std::size_t count, double uniform);

}  // namespace steadyline
