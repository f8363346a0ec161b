#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <vector>

#include "broker/kafka_connection.h"
#include "monitor/ports.h"

namespace steadyline {

/// The input topic, read as a member of the consumer group.
///
/// Start    the first polls check the topics (broker/topics.h) and join the group; a broker away is `connected = false`, a missing topic an Error.
/// Assigned a partition is read from the `read_from` of its committed offset's metadata, from the start of the log when nothing is committed.
/// Revoked  partitions named in `Batch::revoked` may still be committed until the next poll, which gives them up; records of theirs that came
///          in the same batch are left to the next owner.
/// Memory   a batch holds at most 4096 records; librdkafka prefetches at most 128 MiB.
/// Errors   kafka_fatal: topics missing, rights, fenced, a committed offset that the log no longer has.
class KafkaSource : public RecordSource {
 public:
  explicit KafkaSource(std::shared_ptr<KafkaConnection> connection);
  ~KafkaSource() override;
  Result<Batch> poll(Milliseconds timeout) override;
  Result<Batch> hold(Milliseconds timeout) override;

  /// Records of each owned partition that wait in the log, as far as the broker has told.
  std::map<std::int32_t, std::int64_t> lag() const;
  /// Bytes of keys and values handed out so far. From any thread.
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  struct Messages;

  Result<Batch> turn(Milliseconds timeout, bool hold);
  Result<void> begin(Milliseconds timeout);
  Result<Batch> assign(Milliseconds timeout);
  Result<Batch> receive(Milliseconds timeout);
  Result<void> take_messages();
  void pause();
  bool resume();
  void probe(Milliseconds timeout);

  std::shared_ptr<KafkaConnection> connection_;
  std::unique_ptr<Messages> messages_;
  std::vector<Record> records_;
  bool held_ = false;  ///< messages that come all the same are dropped: `resume` goes back to each partition's position
  std::atomic<std::uint64_t> bytes_read_{0};
};

}  // namespace steadyline
