#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "frames/message.h"
#include "line/line.h"

namespace steadyline {

/// Writes what `Decoder` reads: the JSON of DESIGN §5. Everything that sends records of its own goes through here (twin, replay, tests).
///
/// Appends  to `out`; one record per call, without a line end. NaN becomes null; an OPC quality is written only where it is not good.
/// Bits     shortest numbers that read back to the same double; the same bytes on every machine.

/// One unit's sample; every value belongs to a tag of that unit. `historical`: it waited for a link that was down.
void encode_sample(std::string& out, const Line& line, UnitIndex unit, EventTime time, std::int64_t seq, std::span<const SampleValue> values,
                   bool historical = false);

/// A whole frame: `"unit":"*"` with `unit/tag` names.
void encode_frame(std::string& out, const Line& line, EventTime time, std::int64_t seq, std::span<const SampleValue> values);

/// The passing of time. Send it with the record header `type` = "tick".
void encode_tick(std::string& out, EventTime time);

/// The command to move a set-point: `"kind":"set-point"`. Send it with the record header `type` = "command".
void encode_set_point(std::string& out, const Line& line, std::string_view tag, double value, std::string_view request, std::string_view user);

}  // namespace steadyline
