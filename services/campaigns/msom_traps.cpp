#include "campaigns/msom_traps.h"

#include <array>
#include <fmt/format.h>
#include <utility>

namespace steadyline {
namespace {

using Setter = void (*)(MsomTraps&);

/// Usual rates: an hour shows each trap a few times, and most rows stay as they are.
constexpr std::array<std::pair<const char*, Setter>, 10> traps{{
    {"swapped_dates", [](MsomTraps& t) { t.swapped_dates = 3; }},
    {"coarse_times", [](MsomTraps& t) { t.coarse_times = 3; }},
    {"bare_midnights", [](MsomTraps& t) { t.bare_midnights = true; }},
    {"corrupt_rows", [](MsomTraps& t) { t.corrupt_rows = 10; }},
    {"totalizer_wraps", [](MsomTraps& t) { t.totalizer_wraps = true; }},
    {"zero_stretches", [](MsomTraps& t) { t.zero_stretches = 6; }},
    {"refill_spikes", [](MsomTraps& t) { t.refill_spikes = 0.3; }},
    {"odd_flags", [](MsomTraps& t) { t.odd_flags = 4; }},
    {"shifted_columns", [](MsomTraps& t) { t.shifted_columns = 3; }},
    {"duplicated_columns", [](MsomTraps& t) { t.duplicated_columns = 3; }},
}};

}  // namespace

std::vector<std::string> msom_trap_names() {
  std::vector<std::string> names;
  for (const auto& [name, set] : traps) names.emplace_back(name);
  return names;
}

Result<MsomTraps> msom_traps(const std::vector<std::string>& names, std::uint64_t seed) {
  MsomTraps chosen;
  chosen.seed = seed;
  std::vector<std::string> strangers;
  for (const std::string& wanted : names) {
    bool known = wanted == "none";
    for (const auto& [name, set] : traps) {
      if (wanted != name && wanted != "all") continue;
      set(chosen);
      known = true;
    }
    if (!known) strangers.push_back(wanted);
  }
  if (strangers.empty()) return chosen;
  return tl::unexpected(Error{Errc::usage, fmt::format("\"{}\" is no trap", fmt::join(strangers, "\", \"")), "traps",
                              fmt::format("known: all, none, {}", fmt::join(msom_trap_names(), ", "))});
}

TrapStretches::TrapStretches(std::uint64_t seed, std::uint64_t stream, double per_h, int low, int high)
    : random_{seed, stream}, share_{per_h / 3600}, low_{low}, high_{high} {}

bool TrapStretches::next() {
  const std::uint64_t row = row_++;
  if (left_ > 0) {
    --left_;
    return true;
  }
  if (random_.uniform(3 * row) >= share_) return false;
  left_ = low_ + static_cast<int>(random_.uniform(3 * row + 1) * (high_ - low_ + 1)) - 1;
  draw_ = random_.uniform(3 * row + 2);
  return true;
}

}  // namespace steadyline
