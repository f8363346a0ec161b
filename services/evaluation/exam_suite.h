#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "evaluation/exam_row.h"
#include "evaluation/exam_store.h"

namespace steadyline {

/// How far a suite is, told after each run.
struct ExamProgress {
  std::size_t done = 0, of = 0;
  std::size_t lived = 0;  ///< of the done ones, those of this time: the rest was kept from before
  std::string last;       ///< what was done last
};
using ExamWatcher = std::function<void(const ExamProgress&)>;

/// The cases of a suite: every fault of the catalogue (of `only`, e.g. "F01", "F04 zero"; empty: all) in three terciles, `seeds` times.
std::vector<FaultCase> fault_cases(std::size_t seeds, const std::vector<std::string>& only);

/// Lives through the cases that `store` does not have yet. Rows in the order of the cases, the same whatever the number of jobs; fewer
/// only when stopped.
Result<std::vector<FaultRow>> examine_faults(const ExamPlan& plan, const std::vector<FaultCase>& cases, std::size_t jobs, ExamStore& store,
                                             const ExamWatcher& watcher, const std::stop_token& stop);

}  // namespace steadyline
