#pragma once

#include <optional>
#include <span>
#include <vector>

#include "training/time_format.h"

namespace steadyline {

/// When a row was, and what had to be mended to know it.
struct RowTime {
  std::optional<EventTime> at;  ///< empty: it fits nowhere between its neighbours
  bool swapped = false;         ///< day and month were exchanged
  bool spread = false;          ///< the second was not written; taken from the row's place in its minute
};

/// Times of the rows of one file, strictly ascending, from what is written in them. Of the two dates that a row may mean, and between
/// keeping and setting it aside, the choice over all rows that has the fewest jumps wins: rows agree with their neighbours.
/// Rows of one minute without seconds stand `step` apart.
///
/// written   one entry per row; empty where the time is unreadable: such a row still takes its place in a minute
/// quiet     silence up to so much is no jump
/// swaps     day and month may be exchanged; otherwise dates count as written
/// Cost      linear in the rows.
std::vector<RowTime> resolve_times(std::span<const std::optional<WrittenTime>> written, Milliseconds step, Milliseconds quiet, bool swaps);

}  // namespace steadyline
