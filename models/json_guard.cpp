#include "models/json_guard.h"

#include <set>
#include <vector>

namespace steadyline {
namespace {

constexpr std::size_t depth_max = 16;

/// Looks at brackets only, before any parser builds a tree.
bool is_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > depth_max) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<nlohmann::json> parse_guarded_json(std::string_view text, std::string_view where) {
  using nlohmann::json;
  const auto refuse = [&](std::string what) {
    return tl::unexpected(Error{Errc::bundle, std::move(what), std::string{where}, "copy the file again from where it was made"});
  };
  if (is_too_deep(text)) return refuse("is nested deeper than 16 levels");

  std::vector<std::set<std::string>> open_objects;
  std::string doubled;
  const json::parser_callback_t watch = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) open_objects.emplace_back();
    if (event == json::parse_event_t::object_end) open_objects.pop_back();
    if (event == json::parse_event_t::key && !open_objects.back().insert(value.get<std::string>()).second) doubled = value.get<std::string>();
    return true;
  };
  try {
    json tree = json::parse(text, watch);
    if (!doubled.empty()) return refuse("has the key \"" + doubled + "\" twice");
    return tree;
  } catch (const json::exception& fault) {
    return refuse(std::string{"is not JSON: "} + fault.what());
  }
}

}  // namespace steadyline
