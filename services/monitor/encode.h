#pragma once

#include <string>
#include <string_view>

#include "monitor/alert.h"
#include "monitor/step.h"

namespace steadyline {

/// The JSON of the output topics. The bytes depend on the values alone; unknown numbers are null. Pure functions, appending to `out`.
void append_alert(std::string& out, const Alert& alert);

/// At most 1 KB without the fan. `active_alarms` is counted after this frame was judged.
void append_assessment(std::string& out, const Line& line, const Bundle* bundle, const FrameStep& step, std::size_t active_alarms, bool with_fan);

/// Position, reason, what, length, SHA-256 and at most the first 64 KiB of the bytes in base64.
void append_rejected(std::string& out, const RejectionStep& rejection);

/// A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
void append_base64(std::string& out, std::string_view bytes);

}  // namespace steadyline
