#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/exam_plan.h"
#include "evaluation/exam_store.h"
#include "evaluation/exam_suite.h"
#include "evaluation/false_alarms.h"
#include "twin/options.h"

namespace steadyline {

/// One day of one plant without a fault.
struct NormalRow {
  std::uint64_t index = 0, seed = 0;
  double running_h = 0;
  struct Episode {
    double at_s = 0;
    std::string kind, unit, tag, during;
    std::size_t alarms = 1;
    friend bool operator==(const Episode&, const Episode&) = default;
  };
  std::vector<Episode> episodes;  ///< false alarms
  std::size_t stops = 0, stops_told = 0;
  std::vector<std::vector<float>> minutes;  ///< by baseline: BaselineWatch::minutes; empty: none run
  friend bool operator==(const NormalRow&, const NormalRow&) = default;
};
std::string to_json(const NormalRow& row);
std::optional<NormalRow> normal_row(const std::string& json);

/// A day with all that is normal: refills and lots as they come, moves of the throughput, unplanned and planned stops; every third begins
/// empty with a start-up, every third ends with a shutdown, every fourth changes to the other strength.
Scenario normal_scenario(std::uint64_t seed, std::uint64_t index);

/// Runs until `hours` of running production are lived through, in whole days. Rows in order.
Result<std::vector<NormalRow>> examine_normal(const ExamPlan& plan, double hours, std::size_t jobs, ExamStore& store,
                                              const ExamWatcher& watcher, const std::stop_token& stop);

}  // namespace steadyline
