#pragma once

#include <functional>
#include <span>
#include <stop_token>

#include "core/error.h"
#include "monitor/pipeline.h"
#include "monitor/ports.h"

namespace steadyline {

/// What the worker tells the outside, from its own thread. Any may be empty.
struct WorkerHooks {
  std::function<void()> turned;                    ///< once per turn of the loop: the heartbeat
  std::function<Result<void>(const Assignment&)> assigning;       ///< before the pipeline hears of a partition; an Error ends the process
  std::function<void(std::span<const Record>)> arriving;          ///< before the pipeline takes records
  std::function<void(bool connected)> connection;  ///< broker reachable or away, on every turn
  std::function<void(std::span<const std::int32_t> revoked, std::span<const Assignment> assigned)> moved;  ///< partitions came or went
  std::function<void(const Outputs&, double seconds)> committed;  ///< outputs that the broker now has, and how long that took
  std::function<void(const Error&)> retrying;                     ///< a commit did not go through; the same outputs are sent again
};

/// The effects around the pipeline: poll → advance → commit, on one thread, from the first poll to the last commit.
class Worker {
 public:
  /// All must outlive the worker.
  Worker(Pipeline& pipeline, RecordSource& source, OutputSink& sink, double commit_interval_s, WorkerHooks hooks);

  /// Returns after a stop (what was gathered is committed first) or with the Error that ends the process.
  Result<void> run(std::stop_token stop);

 private:
  using Clock = std::chrono::steady_clock;
  Result<void> turn();
  void give_up(std::span<const std::int32_t> partitions);
  bool empty() const;
  bool due() const;
  Result<void> commit();

  Pipeline& pipeline_;
  RecordSource& source_;
  OutputSink& sink_;
  std::chrono::duration<double> commit_interval_;
  WorkerHooks hooks_;
  Outputs gathered_;
  Clock::time_point gathered_since_ = Clock::now();
  Clock::time_point not_before_{};  ///< after a commit that failed
};

}  // namespace steadyline
