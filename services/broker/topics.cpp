#include "broker/topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <thread>

#include "broker/kafka_client.h"
#include "broker/topic_check.h"

namespace steadyline {
namespace {

using Steady = std::chrono::steady_clock;

std::array<const std::string*, 4> names_of(const BrokerOptions& options) {
  return {&options.input, &options.alerts, &options.assessments, &options.rejected};
}

int left_ms(Steady::time_point deadline) {
  return static_cast<int>(std::max<std::int64_t>(1, std::chrono::duration_cast<Milliseconds>(deadline - Steady::now()).count()));
}

std::string command(const BrokerOptions& options, const char* verb, const std::string& topic, int partitions) {
  return fmt::format("kafka-topics.sh --bootstrap-server {} --{} --topic {} --partitions {}", options.bootstrap_servers, verb, topic, partitions);
}

/// Partitions of a topic; 0 when the broker does not know it.
Result<int> partition_count(rd_kafka_t* handle, const BrokerOptions& options, const std::string& topic, Steady::time_point deadline) {
  const std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)> object{rd_kafka_topic_new(handle, topic.c_str(), nullptr),
                                                                                    rd_kafka_topic_destroy};
  if (!object) return tl::unexpected(Error{Errc::settings, "librdkafka refuses the name", topic, "correct the topic's name in the settings"});
  const rd_kafka_metadata_t* answer = nullptr;
  const auto code = rd_kafka_metadata(handle, 0, object.get(), &answer, left_ms(deadline));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected(kafka_error(code, fmt::format("the broker does not tell about topic {}", topic), options.bootstrap_servers));
  }
  const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> owner{answer, rd_kafka_metadata_destroy};
  if (answer->topic_cnt != 1) return 0;
  const auto fault = answer->topics[0].err;
  if (fault == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || fault == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) return 0;
  if (fault != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(kafka_error(fault, "topic is not usable", topic));
  return answer->topics[0].partition_cnt;
}

}  // namespace

Result<int> check_topics_on(rd_kafka_t* consumer, const BrokerOptions& options, Milliseconds timeout) {
  const auto deadline = Steady::now() + timeout;
  std::array<int, 4> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Result<int> count = partition_count(consumer, options, *names_of(options)[i], deadline);
    if (!count) return tl::unexpected(count.error());
    counts[i] = *count;
  }
  const int wanted = *std::max_element(counts.begin(), counts.end());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string& topic = *names_of(options)[i];
    if (counts[i] == 0) {
      return tl::unexpected(Error{Errc::kafka_fatal, fmt::format("topic {} does not exist", topic), options.bootstrap_servers,
                                  "create it: " + command(options, "create", topic, std::max(wanted, 1)) + " --replication-factor 1 (3 on a cluster of three)"});
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string& topic = *names_of(options)[i];
    if (counts[i] != wanted) {
      return tl::unexpected(Error{Errc::kafka_fatal,
                                  fmt::format("topic {} has {} partitions, another of Steadyline's topics has {}; they must be equal", topic, counts[i], wanted),
                                  options.bootstrap_servers, "add partitions: " + command(options, "alter", topic, wanted)});
    }
  }
  return wanted;
}

Result<int> check_topics(const BrokerOptions& options, Milliseconds timeout, const BrokerLog& log) {
  const auto client = KafkaClient::open(RD_KAFKA_CONSUMER, options, plain_consumer_properties(), ClientHooks{.log = log, .error = {}, .delivered = {}, .rebalance = {}});
  if (!client) return tl::unexpected(client.error());
  return check_topics_on((*client)->handle(), options, timeout);
}

Result<void> refuse_embedded(const BrokerOptions& options, Milliseconds timeout, const BrokerLog& log) {
  const auto client = KafkaClient::open(RD_KAFKA_PRODUCER, options, {}, ClientHooks{.log = log, .error = {}, .delivered = {}, .rebalance = {}});
  if (!client) return tl::unexpected(client.error());
  rd_kafka_t* const handle = (*client)->handle();
  const std::unique_ptr<char, void (*)(char*)> id{rd_kafka_clusterid(handle, static_cast<int>(timeout.count())),
                                                  [](char* text) { std::free(text); }};  // librdkafka's allocator is malloc
  if (!id) return tl::unexpected(kafka_error(RD_KAFKA_RESP_ERR__TIMED_OUT, "the broker does not answer", options.bootstrap_servers));
  if (std::string_view{id.get()}.starts_with("mockCluster"))  // what rdkafka_mock.c names its clusters
    return tl::unexpected(Error{Errc::usage, "is the demo's embedded broker, which keeps only 5 MiB a partition", options.bootstrap_servers,
                                "name a real Kafka; deploy/kafka/kafka start brings one up for tests"});
  return {};
}

Result<void> create_topics(const BrokerOptions& options, int partitions, Milliseconds timeout, const BrokerLog& log) {
  const auto client = KafkaClient::open(RD_KAFKA_PRODUCER, options, {}, ClientHooks{.log = log, .error = {}, .delivered = {}, .rebalance = {}});
  if (!client) return tl::unexpected(client.error());
  rd_kafka_t* handle = (*client)->handle();
  const auto deadline = Steady::now() + timeout;
  std::array<rd_kafka_NewTopic_t*, 4> wanted{};
  char words[256];
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = rd_kafka_NewTopic_new(names_of(options)[i]->c_str(), partitions, 1, words, sizeof words);
  const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> queue{rd_kafka_queue_new(handle), rd_kafka_queue_destroy};
  rd_kafka_CreateTopics(handle, wanted.data(), wanted.size(), nullptr, queue.get());
  const std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)> event{rd_kafka_queue_poll(queue.get(), left_ms(deadline)), rd_kafka_event_destroy};
  rd_kafka_NewTopic_destroy_array(wanted.data(), wanted.size());
  if (!event) return tl::unexpected(kafka_error(RD_KAFKA_RESP_ERR__TIMED_OUT, "topics were not created", options.bootstrap_servers));
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected(kafka_error(rd_kafka_event_error(event.get()), "topics were not created", options.bootstrap_servers));
  }
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      return tl::unexpected(kafka_error(code, "topic was not created", rd_kafka_topic_result_name(results[i])));
    }
  }
  // The controller has created them before each broker has heard of it.
  Result<int> seen = check_topics(options, Milliseconds{left_ms(deadline)}, log);
  while (!seen && Steady::now() < deadline) {
    std::this_thread::sleep_for(Milliseconds{50});
    seen = check_topics(options, Milliseconds{left_ms(deadline)}, log);
  }
  if (!seen) return tl::unexpected(seen.error());
  return {};
}

}  // namespace steadyline
