#include "training/column_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "training/shifted_columns.h"

namespace steadyline {
namespace {

constexpr double no_reading = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t unit_columns_at_least = 3;  ///< so many zeros at once are no standstill

void set_aside_dead_units(std::span<RecordedColumn> columns, CellCounts& counts) {
  std::map<std::uint32_t, std::vector<RecordedColumn*>> units;
  for (RecordedColumn& column : columns)
    if (column.column->kind == ColumnKind::value) units[column.tag->unit.value].push_back(&column);
  for (auto& [unit, own] : units) {
    if (own.size() < unit_columns_at_least) continue;
    for (std::size_t row = 0; row < own.front()->numbers.size(); ++row) {
      const bool dead = std::all_of(own.begin(), own.end(), [&](const RecordedColumn* c) { return c->numbers[row] == 0; });
      if (!dead) continue;
      for (RecordedColumn& column : columns) {
        if (column.tag->unit.value != unit || std::isnan(column.numbers[row])) continue;
        column.numbers[row] = no_reading;
        ++counts.no_reading["zeros"][column.column->name];
      }
    }
  }
}

void set_aside_single_zeros(std::span<RecordedColumn> columns, CellCounts& counts) {
  for (RecordedColumn& column : columns) {
    const auto& rule = *column.column;
    const auto with = std::find_if(columns.begin(), columns.end(),
                                   [&](const RecordedColumn& c) { return !rule.zero_with.empty() && c.column->name == rule.zero_with; });
    if (!rule.never_zero && with == columns.end()) continue;
    std::size_t aside = 0;
    for (std::size_t row = 0; row < column.numbers.size(); ++row) {
      if (column.numbers[row] != 0) continue;
      // Without a reading beside it there is nothing that speaks against the zero.
      if (!rule.never_zero && !(std::fabs(with->numbers[row]) > 0)) continue;
      column.numbers[row] = no_reading;
      ++aside;
    }
    if (aside > 0) counts.no_reading["zero"][rule.name] += aside;
  }
}

void set_aside_odd_flags(RecordedColumn& column, CellCounts& counts) {
  for (double& number : column.numbers) {
    if (std::isnan(number) || number == 0 || number == 1) continue;
    number = no_reading;
    ++counts.no_reading["flag"][column.column->name];
  }
}

/// Counts a totalizer on over its wraps and restarts, beginning with its first number.
void unwrap(RecordedColumn& column, CellCounts& counts) {
  const double wrap = column.column->wrap;
  double base = 0;
  double last = no_reading;
  for (double& number : column.numbers) {
    if (std::isnan(number)) continue;
    const double drop = last - number;
    if (wrap > 0 && drop > wrap / 2) {
      base += wrap;
      ++counts.mended["wrapped"];
    } else if (drop > 0 && std::fabs(number) < 0.01 * last) {
      base += last;
      ++counts.mended["restarted"];
    }
    last = number;
    number += base;
  }
}

void set_aside_beyond_range(RecordedColumn& column, CellCounts& counts) {
  for (double& number : column.numbers) {
    if (std::isnan(number)) continue;
    number = number * column.column->factor + column.column->offset;
    if (column.tag->range.contains(number)) continue;
    number = no_reading;
    ++counts.no_reading["range"][column.column->name];
  }
}

}  // namespace

void apply_column_rules(std::span<RecordedColumn> columns, CellCounts& counts) {
  set_aside_shifted(columns, counts);
  set_aside_duplicated(columns, counts);
  set_aside_dead_units(columns, counts);
  set_aside_single_zeros(columns, counts);
  for (RecordedColumn& column : columns) {
    if (column.column->kind == ColumnKind::flag) set_aside_odd_flags(column, counts);
    if (column.column->kind == ColumnKind::totalizer) unwrap(column, counts);
    set_aside_beyond_range(column, counts);
  }
}

}  // namespace steadyline
