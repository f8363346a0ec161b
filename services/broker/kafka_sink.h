#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "broker/kafka_connection.h"
#include "monitor/ports.h"

namespace steadyline {

/// Publishes outputs with an idempotent producer, then commits the offsets they came from through the source's group member.
///
/// Where    each output goes to the partition of its cause, under its key: topics have equal partition counts, and a line's records stay together.
/// Again    after kafka_retriable call again with the same outputs, or with later ones appended: what the broker already has is not sent twice.
///          Poll the source in between, it may have lost partitions. With other outputs everything is sent.
/// Skipped  outputs and progress of partitions that this member no longer owns: the next owner brings them forth again.
/// Never    commits an offset below one that is committed already (a restart that recomputes muted).
/// Waits    at most `wait` for delivery and again for the offsets.
class KafkaSink : public OutputSink {
 public:
  explicit KafkaSink(std::shared_ptr<KafkaConnection> connection, Milliseconds wait = Milliseconds{2000});
  ~KafkaSink() override;
  Result<void> commit(const Outputs& outputs) override;

  std::uint64_t published() const { return published_; }  ///< records that the broker has confirmed

 private:
  struct OffsetAnswer;

  Result<void> publish(const Outputs& outputs);
  Result<void> send_from(const Outputs& outputs, std::size_t first);
  Result<void> wait_for_delivery();
  Result<void> commit_offsets(const Outputs& outputs);
  Result<void> take_answer(const Outputs& outputs);

  std::shared_ptr<KafkaConnection> connection_;
  const Milliseconds wait_;
  std::unique_ptr<OffsetAnswer> answer_;
  std::size_t sent_ = 0;               ///< of the outputs of the attempt in hand
  std::uint64_t sent_digest_ = 0;      ///< tells whether the next call brings the same outputs
  std::size_t sent_records_ = 0;       ///< of these, how many went to the producer
  std::uint64_t published_ = 0;
};

}  // namespace steadyline
