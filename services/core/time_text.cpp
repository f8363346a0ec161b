#include "core/time_text.h"

#include <array>

namespace steadyline {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

/// Reads fixed-width decimal fields from the front of a text; the first misfit makes every later answer "no".
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_{text} {}

  std::int64_t digits(std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return fail();
      value = 10 * value + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool next_is_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail();
  }
  bool done() const { return good_ && rest_.empty(); }
  bool good() const { return good_; }

 private:
  std::int64_t fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

/// Fraction of a second after the dot, cut to milliseconds.
std::int64_t read_fraction_ms(Fields& fields) {
  std::int64_t ms = fields.digits(1) * 100;
  std::int64_t weight = 10;
  for (int i = 1; i < 9 && fields.next_is_digit(); ++i, weight /= 10) ms += fields.digits(1) * weight;
  return ms;
}

/// Minutes east of UTC; "Z" is 0.
std::optional<std::int64_t> read_offset_minutes(Fields& fields) {
  if (fields.take('Z') || fields.take('z')) return 0;
  const bool west = fields.take('-');
  if (!west) fields.expect('+');
  const std::int64_t hours = fields.digits(2);
  fields.expect(':');
  const std::int64_t minutes = fields.digits(2);
  if (!fields.good() || hours > 23 || minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (60 * hours + minutes);
}

}  // namespace

std::optional<EventTime> parse_rfc3339(std::string_view text) {
  Fields fields{text};
  const std::int64_t year = fields.digits(4);
  fields.expect('-');
  const std::int64_t month = fields.digits(2);
  fields.expect('-');
  const std::int64_t day = fields.digits(2);
  if (!fields.take('T') && !fields.take('t')) return std::nullopt;
  const std::int64_t hour = fields.digits(2);
  fields.expect(':');
  const std::int64_t minute = fields.digits(2);
  fields.expect(':');
  const std::int64_t second = fields.digits(2);
  const std::int64_t ms = fields.take('.') ? read_fraction_ms(fields) : 0;
  const std::optional<std::int64_t> offset = read_offset_minutes(fields);
  // Leap seconds do not exist in EventTime; a producer that sends ":60" gets its record back as unreadable.
  if (!offset || !fields.done() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return EventTime{Milliseconds{days * ms_per_day + ((hour * 60 + minute - *offset) * 60 + second) * 1000 + ms}};
}

namespace {

struct Date {
  std::int64_t year, month, day;
};

/// Proleptic Gregorian date of a day counted from 1970-01-01; std::chrono's own ends at year 32767, records may not.
/// Source: H. Hinnant, chrono-compatible low-level date algorithms, civil_from_days.
Date date_of(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

void append_digits(std::string& out, std::int64_t value, std::size_t width) {
  std::array<char, 20> digits{};
  std::size_t count = 0;
  for (; value != 0 || count < width; value /= 10) digits[count++] = static_cast<char>('0' + value % 10);
  while (count > 0) out += digits[--count];
}

}  // namespace

void append_rfc3339(std::string& out, EventTime time) {
  const std::int64_t ms = time.time_since_epoch().count();
  std::int64_t days = ms / ms_per_day;
  std::int64_t of_day = ms % ms_per_day;
  if (of_day < 0) {
    of_day += ms_per_day;
    --days;
  }
  const Date date = date_of(days);
  if (date.year < 0) out += '-';
  append_digits(out, date.year < 0 ? -date.year : date.year, 4);
  out += '-';
  append_digits(out, date.month, 2);
  out += '-';
  append_digits(out, date.day, 2);
  out += 'T';
  append_digits(out, of_day / 3'600'000, 2);
  out += ':';
  append_digits(out, of_day / 60'000 % 60, 2);
  out += ':';
  append_digits(out, of_day / 1000 % 60, 2);
  out += '.';
  append_digits(out, of_day % 1000, 3);
  out += 'Z';
}

std::string to_rfc3339(EventTime time) {
  std::string text;
  text.reserve(24);
  append_rfc3339(text, time);
  return text;
}

}  // namespace steadyline
