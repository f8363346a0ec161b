#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "broker/broker_log.h"
#include "broker/options.h"
#include "core/error.h"
#include "frames/record.h"

namespace steadyline {

/// An independent plain consumer of one topic: no group, nothing committed, committed records only. For tests, replay's report and the demo.
///
/// Threads  one.
/// Errors   kafka_retriable: the broker did not answer, or the end was not reached within the time; kafka_fatal: no such topic.
class TopicReader {
 public:
  using Take = std::function<void(const Record& record)>;

  static Result<std::unique_ptr<TopicReader>> open(const BrokerOptions& options, const std::string& topic, BrokerLog log = log_to_stderr());
  ~TopicReader();

  /// Hands every record from where the last call ended (first: the beginning) to the ends that the partitions have now; partitions
  /// interleave, each is in order. The views live during the call of `take`. Returns how many.
  Result<std::uint64_t> read_to_end(const Take& take, Milliseconds timeout);
  /// Passes over everything that the partitions hold now.
  Result<void> skip_to_end(Milliseconds timeout);

 private:
  struct State;
  explicit TopicReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace steadyline
