#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/units.h"

namespace steadyline {

/// Reads a recorded time by `format`: %Y %m %d %H %M %S (seconds may carry a fraction), %% and literal characters; or the words
/// "rfc3339", "epoch_s", "epoch_ms". Fields may lack their leading zero. The whole text must match, and the date must exist.
/// `utc_offset_h` is what the writer's clock was ahead of UTC; rfc3339 and epochs ignore it. Empty: not such a text.
std::optional<EventTime> parse_recorded_time(std::string_view text, std::string_view format, double utc_offset_h);

/// What a written time may mean.
struct WrittenTime {
  EventTime at;                      ///< as written; the beginning of the minute where seconds are not written
  std::optional<EventTime> swapped;  ///< with day and month exchanged, where that is a date too and another one
  Milliseconds grain{0};             ///< 60 s where seconds are not written
  bool date_only = false;            ///< no hour either: the way some programs write midnight
  bool exchanged = false;            ///< as written it is no date; `at` has day and month exchanged
};

/// The first of `formats` that fits; `utc_offset_h` as above. Empty: none does.
std::optional<WrittenTime> read_written_time(std::string_view text, std::span<const std::string> formats, double utc_offset_h);

}  // namespace steadyline
