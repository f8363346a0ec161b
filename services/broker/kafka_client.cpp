#include "broker/kafka_client.h"

#include <fmt/format.h>

#include <cstdio>
#include <mutex>

#include "broker/properties.h"

namespace steadyline {

/// What librdkafka holds the address of. It logs from threads of its own, also from those of an abandoned handle.
struct KafkaClient::Ears {
  std::mutex mutex;  ///< guards `hooks.log` against `abandon`
  ClientHooks hooks;

  static void on_log(const rd_kafka_t* handle, int level, const char* facility, const char* words);
  static void on_error(rd_kafka_t*, int code, const char* reason, void* opaque);
  static void on_delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque);
  static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions, void* opaque);
};

void KafkaClient::Ears::on_log(const rd_kafka_t* handle, int level, const char* facility, const char* words) {
  auto* ears = static_cast<Ears*>(rd_kafka_opaque(handle));
  if (!ears) return;
  // A property that only consumers know is passed to producers as well: not worth a word.
  const bool configuration_warning = std::string_view{facility} == "CONFWARN";
  const BrokerLogLevel ours = configuration_warning || level >= 7 ? BrokerLogLevel::debug
                              : level >= 5                        ? BrokerLogLevel::info
                                                                  : BrokerLogLevel::warning;
  const std::lock_guard lock{ears->mutex};
  if (ears->hooks.log) ears->hooks.log(ours, fmt::format("librdkafka {}: {}", facility, words));
}

void KafkaClient::Ears::on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
  const auto& hooks = static_cast<const Ears*>(opaque)->hooks;
  if (hooks.error) hooks.error(static_cast<rd_kafka_resp_err_t>(code), reason);
}

void KafkaClient::Ears::on_delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  static_cast<const Ears*>(opaque)->hooks.delivered(message);
}

void KafkaClient::Ears::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  static_cast<const Ears*>(opaque)->hooks.rebalance(code, partitions);
}

namespace {

bool is_fatal(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_GROUP_ID:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
      return true;
    default:
      return false;
  }
}

}  // namespace

BrokerLog log_to_stderr() {
  return [](BrokerLogLevel level, std::string_view words) {
    if (level >= BrokerLogLevel::warning) std::fprintf(stderr, "broker: %.*s\n", static_cast<int>(words.size()), words.data());
  };
}

Result<std::unique_ptr<KafkaClient>> KafkaClient::open(rd_kafka_type_t type, const BrokerOptions& options, const Properties& own,
                                                       ClientHooks hooks) {
  if (const auto checked = check_properties(options); !checked) return tl::unexpected(checked.error());
  std::unique_ptr<KafkaClient> client{new KafkaClient{std::move(hooks)}};
  Properties all = own;
  if (!options.bootstrap_servers.empty()) all["bootstrap.servers"] = options.bootstrap_servers;
  for (const auto& [name, value] : options.librdkafka) all[name] = value;

  char words[512];
  rd_kafka_conf_t* configuration = rd_kafka_conf_new();
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), words, sizeof words) != RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(configuration);
      return tl::unexpected(Error{Errc::settings, words, "broker.librdkafka." + name, "see CONFIGURATION.md of librdkafka " + std::string{rd_kafka_version_str()}});
    }
  }
  rd_kafka_conf_set_opaque(configuration, client->ears_.get());
  rd_kafka_conf_set_log_cb(configuration, Ears::on_log);
  rd_kafka_conf_set_error_cb(configuration, Ears::on_error);
  if (client->ears_->hooks.delivered) rd_kafka_conf_set_dr_msg_cb(configuration, Ears::on_delivered);
  if (client->ears_->hooks.rebalance) rd_kafka_conf_set_rebalance_cb(configuration, Ears::on_rebalance);
  client->handle_ = rd_kafka_new(type, configuration, words, sizeof words);
  if (!client->handle_) {
    rd_kafka_conf_destroy(configuration);
    return tl::unexpected(Error{Errc::settings, words, "broker", "correct the broker's settings and its librdkafka properties"});
  }
  return client;
}

