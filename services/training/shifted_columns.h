#pragma once

#include "training/column_rules.h"

namespace steadyline {

/// The first two rules of apply_column_rules: columns that hold another column's numbers for a stretch of rows.
void set_aside_shifted(std::span<RecordedColumn> columns, CellCounts& counts);
void set_aside_duplicated(std::span<RecordedColumn> columns, CellCounts& counts);

}  // namespace steadyline
