#pragma once

#include <string>
#include <string_view>

namespace steadyline {

/// Appends a text as a JSON string with its quotes; control characters become \u00xx. The text is UTF-8 already.
void append_json_text(std::string& out, std::string_view text);

}  // namespace steadyline
