#pragma once

#include <memory>
#include <string>

#include "broker/options.h"
#include "core/error.h"

struct rd_kafka_mock_cluster_s;

namespace steadyline {

/// librdkafka's mock cluster with the four topics, inside this process: for the demo and for tests. Plain Kafka clients can read from it.
///
/// Limits   keeps 5 MiB a partition and forgets what lies before (KafkaFeedOptions::ahead_bytes_max), has no transactions and no ACLs,
///          takes about 3 s for the first join of a group, and loses everything when it ends. `replay` and `--speed max` refuse it.
class EmbeddedBroker {
 public:
  /// Topic names are those of `options`; its `bootstrap_servers` plays no part.
  static Result<std::unique_ptr<EmbeddedBroker>> start(const BrokerOptions& options, int partitions = 1);
  ~EmbeddedBroker();

  const std::string& bootstrap() const { return bootstrap_; }  ///< "127.0.0.1:PORT"
  rd_kafka_mock_cluster_s* cluster() const { return cluster_; }  ///< to inject faults in tests

 private:
  struct Owner;
  EmbeddedBroker();

  std::unique_ptr<Owner> owner_;
  rd_kafka_mock_cluster_s* cluster_ = nullptr;
  std::string bootstrap_;
};

}  // namespace steadyline
