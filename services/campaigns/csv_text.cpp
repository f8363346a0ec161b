#include <cmath>

#include "campaigns/table.h"
#include "core/numeric.h"
#include "core/time_text.h"

namespace steadyline {

std::string csv_text(const Table& table, bool with_header) {
  std::string text;
  text.reserve(table.values.size() * 8 + 64);
  if (with_header) {
    text += "time";
    for (const std::string& column : table.columns) text += "," + column;
    text += '\n';
  }
  const std::size_t width = table.columns.size();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    text += to_rfc3339(EventTime{Milliseconds{table.times_ms[row]}});
    for (std::size_t column = 0; column < width; ++column) {
      text += ',';
      if (const double value = table.values[row * width + column]; std::isfinite(value)) numeric::append_number(text, value);
    }
    text += '\n';
  }
  return text;
}

}  // namespace steadyline
