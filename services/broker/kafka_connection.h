#pragma once

#include <memory>

#include "broker/broker_log.h"
#include "broker/options.h"
#include "core/error.h"
#include "core/units.h"

namespace steadyline {

/// What a worker's source and sink share: a member of the consumer group and a producer. Offsets are committed by the same member that read
/// them, so a partition that went elsewhere cannot be committed from here.
///
/// Threads  one, the worker's; `connected` from any.
/// Errors   settings only: `open` does not wait for a broker.
class KafkaConnection {
 public:
  struct State;

  static Result<std::shared_ptr<KafkaConnection>> open(const BrokerOptions& options, BrokerLog log = log_to_stderr());
  explicit KafkaConnection(std::unique_ptr<State> state);
  ~KafkaConnection();  ///< closes, waiting at most 2 s

  /// Leaves the group, so that another member takes over at once, and drops what the producer still holds. Waits at most `deadline`.
  void close(Milliseconds deadline);
  bool connected() const;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace steadyline
