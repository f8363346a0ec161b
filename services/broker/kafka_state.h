#pragma once

#include <librdkafka/rdkafka.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "broker/kafka_client.h"
#include "broker/kafka_connection.h"
#include "monitor/outputs.h"

namespace steadyline {

// Inside services/broker only: what source and sink share.

/// A partition that this member reads.
struct OwnedPartition {
  Progress committed;         ///< as the broker has it; commits never go back behind it
  std::int64_t position = 0;  ///< offset of the next record that the source hands out
};

/// What delivery reports say of the sink's current attempt.
struct Deliveries {
  std::uint64_t attempt = 0;
  std::size_t outstanding = 0;
  std::size_t failed = 0;
  rd_kafka_resp_err_t first_failure = RD_KAFKA_RESP_ERR_NO_ERROR;
};

struct QueueDeleter {
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
};
struct TopicDeleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};

struct KafkaConnection::State {
  BrokerOptions options;
  BrokerLog log;
  std::atomic<bool> connected{false};
  bool topics_checked = false;

  // A rebalance is taken note of in the callback and carried out by the source: so a worker may still commit what it gathered from
  // partitions that leave, and no message is lost in the middle of a batch (librdkafka 2.0.2).
  std::map<std::int32_t, OwnedPartition> owned;
  std::set<std::int32_t> leaving;                          ///< reported as revoked; given up at the next poll
  bool must_unassign = false;
  std::optional<std::vector<std::int32_t>> to_assign;
  bool closing = false;
  bool closed = false;

  Deliveries deliveries;

  // Handles last, so that they go first: their callbacks write to what stands above.
  std::unique_ptr<KafkaClient> consumer;
  std::unique_ptr<KafkaClient> producer;
  std::unique_ptr<rd_kafka_queue_t, QueueDeleter> consumer_queue;
  std::unique_ptr<rd_kafka_queue_t, QueueDeleter> commit_queue;
  std::array<std::unique_ptr<rd_kafka_topic_t, TopicDeleter>, 3> output_topics;  ///< by Topic

  void on_error(rd_kafka_resp_err_t code, const char* reason);
  void on_rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t* partitions);
  void on_delivered(const rd_kafka_message_t* message);
  void unassign();
};

}  // namespace steadyline
