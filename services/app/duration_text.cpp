#include "app/duration_text.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace steadyline {

std::optional<double> parse_duration_s(std::string_view text) {
  double number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, number);
  if (fault != std::errc{} || !(number > 0) || !std::isfinite(number)) return {};
  const std::string_view unit{end, static_cast<std::size_t>(last - end)};
  if (unit.empty() || unit == "s") return number;
  if (unit == "min" || unit == "m") return number * 60;
  if (unit == "h") return number * 3600;
  return {};
}

std::string to_duration_text(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace steadyline
