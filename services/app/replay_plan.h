#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/units.h"
#include "line/line.h"
#include "training/dataset_reader.h"

namespace steadyline {

/// How honestly a recording is torn apart before it is sent: each unit becomes a source with a clock and a network of its own.
struct Disturbance {
  std::uint64_t seed = 1;
  double skew_s = 0.8;        ///< clocks differ by up to so much, fixed per source
  double jitter_s = 6;        ///< a record arrives up to so much later than it was measured
  double loss = 0.0005;       ///< share of records that never arrive
  double duplicates = 0.002;  ///< share that arrives twice
};

/// What was sent, to be held against what came out.
struct SentCounts {
  std::uint64_t rows = 0, samples = 0, duplicates = 0, ticks = 0, lost = 0;
  std::uint64_t records() const { return samples + duplicates + ticks; }
};

/// Gives the recording's records in the order of their arrival, one tick per period of the line, none across a gap of more than
/// `gap_s`, and ticks at the end that close the last frame. Deterministic in (rows, disturbance).
///
/// `send(key, type, bytes)` returning false ends the walk early.
SentCounts send_recording(const Line& line, std::span<const DataRow> rows, const Disturbance& disturbance, double gap_s, int closing_ticks,
                          const std::function<bool(std::string_view key, std::string_view type, std::string_view bytes)>& send);

}  // namespace steadyline
