#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>

#include "broker/broker_log.h"
#include "broker/options.h"
#include "core/error.h"
#include "core/units.h"

namespace steadyline {

struct KafkaFeedOptions {
  /// How far, in bytes of keys and values, the feed may run ahead of the reader; 0 = as far as the broker takes it. The embedded broker keeps
  /// only 5 MiB a partition and forgets what lies before, so it needs `embedded_ahead_bytes`, and the reader's `KafkaSource::bytes_read`.
  std::uint64_t ahead_bytes_max = 0;
  std::function<std::uint64_t()> bytes_read;
};
inline constexpr std::uint64_t embedded_ahead_bytes = 2 << 20;

/// Writes to the input topic: simulate, replay, and the ticks of a live line.
///
/// Place    by murmur2 of the key, as Java clients do; ticks name their partition.
/// Order    what is produced for one partition arrives in that order and once (idempotent producer).
/// Waits    when librdkafka's queue is full or the reader is too far behind: that is the back-pressure. `stop` ends the wait.
/// Threads  one; the counts from any.
/// Errors   kafka_retriable: nothing moved for `patience` (10 s); the record was not taken. kafka_fatal: refused for good.
class KafkaFeed {
 public:
  static Result<std::unique_ptr<KafkaFeed>> open(const BrokerOptions& options, KafkaFeedOptions feed = {}, BrokerLog log = log_to_stderr());
  ~KafkaFeed();  ///< what is not flushed is dropped

  /// `type` goes into the record header `type`; empty = no header (a sample).
  Result<void> produce(std::string_view key, std::string_view type, std::string_view bytes, std::stop_token stop = {});
  /// The same to a partition of one's own choice.
  Result<void> produce_to(std::int32_t partition, std::string_view key, std::string_view type, std::string_view bytes, std::stop_token stop = {});
  /// Time passes for the lines of a partition: {"time":"…"} under header type=tick.
  Result<void> tick(std::int32_t partition, EventTime time, std::stop_token stop = {});

  /// Waits until the broker has everything, at most `timeout`. An Error when records failed or are still under way.
  Result<void> flush(Milliseconds timeout);

  std::uint64_t sent() const;             ///< taken by `produce`
  std::uint64_t delivered() const;        ///< confirmed by the broker
  std::uint64_t failed() const;           ///< given up by the producer
  std::uint64_t in_flight_bytes() const;  ///< taken and neither confirmed nor given up
  std::uint64_t bytes_sent() const;       ///< keys and values taken so far: compare with KafkaSource::bytes_read

 private:
  struct State;
  explicit KafkaFeed(std::unique_ptr<State> state);
  Result<void> wait_for_room(std::uint64_t bytes, const std::stop_token& stop);

  std::unique_ptr<State> state_;
};

}  // namespace steadyline
