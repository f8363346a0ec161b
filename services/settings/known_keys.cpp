#include "settings/known_keys.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <utility>

namespace steadyline {
namespace {

/// Letters to insert, remove or exchange between two words.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t exchanged = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, exchanged}));
    }
  }
  return row[b.size()];
}

}  // namespace

std::string known_keys(std::vector<std::string> known, const std::string& written) {
  constexpr std::size_t readable = 24, nearest = 3, longest = 64;
  if (known.size() <= readable) return fmt::format("known here: {}", fmt::join(known, ", "));
  const std::string_view word = std::string_view{written}.substr(0, longest);
  std::stable_sort(known.begin(), known.end(), [&](const auto& a, const auto& b) { return distance(word, a) < distance(word, b); });
  const std::size_t all = known.size();
  known.resize(nearest);
  return fmt::format("nearest of the {} known here: {}", all, fmt::join(known, ", "));
}

}  // namespace steadyline
