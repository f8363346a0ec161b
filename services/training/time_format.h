#pragma once

#include <optional>
#include <string_view>

#include "core/units.h"

namespace steadyline {

/// Reads a recorded time by `format`: %Y %m %d %H %M %S (seconds may carry a fraction), %% and literal characters; or the words
/// "rfc3339", "epoch_s", "epoch_ms". Fields may lack their leading zero. The whole text must match, and the date must exist.
/// `utc_offset_h` is what the writer's clock was ahead of UTC; rfc3339 and epochs ignore it. Empty: not such a text.
std::optional<EventTime> parse_recorded_time(std::string_view text, std::string_view format, double utc_offset_h);

}  // namespace steadyline
