#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/units.h"

namespace steadyline {

/// Reads RFC 3339: "2026-11-20T08:00:01.000Z", with 0..9 digits of fraction (cut to ms) and Z or a numeric offset. Empty: not such a text.
std::optional<EventTime> parse_rfc3339(std::string_view text);
/// Writes "2026-11-20T08:00:01.000Z".
std::string to_rfc3339(EventTime time);
void append_rfc3339(std::string& out, EventTime time);

}  // namespace steadyline
