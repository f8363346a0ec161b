#include "broker/embedded_broker.h"

#include "broker/kafka_client.h"

// Needs what kafka_client.h brings.
#include <librdkafka/rdkafka_mock.h>

namespace steadyline {

struct EmbeddedBroker::Owner {
  std::unique_ptr<KafkaClient> client;  ///< the mock cluster needs a handle to live in
};

EmbeddedBroker::EmbeddedBroker() : owner_{std::make_unique<Owner>()} {}

Result<std::unique_ptr<EmbeddedBroker>> EmbeddedBroker::start(const BrokerOptions& options, int partitions) {
  std::unique_ptr<EmbeddedBroker> broker{new EmbeddedBroker};
  BrokerOptions own;
  own.bootstrap_servers.clear();
  // Clients that go away are the mock's daily life, not a fault: its log stays shut.
  auto client = KafkaClient::open(RD_KAFKA_PRODUCER, own, {{"client.id", "steadyline-embedded-broker"}},
                                  ClientHooks{.log = {}, .error = {}, .delivered = {}, .rebalance = {}});
  if (!client) return tl::unexpected(client.error());
  broker->owner_->client = std::move(*client);
  broker->cluster_ = rd_kafka_mock_cluster_new(broker->owner_->client->handle(), 1);
  if (!broker->cluster_) return tl::unexpected(Error{Errc::io, "the embedded broker did not start", "loopback", "look whether the process may open sockets"});
  for (const std::string& topic : {options.input, options.alerts, options.assessments, options.rejected}) {
    const auto code = rd_kafka_mock_topic_create(broker->cluster_, topic.c_str(), partitions, 1);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(kafka_error(code, "the embedded broker refuses the topic", topic));
  }
#if RD_KAFKA_VERSION >= 0x02060000
  rd_kafka_mock_group_initial_rebalance_delay_ms(broker->cluster_, 0);
#endif
  broker->bootstrap_ = rd_kafka_mock_cluster_bootstraps(broker->cluster_);
  return broker;
}

EmbeddedBroker::~EmbeddedBroker() {
  if (cluster_) rd_kafka_mock_cluster_destroy(cluster_);
}

}  // namespace steadyline
