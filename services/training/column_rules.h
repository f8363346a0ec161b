#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "line/line.h"
#include "training/options.h"

namespace steadyline {

/// One column of a recorded file: its cells in the order of the rows, as written; NaN is no reading.
struct RecordedColumn {
  const DataColumn* column;
  const Tag* tag;
  std::vector<double> numbers;
};

/// Cells taken for no reading, by reason and column; and what was mended, by word.
struct CellCounts {
  std::map<std::string, std::map<std::string, std::size_t>> no_reading;
  std::map<std::string, std::size_t> mended;
};

/// Sets aside the cells that cannot be what their column says, and turns written numbers into the tags' units. In this order:
///   shifted    columns hold their neighbours' numbers for 30 rows or more: outside their own plausible band and inside the next one's,
///              in two columns at least; whatever stands between these is set aside too
///   duplicated two columns are equal digit by digit for 30 rows or more while they vary; the implausible one goes, or both
///   zeros      every number of a unit is exactly 0 at once: levels and settings do not vanish, the recorder does
///   zero       a single exact 0 where never_zero or zero_with tells that it is none
///   flag       a flag that is neither 0 nor 1
///   range      outside the tag's range, as the spikes of a balance after a refill
/// and mended: wrapped (a totalizer begins anew at its `wrap`, counted on), restarted (it was set to 0).
/// columns    of one file, in the order of its header
void apply_column_rules(std::span<RecordedColumn> columns, CellCounts& counts);

}  // namespace steadyline
