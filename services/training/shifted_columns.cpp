#include "training/shifted_columns.h"

#include <cmath>
#include <limits>

namespace steadyline {
namespace {

constexpr double no_reading = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t stretch_at_least = 30;  ///< rows
constexpr std::size_t break_at_most = 5;      ///< rows of a stretch that need not show it: noise, a row set aside
constexpr int distinct_at_least = 3;          ///< numbers in a stretch of equal columns: two constants may well agree

struct Stretch {
  std::size_t begin, end;
};

/// The rows that a mark holds, short breaks closed, long enough.
std::vector<Stretch> stretches(const std::vector<bool>& marks) {
  std::vector<Stretch> found;
  std::size_t row = 0;
  while (row < marks.size()) {
    if (!marks[row]) {
      ++row;
      continue;
    }
    Stretch stretch{row, row + 1};
    for (std::size_t next = row + 1; next < marks.size() && next - stretch.end <= break_at_most; ++next)
      if (marks[next]) stretch.end = next + 1;
    if (stretch.end - stretch.begin >= stretch_at_least) found.push_back(stretch);
    row = stretch.end;
  }
  return found;
}

void set_aside(RecordedColumn& column, std::size_t row, const char* reason, CellCounts& counts) {
  if (std::isnan(column.numbers[row])) return;
  column.numbers[row] = no_reading;
  ++counts.no_reading[reason][column.column->name];
}

bool stranger(const RecordedColumn& column, const RecordedColumn& neighbour, std::size_t row) {
  const double number = column.numbers[row];
  return number != 0 && !std::isnan(number) && column.column->plausible.bounded() && neighbour.column->plausible.bounded() &&
         !column.column->plausible.contains(number) && neighbour.column->plausible.contains(number);
}

/// Which columns of a row hold what looks like a neighbour's number.
std::vector<std::size_t> strangers(std::span<RecordedColumn> columns, std::size_t row) {
  std::vector<std::size_t> found;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const bool left = c > 0 && stranger(columns[c], columns[c - 1], row);
    const bool right = c + 1 < columns.size() && stranger(columns[c], columns[c + 1], row);
    if (left || right) found.push_back(c);
  }
  return found;
}

/// First and last column that is a stranger in at least half of the stretch's rows; first > last: none.
std::pair<std::size_t, std::size_t> widest(std::span<RecordedColumn> columns, Stretch stretch) {
  std::vector<std::size_t> times(columns.size(), 0);
  for (std::size_t row = stretch.begin; row < stretch.end; ++row)
    for (const std::size_t c : strangers(columns, row)) ++times[c];
  std::size_t first = columns.size(), last = 0;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (2 * times[c] < stretch.end - stretch.begin) continue;
    first = std::min(first, c);
    last = c;
  }
  return {first, last};
}

bool equal(const RecordedColumn& a, const RecordedColumn& b, std::size_t row) {
  return a.numbers[row] == b.numbers[row] && a.numbers[row] != 0;
}

bool varies(const RecordedColumn& column, Stretch stretch) {
  int distinct = 0;
  double last = no_reading;
  for (std::size_t row = stretch.begin; row < stretch.end && distinct < distinct_at_least; ++row) {
    const double number = column.numbers[row];
    if (std::isnan(number) || number == last) continue;
    ++distinct;
    last = number;
  }
  return distinct >= distinct_at_least;
}

bool plausible(const RecordedColumn& column, Stretch stretch) {
  std::size_t inside = 0;
  for (std::size_t row = stretch.begin; row < stretch.end; ++row) inside += column.column->plausible.contains(column.numbers[row]) ? 1 : 0;
  return 2 * inside > stretch.end - stretch.begin;
}

void set_aside_equal(RecordedColumn& a, RecordedColumn& b, CellCounts& counts) {
  std::vector<bool> marks(a.numbers.size());
  for (std::size_t row = 0; row < marks.size(); ++row) marks[row] = equal(a, b, row);
  for (const Stretch stretch : stretches(marks)) {
    if (!varies(a, stretch)) continue;
    const bool a_fits = plausible(a, stretch);
    const bool b_fits = plausible(b, stretch);
    for (std::size_t row = stretch.begin; row < stretch.end; ++row) {
      if (!marks[row]) continue;
      if (!a_fits || b_fits) set_aside(a, row, "duplicated", counts);
      if (!b_fits || a_fits) set_aside(b, row, "duplicated", counts);
    }
  }
}

}  // namespace

void set_aside_shifted(std::span<RecordedColumn> columns, CellCounts& counts) {
  if (columns.empty()) return;
  std::vector<bool> marks(columns.front().numbers.size());
  for (std::size_t row = 0; row < marks.size(); ++row) marks[row] = strangers(columns, row).size() >= 2;
  for (const Stretch stretch : stretches(marks)) {
    const auto [first, last] = widest(columns, stretch);
    for (std::size_t row = stretch.begin; row < stretch.end; ++row)
      for (std::size_t c = first; c <= last && c < columns.size(); ++c) set_aside(columns[c], row, "shifted", counts);
  }
}

void set_aside_duplicated(std::span<RecordedColumn> columns, CellCounts& counts) {
  for (std::size_t a = 0; a < columns.size(); ++a) {
    for (std::size_t b = a + 1; b < columns.size(); ++b) {
      if (columns[a].column->kind == ColumnKind::value && columns[b].column->kind == ColumnKind::value)
        set_aside_equal(columns[a], columns[b], counts);
    }
  }
}

}  // namespace steadyline
