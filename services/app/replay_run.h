#pragma once

#include <span>
#include <stop_token>

#include "app/monitor_service.h"
#include "app/replay_plan.h"
#include "app/run_summary.h"
#include "app/signals.h"
#include "broker/kafka_feed.h"
#include "frames/options.h"

namespace steadyline {

/// What a replay feeds and how.
struct ReplayFeed {
  const Line& line;
  std::span<const DataRow> rows;
  Disturbance disturbance;
  AlignmentOptions alignment;
};

/// Sends all rows and waits until the broker has them. `stop` ends it early.
Result<SentCounts> send_all(const ReplayFeed& feed, KafkaFeed& out, const std::stop_token& stop);

/// What was sent, and how long it took from the first record sent to the last outputs committed.
struct ReplayOutcome {
  SentCounts sent;
  double seconds = 0;
};
/// Sends and watches at once; ends when every record has its fate, or when nothing has moved for a minute.
Result<ReplayOutcome> send_and_watch(const ReplayFeed& feed, KafkaFeed& out, MonitorService& service, StopSignals& signals,
                                     RunSummary& summary);

}  // namespace steadyline
