#include "training/time_format.h"

#include <charconv>
#include <cmath>
#include <utility>

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
  for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count, weight /= 10)
    millisecond += weight * (text[count] - '0');
  text.remove_prefix(count);
  return count > 0;
}

bool take_field(char what, std::string_view& text, Fields& fields) {
  switch (what) {
    case 'Y':
      return take_digits(text, 4, fields.year);
    case 'm':
      return take_digits(text, 2, fields.month);
    case 'd':
      return take_digits(text, 2, fields.day);
    case 'H':
      return take_digits(text, 2, fields.hour);
    case 'M':
      return take_digits(text, 2, fields.minute);
    case 'S':
      return take_digits(text, 2, fields.second) && take_fraction(text, fields.millisecond);
    default:
      return false;
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

/// The fields of a text that fits the format whole.
std::optional<Fields> take_fields(std::string_view text, std::string_view format) {
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
  return text.empty() ? std::optional{fields} : std::nullopt;
}

bool has_name(std::string_view format) { return format == "rfc3339" || format == "epoch_s" || format == "epoch_ms"; }

std::optional<EventTime> read_named_format(std::string_view text, std::string_view format) {
  if (format == "rfc3339") return parse_rfc3339(text);
  return from_epoch(text, format == "epoch_s" ? 1000 : 1);
}

/// Both readings of the fields; `at` empty in neither.
std::optional<WrittenTime> to_written(const Fields& fields, std::string_view format, double utc_offset_h) {
  Fields other = fields;
  std::swap(other.day, other.month);
  const auto as_written = to_time(fields, utc_offset_h);
  auto swapped = other.day == fields.day ? std::nullopt : to_time(other, utc_offset_h);
  if (!as_written && !swapped) return std::nullopt;
  WrittenTime time;
  time.at = as_written ? *as_written : *swapped;
  time.exchanged = !as_written;
  if (as_written) time.swapped = swapped;
  time.date_only = format.find("%H") == std::string::npos;
  time.grain = Milliseconds{format.find("%S") == std::string::npos ? 60'000 : 0};
  return time;
}

}  // namespace

std::optional<EventTime> parse_recorded_time(std::string_view text, std::string_view format, double utc_offset_h) {
  if (has_name(format)) return read_named_format(text, format);
  const auto fields = take_fields(text, format);
  return fields ? to_time(*fields, utc_offset_h) : std::nullopt;
}

std::optional<WrittenTime> read_written_time(std::string_view text, std::span<const std::string> formats, double utc_offset_h) {
  std::optional<WrittenTime> exchanged;
  for (const std::string& format : formats) {
    std::optional<WrittenTime> time;
    if (has_name(format)) {
      if (const auto at = read_named_format(text, format)) time = WrittenTime{*at, std::nullopt, Milliseconds{0}, false, false};
    } else if (const auto fields = take_fields(text, format)) {
      time = to_written(*fields, format, utc_offset_h);
    }
    if (time && !time->exchanged) return time;
    if (time && !exchanged) exchanged = time;
  }
  return exchanged;
}

}  // namespace steadyline
