#include "training/time_format.h"

#include <charconv>
#include <cmath>

#include "core/time_text.h"

namespace steadyline {
namespace {

struct Fields {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0;
};

bool take_digits(std::string_view& text, std::size_t at_most, int& out) {
  std::size_t count = 0;
  out = 0;
  while (count < at_most && count < text.size() && text[count] >= '0' && text[count] <= '9') out = out * 10 + (text[count++] - '0');
  text.remove_prefix(count);
  return count > 0;
}

bool take_fraction(std::string_view& text, int& millisecond) {
  if (text.empty() || text.front() != '.') return true;
  text.remove_prefix(1);
  int weight = 100;
  std::size_t count = 0;
  for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count, weight /= 10) millisecond += weight * (text[count] - '0');
  text.remove_prefix(count);
  return count > 0;
}

bool take_field(char what, std::string_view& text, Fields& fields) {
  switch (what) {
    case 'Y': return take_digits(text, 4, fields.year);
    case 'm': return take_digits(text, 2, fields.month);
    case 'd': return take_digits(text, 2, fields.day);
    case 'H': return take_digits(text, 2, fields.hour);
    case 'M': return take_digits(text, 2, fields.minute);
    case 'S': return take_digits(text, 2, fields.second) && take_fraction(text, fields.millisecond);
    default: return false;
  }
}

std::optional<EventTime> to_time(const Fields& f, double utc_offset_h) {
  using namespace std::chrono;
  const year_month_day date{year{f.year}, month{static_cast<unsigned>(f.month)}, day{static_cast<unsigned>(f.day)}};
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 59) return std::nullopt;
  const auto offset = Milliseconds{static_cast<std::int64_t>(std::lround(utc_offset_h * 3'600'000))};
  return EventTime{sys_days{date}} + hours{f.hour} + minutes{f.minute} + seconds{f.second} + Milliseconds{f.millisecond} - offset;
}

std::optional<EventTime> from_epoch(std::string_view text, double ms_per_unit) {
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size() || !(std::fabs(number * ms_per_unit) < 1e15)) return std::nullopt;
  return EventTime{Milliseconds{std::llround(number * ms_per_unit)}};
}

}  // namespace

std::optional<EventTime> parse_recorded_time(std::string_view text, std::string_view format, double utc_offset_h) {
  if (format == "rfc3339") return parse_rfc3339(text);
  if (format == "epoch_s") return from_epoch(text, 1000);
  if (format == "epoch_ms") return from_epoch(text, 1);
  Fields fields;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size() && format[i + 1] != '%') {
      if (!take_field(format[++i], text, fields)) return std::nullopt;
      continue;
    }
    if (format[i] == '%' && i + 1 < format.size()) ++i;
    if (text.empty() || text.front() != format[i]) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? to_time(fields, utc_offset_h) : std::nullopt;
}

}  // namespace steadyline
