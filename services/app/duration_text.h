#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace steadyline {

/// Reads "60s", "5min", "2h", "0.5h" or plain seconds "60" as seconds. Empty: not such a text, or not positive.
std::optional<double> parse_duration_s(std::string_view text);
/// Writes "42 s", "3 min 20 s", "2 h 5 min" for people.
std::string to_duration_text(double seconds);

}  // namespace steadyline
