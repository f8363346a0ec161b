#include "evaluation/alarm_difference.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace steadyline {
namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

Milliseconds apart(EventTime a, EventTime b) { return a > b ? a - b : b - a; }

bool may_be_same(const AlarmEpisode& a, const AlarmEpisode& b) {
  const bool overlap = a.raised <= b.ended.value_or(EventTime::max()) && b.raised <= a.ended.value_or(EventTime::max());
  return overlap || apart(a.raised, b.raised) <= same_alarm_within;
}

bool equal(const MovedAlarm& pair) { return pair.before.raised == pair.after.raised && !pair.other_priority() && !pair.other_end(); }

/// For each of `before` its partner's place in `after`, or nobody.
std::vector<std::size_t> partners(std::span<const AlarmEpisode> before, std::span<const AlarmEpisode> after) {
  using Key = std::tuple<std::string, std::string, AlarmKind>;
  std::map<Key, std::vector<std::size_t>> places;
  for (std::size_t j = 0; j < after.size(); ++j) places[{after[j].unit, after[j].tag, after[j].kind}].push_back(j);
  std::vector<std::tuple<Milliseconds, std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto found = places.find({before[i].unit, before[i].tag, before[i].kind});
    if (found == places.end()) continue;
    for (const std::size_t j : found->second)
      if (may_be_same(before[i], after[j])) pairs.emplace_back(apart(before[i].raised, after[j].raised), i, j);
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<std::size_t> partner(before.size(), nobody);
  std::vector<char> taken(after.size(), 0);
  for (const auto& [distance, i, j] : pairs) {
    if (partner[i] != nobody || taken[j] != 0) continue;
    partner[i] = j;
    taken[j] = 1;
  }
  return partner;
}

}  // namespace

double MovedAlarm::later_s() const { return static_cast<double>((after.raised - before.raised).count()) / 1000; }

AlarmDifference difference_of(std::span<const AlarmEpisode> before, std::span<const AlarmEpisode> after) {
  AlarmDifference difference;
  const auto partner = partners(before, after);
  std::vector<char> paired(after.size(), 0);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (partner[i] == nobody) {
      difference.gone.push_back(before[i]);
      continue;
    }
    paired[partner[i]] = 1;
    MovedAlarm pair{before[i], after[partner[i]]};
    if (equal(pair))
      ++difference.same;
    else
      difference.moved.push_back(std::move(pair));
  }
  for (std::size_t j = 0; j < after.size(); ++j)
    if (paired[j] == 0) difference.came.push_back(after[j]);
  return difference;
}

}  // namespace steadyline
