#include "evaluation/detection_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace steadyline {
namespace {

bool promised(const FaultRow& row) { return row.of.tercile > 0; }

template <class Hit, class Of>
Share share_of(const std::vector<FaultRow>& rows, Of of, Hit hit) {
  std::size_t hits = 0, all = 0;
  for (const FaultRow& row : rows) {
    if (!of(row)) continue;
    ++all;
    hits += hit(row) ? 1 : 0;
  }
  return wilson(hits, all);
}

bool found(const FaultRow& row) { return row.detected; }
bool within(const FaultRow& row, std::size_t places) { return row.root_rank > 0 && row.root_rank <= places; }

std::vector<double> delays_of(const std::vector<FaultRow>& rows) {
  std::vector<double> delays;
  for (const FaultRow& row : rows)
    if (row.detected && promised(row)) delays.push_back(row.delay_s);
  return delays;
}

void score_lead(const std::vector<FaultRow>& rows, FaultScore& score) {
  std::vector<double> leads;
  std::size_t before = 0;
  for (const FaultRow& row : rows) {
    if (!row.breach_s || !promised(row)) continue;
    ++score.breaches;
    if (!row.detected) continue;
    leads.push_back(*row.breach_s - row.delay_s);
    before += leads.back() > 0 ? 1 : 0;
  }
  score.lead = wilson(before, score.breaches);
  score.median_lead_s = quantile_at(leads, 0.5);
  score.low_lead_s = quantile_at(leads, 0.1);
}

FaultScore score_one(const std::string& name, const std::vector<FaultRow>& rows) {
  FaultScore score;
  score.fault = name;
  score.kind = rows.front().kind;
  score.difficulty = rows.front().difficulty;
  for (int tercile = 0; tercile < 3; ++tercile)
    score.detected[static_cast<std::size_t>(tercile)] = share_of(
        rows, [&](const FaultRow& row) { return row.of.tercile == tercile; }, found);
  score.upper = share_of(rows, promised, found);
  score.median_delay_s = quantile_at(delays_of(rows), 0.5);
  const CauseScore causes = score_causes(rows);
  std::tie(score.hit1, score.hit3, score.hit5, score.unit) = std::tie(causes.hit1, causes.hit3, causes.hit5, causes.unit);
  score_lead(rows, score);
  for (const FaultRow& row : rows) {
    if (!row.detected) continue;
    ++score.verdicts[row.verdict.empty() ? "none" : row.verdict];
    const std::string& first = row.causes.empty() ? row.alarm_unit : row.causes.front();
    ++score.named[first.substr(0, first.find('/'))];
  }
  return score;
}

std::vector<std::pair<std::string, std::vector<FaultRow>>> by_fault(const std::vector<FaultRow>& rows) {
  std::vector<std::pair<std::string, std::vector<FaultRow>>> groups;
  for (const FaultRow& row : rows) {
    const std::string name = name_of(row.of);
    const auto place = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == name; });
    if (place == groups.end())
      groups.push_back({name, {row}});
    else
      place->second.push_back(row);
  }
  return groups;
}

// A drifting load cell acts through the loop that believes it, so the twin lists it with the process; what is at fault is the sensor.
bool called_right(const FaultRow& row) { return row.verdict == (row.of.fault == "F04" ? "sensor" : row.kind); }

}  // namespace

std::vector<FaultScore> score_faults(const std::vector<FaultRow>& rows) {
  std::vector<FaultScore> scores;
  for (const auto& [name, of] : by_fault(rows)) scores.push_back(score_one(name, of));
  return scores;
}

std::vector<ClassScore> score_classes(const std::vector<FaultRow>& rows) {
  constexpr std::array<double, 5> wanted{0.99, 0.99, 0.95, 0.85, 0.70};
  std::vector<ClassScore> scores;
  for (int difficulty = 1; difficulty <= 5; ++difficulty) {
    std::vector<FaultRow> members;
    for (const FaultRow& row : rows)
      if (row.difficulty == difficulty && promised(row)) members.push_back(row);
    if (members.empty()) continue;
    scores.push_back({difficulty, share_of(members, promised, found), quantile_at(delays_of(members), 0.5),
                      wanted[static_cast<std::size_t>(difficulty - 1)]});
  }
  return scores;
}

CauseScore score_causes(const std::vector<FaultRow>& rows) {
  return {share_of(rows, found, [](const FaultRow& row) { return within(row, 1); }),
          share_of(rows, found, [](const FaultRow& row) { return within(row, 3); }),
          share_of(rows, found, [](const FaultRow& row) { return within(row, 5); }),
          share_of(rows, found, [](const FaultRow& row) { return row.unit_right; })};
}

std::vector<PairScore> score_pairs(const std::vector<FaultRow>& rows) {
  const std::vector<std::pair<std::string, std::string>> pairs{{"F04", "F09"}, {"F20", "F09"}, {"F17", "F10"}, {"F23", ""}};
  std::vector<PairScore> scores;
  for (const auto& [first, second] : pairs) {
    const auto one = [&, &first = first](const FaultRow& row) { return found(row) && row.of.fault == first; };
    const auto other = [&, &second = second](const FaultRow& row) { return found(row) && row.of.fault == second; };
    PairScore score{second.empty() ? first : first + " / " + second,
                    first,
                    second,
                    {},
                    share_of(rows, one, called_right),
                    share_of(rows, other, called_right)};
    score.right = wilson(score.right_first.hits + score.right_second.hits, score.right_first.of + score.right_second.of);
    if (score.right.of > 0) scores.push_back(std::move(score));
  }
  return scores;
}

double quantile_at(std::vector<double> numbers, double share) {
  if (numbers.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(numbers.begin(), numbers.end());
  const double place = share * static_cast<double>(numbers.size() - 1);
  const std::size_t low = static_cast<std::size_t>(std::floor(place)), high = std::min(low + 1, numbers.size() - 1);
  return numbers[low] + (place - static_cast<double>(low)) * (numbers[high] - numbers[low]);
}

}  // namespace steadyline
