#include <cmath>

#include "campaigns/table.h"
#include "core/numeric.h"
#include "core/time_text.h"

namespace steadyline {
namespace {

constexpr Milliseconds local_offset{3'600'000};

void append_time(std::string& text, EventTime time, const CsvSpelling& spelling) {
  const std::size_t from = text.size();
  append_rfc3339(text, spelling.local_time ? time + local_offset : time);
  if (!spelling.local_time) return;
  text[text.find('T', from)] = ' ';
  text.pop_back();  // the Z
}

void append_value(std::string& text, double value, const CsvSpelling& spelling) {
  const std::size_t from = text.size();
  numeric::append_number(text, value);
  if (const std::size_t point = text.find('.', from); point != std::string::npos) text[point] = spelling.decimal;
}

}  // namespace

std::string csv_text(const Table& table, bool with_header, const CsvSpelling& spelling) {
  std::string text;
  text.reserve(table.values.size() * 8 + 64);
  if (with_header) {
    text += "time";
    for (const std::string& column : table.columns) (text += spelling.separator) += column;
    text += '\n';
  }
  const std::size_t width = table.columns.size();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    append_time(text, EventTime{Milliseconds{table.times_ms[row]}}, spelling);
    for (std::size_t column = 0; column < width; ++column) {
      text += spelling.separator;
      if (const double value = table.values[row * width + column]; std::isfinite(value)) append_value(text, value, spelling);
    }
    text += '\n';
  }
  return text;
}

}  // namespace steadyline
