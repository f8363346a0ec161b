#include "evaluation/false_alarms.h"

#include <algorithm>

namespace steadyline {
namespace {

constexpr Milliseconds merged_within{60'000}, told_within{60'000}, settles_in{401'000};

bool goes_on(const Label& label, EventTime at) { return label.on <= at && (!label.off || at < *label.off + settles_in); }

std::string event_at(const std::vector<Label>& labels, EventTime at) {
  const Label* latest = nullptr;
  for (const Label& label : labels)
    if (goes_on(label, at) && (latest == nullptr || label.on >= latest->on)) latest = &label;
  return latest == nullptr ? "" : latest->id;
}

}  // namespace

Calm judge_calm(const std::vector<ExamAlarm>& alarms, const std::vector<Label>& labels) {
  Calm calm;
  std::vector<bool> right(alarms.size());
  for (const Label& stop : labels) {
    if (stop.kind != LabelKind::unplanned_stop) continue;
    ++calm.stops;
    for (std::size_t i = 0; i < alarms.size(); ++i) {
      if (right[i] || alarms[i].raised < stop.on || alarms[i].raised > stop.on + told_within) continue;
      right[i] = true;
      ++calm.stops_told;
      break;
    }
  }
  const ExamAlarm* last = nullptr;
  for (std::size_t i = 0; i < alarms.size(); ++i) {
    if (right[i]) continue;
    if (last != nullptr && alarms[i].raised - last->raised < merged_within)
      ++calm.episodes.back().alarms;
    else
      calm.episodes.push_back({alarms[i], 1, event_at(labels, alarms[i].raised)});
    last = &alarms[i];
  }
  return calm;
}

}  // namespace steadyline
