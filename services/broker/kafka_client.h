#pragma once

#include <librdkafka/rdkafka.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "broker/broker_log.h"
#include "broker/options.h"
#include "core/error.h"

namespace steadyline {

// Inside services/broker only: the one place that makes librdkafka handles.

/// What librdkafka tells us. All but `log` are called on the thread that polls the handle.
struct ClientHooks {
  BrokerLog log;
  std::function<void(rd_kafka_resp_err_t, const char* reason)> error;
  std::function<void(const rd_kafka_message_t*)> delivered;
  std::function<void(rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*)> rebalance;
};

/// A librdkafka handle with its callbacks; neither copied nor moved, because librdkafka keeps its address.
class KafkaClient {
 public:
  using Properties = std::map<std::string, std::string>;

  /// `own` are the role's settings; the options' pass-through properties come on top. Does not wait for a broker.
  static Result<std::unique_ptr<KafkaClient>> open(rd_kafka_type_t type, const BrokerOptions& options, const Properties& own, ClientHooks hooks);
  ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  rd_kafka_t* handle() const { return handle_; }
  /// Gives the handle up without destroying it, where destroying would not return. Its threads live on; no hook is called any more.
  void abandon();

 private:
  struct Ears;

  explicit KafkaClient(ClientHooks hooks);

  std::unique_ptr<Ears> ears_;
  rd_kafka_t* handle_ = nullptr;
};

/// Settings of the roles (FIELD: why each).
KafkaClient::Properties group_consumer_properties(const BrokerOptions& options);
KafkaClient::Properties plain_consumer_properties();
KafkaClient::Properties producer_properties();

struct PartitionListDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, PartitionListDeleter>;

/// kafka_fatal when waiting cannot mend it (authorization, fenced, ...), else kafka_retriable.
Error kafka_error(rd_kafka_resp_err_t code, std::string what, std::string where);

}  // namespace steadyline