KafkaClient::KafkaClient(ClientHooks hooks) : ears_{std::make_unique<Ears>()} { ears_->hooks = std::move(hooks); }

void KafkaClient::abandon() {
  handle_ = nullptr;
  const std::lock_guard lock{ears_->mutex};
  ears_->hooks.log = {};  // what it captured may be gone at any time from now on
  static_cast<void>(ears_.release());  // stays as long as the handle's threads: until the process ends
}

KafkaClient::~KafkaClient() {
  // The group has been left by then (KafkaConnection::close), or never joined: destroying must not wait for a broker that is away.
  if (handle_) rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

KafkaClient::Properties group_consumer_properties(const BrokerOptions& options) {
  return {{"client.id", "steadyline"},
          {"group.id", options.group},
          {"enable.auto.commit", "false"},
          {"enable.auto.offset.store", "false"},
          {"auto.offset.reset", "error"},  // the source names each start itself; a hole in the log is never jumped over in silence
          {"isolation.level", "read_committed"},
          {"partition.assignment.strategy", "range"},  // cooperative-sticky of librdkafka 2.0.2 can loop and hang
          {"session.timeout.ms", "6000"},
          {"heartbeat.interval.ms", "1500"},
          {"check.crcs", "true"},
          {"fetch.wait.max.ms", "20"},
          {"fetch.error.backoff.ms", "50"},
          // 2.0.2 sleeps a whole second when the prefetch is full: it must hold more than a second of reading.
          {"queued.min.messages", "1000000"},
          {"queued.max.messages.kbytes", "131072"},
          {"socket.nagle.disable", "true"},
          {"socket.keepalive.enable", "true"},
          {"reconnect.backoff.ms", "50"},
          {"reconnect.backoff.max.ms", "1000"},
          {"topic.metadata.refresh.interval.ms", "60000"}};
}

KafkaClient::Properties plain_consumer_properties() {
  return {{"client.id", "steadyline-reader"},
          {"group.id", "steadyline-reader"},  // never joined: librdkafka wants a name before it assigns partitions by hand
          {"enable.auto.commit", "false"},
          {"enable.auto.offset.store", "false"},
          {"auto.offset.reset", "error"},
          {"isolation.level", "read_committed"},
          {"check.crcs", "true"},
          {"fetch.wait.max.ms", "20"},
          {"queued.min.messages", "1000000"},
          {"queued.max.messages.kbytes", "131072"},
          {"socket.nagle.disable", "true"},
          {"reconnect.backoff.ms", "50"},
          {"reconnect.backoff.max.ms", "1000"}};
}

KafkaClient::Properties producer_properties() {
  return {{"client.id", "steadyline"},
          {"enable.idempotence", "true"},
          {"partitioner", "murmur2_random"},  // as Java clients do: the same line lands on the same partition whoever writes
          {"linger.ms", "1"},
          {"batch.num.messages", "10000"},
          {"queue.buffering.max.messages", "500000"},
          {"queue.buffering.max.kbytes", "262144"},
          // A broker away is waited for: the caller bounds its own wait, and nothing is given up behind its back.
          {"message.timeout.ms", "0"},
          {"retry.backoff.ms", "20"},
          {"socket.nagle.disable", "true"},
          {"socket.keepalive.enable", "true"},
          {"reconnect.backoff.ms", "50"},
          {"reconnect.backoff.max.ms", "1000"}};
}

Error kafka_error(rd_kafka_resp_err_t code, std::string what, std::string where) {
  const bool fatal = is_fatal(code);
  return Error{fatal ? Errc::kafka_fatal : Errc::kafka_retriable, fmt::format("{} ({})", what, rd_kafka_err2str(code)), std::move(where),
               fatal ? "mend the cause (rights, a second process under the same name, settings), then start again"
                     : "nothing to do if it passes by itself; else look after the broker"};
}

}  // namespace steadyline
