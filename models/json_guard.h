#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "core/error.h"

namespace steadyline {

/// Parses JSON that may come from anywhere: refuses nesting beyond 16, keys given twice, trailing bytes and anything that is not JSON.
/// `where` names the text in the error.
Result<nlohmann::json> parse_guarded_json(std::string_view text, std::string_view where);

}  // namespace steadyline
