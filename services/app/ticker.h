#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <thread>

#include "broker/kafka_feed.h"
#include "monitor/ports.h"

namespace steadyline {

/// Live time: while it lives, a thread writes one tick a second, stamped by the system's clock, into every partition that is ours (DESIGN
/// §6). A tick that cannot be written is left out: the next one says the same.
class Ticker {
 public:
  explicit Ticker(std::unique_ptr<KafkaFeed> feed);
  /// Follows the worker's partitions. Any thread.
  void moved(std::span<const std::int32_t> revoked, std::span<const Assignment> assigned);

 private:
  void run(const std::stop_token& stop);

  std::unique_ptr<KafkaFeed> feed_;
  std::mutex mutex_;
  std::set<std::int32_t> partitions_;  // guarded by mutex_
  std::jthread thread_;                // last: it uses all of the above
};

}  // namespace steadyline
