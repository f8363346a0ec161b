#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/replay_plan.h"
#include "app/run_summary.h"
#include "broker/options.h"
#include "core/error.h"

namespace steadyline {

/// What an independent consumer counted in the topics after a replay, beside what was sent and what the monitor says of itself.
struct ReplayAudit {
  SentCounts sent;
  std::uint64_t input_records = 0, alerts = 0, assessments = 0, rejected = 0;  ///< in the topics
  std::uint64_t distinct_frames = 0;                                           ///< line and time pairs among the assessments
  std::vector<std::uint64_t> fates;                                            ///< by Fate, as the monitor counted
  std::uint64_t frames = 0;                                                    ///< closed, as the monitor counted
  std::vector<std::string> faults;                                             ///< what does not agree; empty = all is accounted for
};

/// Reads the four topics to their ends with a consumer of its own and holds the counts against each other.
Result<ReplayAudit> audit_replay(const BrokerOptions& broker, const SentCounts& sent, const RunSummary& summary);

}  // namespace steadyline
