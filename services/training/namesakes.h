#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace steadyline {

/// For each target (a place among `paths`) the first target of its name: that of fd4/massflow_pv is fd1/massflow_pv. Namesakes at several
/// units do the same thing: where one has too few frames of a rare situation to judge by, the others answer for it.
inline std::vector<std::size_t> namesakes(const std::vector<std::string>& paths, const std::vector<std::size_t>& targets) {
  const auto name = [&](std::size_t target) {
    const std::string_view path = paths.at(target);
    return path.substr(path.rfind('/') + 1);
  };
  std::vector<std::size_t> first;
  for (const std::size_t target : targets) {
    const auto same = std::find_if(targets.begin(), targets.end(), [&](std::size_t other) { return name(other) == name(target); });
    first.push_back(static_cast<std::size_t>(same - targets.begin()));
  }
  return first;
}

/// Fewer futures than this say nothing of a situation.
inline constexpr std::size_t least_futures = 200;

}  // namespace steadyline
