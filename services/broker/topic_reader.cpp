#include "broker/topic_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "broker/kafka_client.h"
#include "broker/kafka_record.h"

namespace steadyline {
namespace {

using Steady = std::chrono::steady_clock;

int left_ms(Steady::time_point deadline) {
  return static_cast<int>(std::max<std::int64_t>(1, std::chrono::duration_cast<Milliseconds>(deadline - Steady::now()).count()));
}

/// The stretch of a partition that one call reads.
struct Stretch {
  std::int64_t next = 0, end = 0;
};

}  // namespace

struct TopicReader::State {
  BrokerOptions options;
  std::string topic;
  std::unique_ptr<KafkaClient> consumer;
  rd_kafka_queue_t* queue = nullptr;
  std::map<std::int32_t, Stretch> stretches;

  ~State() {
    if (queue) rd_kafka_queue_destroy(queue);
  }

  rd_kafka_t* handle() const { return consumer->handle(); }
  Result<void> find_partitions(Steady::time_point deadline);
  Result<void> find_ends(Steady::time_point deadline);
  void assign();
  bool at_end() const {
    return std::all_of(stretches.begin(), stretches.end(), [](const auto& s) { return s.second.next >= s.second.end; });
  }
};

Result<void> TopicReader::State::find_partitions(Steady::time_point deadline) {
  const std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)> object{rd_kafka_topic_new(handle(), topic.c_str(), nullptr), rd_kafka_topic_destroy};
  const rd_kafka_metadata_t* answer = nullptr;
  const auto code = rd_kafka_metadata(handle(), 0, object.get(), &answer, left_ms(deadline));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(kafka_error(code, "the broker does not answer", options.bootstrap_servers));
  const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> owner{answer, rd_kafka_metadata_destroy};
  if (answer->topic_cnt != 1 || answer->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR || answer->topics[0].partition_cnt == 0) {
    return tl::unexpected(Error{Errc::kafka_fatal, "the topic does not exist or cannot be read", topic, "correct the topic's name or create it"});
  }
  for (int i = 0; i < answer->topics[0].partition_cnt; ++i) stretches.try_emplace(answer->topics[0].partitions[i].id, Stretch{.next = -1, .end = 0});
  return {};
}

Result<void> TopicReader::State::find_ends(Steady::time_point deadline) {
  for (auto& [partition, stretch] : stretches) {
    std::int64_t low = 0;
    const auto code = rd_kafka_query_watermark_offsets(handle(), topic.c_str(), partition, &low, &stretch.end, left_ms(deadline));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(kafka_error(code, "the broker does not tell the log's ends", topic));
    stretch.next = std::max(stretch.next, low);
  }
  return {};
}

void TopicReader::State::assign() {
  const PartitionList list{rd_kafka_topic_partition_list_new(static_cast<int>(stretches.size()))};
  for (const auto& [partition, stretch] : stretches) {
    if (stretch.next < stretch.end) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = stretch.next;
  }
  rd_kafka_assign(handle(), list.get());
}

Result<std::unique_ptr<TopicReader>> TopicReader::open(const BrokerOptions& options, const std::string& topic, BrokerLog log) {
  auto state = std::make_unique<State>();
  state->options = options;
  state->topic = topic;
  auto properties = plain_consumer_properties();
  // A transaction's marker takes an offset that no record has: only the end event tells that nothing more comes.
  properties["enable.partition.eof"] = "true";
  auto consumer = KafkaClient::open(RD_KAFKA_CONSUMER, options, properties, ClientHooks{.log = std::move(log), .error = {}, .delivered = {}, .rebalance = {}});
  if (!consumer) return tl::unexpected(consumer.error());
  state->consumer = std::move(*consumer);
  rd_kafka_poll_set_consumer(state->handle());
  state->queue = rd_kafka_queue_get_consumer(state->handle());
  return std::unique_ptr<TopicReader>{new TopicReader{std::move(state)}};
}

TopicReader::TopicReader(std::unique_ptr<State> state) : state_{std::move(state)} {}
TopicReader::~TopicReader() = default;

Result<void> TopicReader::skip_to_end(Milliseconds timeout) {
  const auto deadline = Steady::now() + timeout;
  if (auto found = state_->find_partitions(deadline); !found) return found;
  if (auto found = state_->find_ends(deadline); !found) return found;
  for (auto& [partition, stretch] : state_->stretches) stretch.next = stretch.end;
  return {};
}

Result<std::uint64_t> TopicReader::read_to_end(const Take& take, Milliseconds timeout) {
  const auto deadline = Steady::now() + timeout;
  if (auto found = state_->find_partitions(deadline); !found) return tl::unexpected(found.error());
  if (auto found = state_->find_ends(deadline); !found) return tl::unexpected(found.error());
  state_->assign();
  std::uint64_t count = 0;
  std::array<rd_kafka_message_t*, 4096> messages;
  while (!state_->at_end()) {
    if (Steady::now() >= deadline) {
      rd_kafka_assign(state_->handle(), nullptr);
      return tl::unexpected(kafka_error(RD_KAFKA_RESP_ERR__TIMED_OUT, fmt::format("the end was not reached after {} records", count), state_->topic));
    }
    messages[0] = rd_kafka_consumer_poll(state_->handle(), 100);
    if (!messages[0]) continue;
    const auto more = rd_kafka_consume_batch_queue(state_->queue, 0, messages.data() + 1, messages.size() - 1);
    for (ssize_t i = 0; i < 1 + std::max<ssize_t>(more, 0); ++i) {
      rd_kafka_message_t* message = messages[static_cast<std::size_t>(i)];
      const auto stretch = state_->stretches.find(message->partition);
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && stretch != state_->stretches.end() && message->offset < stretch->second.end) {
        take(to_record(message));
        ++count;
      }
      const bool moves = message->err == RD_KAFKA_RESP_ERR_NO_ERROR || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
      if (moves && stretch != state_->stretches.end() && stretch->second.next < stretch->second.end) {
        const std::int64_t next = message->offset + (message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? 1 : 0);
        stretch->second.next = std::min(next, stretch->second.end);
      }
      rd_kafka_message_destroy(message);
    }
  }
  rd_kafka_assign(state_->handle(), nullptr);
  return count;
}

}  // namespace steadyline
