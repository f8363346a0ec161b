#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "evaluation/baseline_watch.h"
#include "line/line.h"
#include "models/bundle.h"
#include "monitor/options.h"
#include "twin/parameters.h"

namespace steadyline {

/// What is examined and with what: fixed before the first run.
struct ExamPlan {
  Line line;                             ///< the watched part (twin_production.h)
  TwinParameters parameters;             ///< nominal; each run draws its own plant
  std::shared_ptr<const Bundle> bundle;  ///< null: limits and data quality only
  MonitorOptions options;
  std::string commit;                                     ///< of which the seeds are made
  std::shared_ptr<const DetectionBaselines> baselines{};  ///< run beside the monitor; null: none
  std::optional<BaselineLimits> limits{};                 ///< of the baselines, matched to the monitor's false alarms; none: not known yet
};

/// One run of the suite of faults.
struct FaultCase {
  std::string fault, variant;
  int tercile = 0;  ///< 0 low, 1 middle, 2 high
  std::uint64_t index = 0;
  friend bool operator==(const FaultCase&, const FaultCase&) = default;
  friend auto operator<=>(const FaultCase&, const FaultCase&) = default;
};

/// "F04 zero", "F01".
std::string name_of(const FaultCase& which);

}  // namespace steadyline
