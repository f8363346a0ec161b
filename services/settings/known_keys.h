#pragma once

#include <string>
#include <vector>

namespace steadyline {

/// What to say to a key that a section does not know: all known keys, or of many the nearest to what was written.
std::string known_keys(std::vector<std::string> known, const std::string& written);

}  // namespace steadyline
