#include "evaluation/exam_suite.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "evaluation/exam_run.h"
#include "evaluation/in_parallel.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline {
namespace {

// A kept row is of use only when its baselines ran with the same limits.
bool compared_alike(const ExamPlan& plan, const FaultRow& row) {
  if (row.kind == "comms") return true;
  if (!plan.limits) return true;
  if (row.baselines.size() != baseline_count) return false;
  for (std::size_t b = 0; b < baseline_count; ++b)
    if (row.baselines[b].limit != (*plan.limits)[b]) return false;
  return true;
}

}  // namespace

std::vector<FaultCase> fault_cases(std::size_t seeds, const std::vector<std::string>& only) {
  std::vector<FaultCase> cases;
  for (const FaultKind& kind : fault_catalogue())
    for (int tercile = 0; tercile < 3; ++tercile)
      for (std::size_t index = 0; index < seeds; ++index) {
        FaultCase one{std::string{kind.id}, std::string{kind.variant}, tercile, index};
        const bool asked =
            std::any_of(only.begin(), only.end(), [&](const std::string& name) { return name == one.fault || name == name_of(one); });
        if (only.empty() || asked) cases.push_back(std::move(one));
      }
  return cases;
}

Result<std::vector<FaultRow>> examine_faults(const ExamPlan& plan, const std::vector<FaultCase>& cases, std::size_t jobs, ExamStore& store,
                                             const ExamWatcher& watcher, const std::stop_token& stop) {
  std::map<FaultCase, FaultRow> kept;
  for (const std::string& text : store.rows())
    if (auto row = fault_row(text); row && compared_alike(plan, *row)) kept[row->of] = *row;
  std::vector<std::optional<FaultRow>> rows(cases.size());
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (const auto found = kept.find(cases[i]); found != kept.end())
      rows[i] = found->second;
    else
      missing.push_back(i);
  }
  std::mutex telling;
  ExamProgress progress{cases.size() - missing.size(), cases.size(), 0, ""};
  const auto done = in_parallel(missing.size(), jobs, stop, [&](std::size_t place) -> Result<void> {
    const std::size_t i = missing[place];
    rows[i] = live_through(plan, cases[i]);
    if (auto added = store.add(to_json(*rows[i])); !added) return added;
    const std::lock_guard lock{telling};
    ++progress.done;
    ++progress.lived;
    progress.last = name_of(cases[i]);
    if (watcher) watcher(progress);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  std::vector<FaultRow> found;
  for (auto& row : rows)
    if (row) found.push_back(std::move(*row));
  return found;
}

}  // namespace steadyline
