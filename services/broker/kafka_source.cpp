#include "broker/kafka_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "broker/committed_offsets.h"
#include "broker/kafka_record.h"
#include "broker/kafka_state.h"
#include "broker/topic_check.h"

namespace steadyline {
namespace {

constexpr std::size_t batch_records = 4096;
/// A question to the broker (metadata, committed offsets) gets at least so long, however short the poll.
constexpr Milliseconds question_wait{1000};

Error gone(const BrokerOptions& options, const std::string& where, const std::string& what) {
  return Error{Errc::kafka_fatal, what, where,
               fmt::format("decide where to go on: kafka-consumer-groups.sh --bootstrap-server {} --group {} --topic {} --reset-offsets --to-earliest --execute",
                           options.bootstrap_servers, options.group, options.input)};
}

/// Where reading starts, held against what the log still has.
struct Start {
  Progress progress;
  std::int64_t offset = 0;
};

Result<Start> find_start(KafkaConnection::State& state, const rd_kafka_topic_partition_t& committed) {
  const std::string where = fmt::format("{}[{}]", state.options.input, committed.partition);
  std::int64_t low = 0, high = 0;
  const auto code = rd_kafka_query_watermark_offsets(state.consumer->handle(), state.options.input.c_str(), committed.partition, &low, &high,
                                                     static_cast<int>(question_wait.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(kafka_error(code, "the broker does not tell the log's ends", where));
  if (committed.offset < 0) return Start{.progress = {}, .offset = low};

  Start start{.progress = from_metadata(committed.offset, {static_cast<const char*>(committed.metadata), committed.metadata_size}), .offset = 0};
  if (start.progress.next > high) {
    return tl::unexpected(gone(state.options, where, fmt::format("offset {} is committed but the log ends at {}: the topic was made anew", start.progress.next, high)));
  }
  if (start.progress.next < low) {
    return tl::unexpected(gone(state.options, where, fmt::format("offset {} is committed but the log begins at {}: {} records were deleted before they were read",
                                                                 start.progress.next, low, low - start.progress.next)));
  }
  if (start.progress.read_from < low) {
    state.log(BrokerLogLevel::warning, fmt::format("{}: retention has deleted the records {}..{} from which a restart rebuilds its state; it begins at {}", where,
                                                   start.progress.read_from, low - 1, low));
  }
  start.offset = std::max(start.progress.read_from, low);
  return start;
}

PartitionList positions_of(const KafkaConnection::State& state) {
  PartitionList list{rd_kafka_topic_partition_list_new(static_cast<int>(state.owned.size()))};
  for (const auto& [partition, owned] : state.owned) {
    rd_kafka_topic_partition_list_add(list.get(), state.options.input.c_str(), partition)->offset = owned.position;
  }
  return list;
}

}  // namespace

/// The messages behind the views of the last batch.
struct KafkaSource::Messages {
  std::vector<rd_kafka_message_t*> list;
  std::array<rd_kafka_message_t*, batch_records> buffer{};

  ~Messages() { clear(); }
  void clear() {
    for (rd_kafka_message_t* message : list) rd_kafka_message_destroy(message);
    list.clear();
  }
};

KafkaSource::KafkaSource(std::shared_ptr<KafkaConnection> connection) : connection_{std::move(connection)}, messages_{std::make_unique<Messages>()} {}

KafkaSource::~KafkaSource() = default;

Result<Batch> KafkaSource::poll(Milliseconds timeout) { return turn(timeout, false); }

Result<Batch> KafkaSource::hold(Milliseconds timeout) { return turn(timeout, true); }

Result<Batch> KafkaSource::turn(Milliseconds timeout, bool hold) {
  KafkaConnection::State& state = connection_->state();
  messages_->clear();
  records_.clear();
  if (state.must_unassign) state.unassign();  // the worker has had its turn to commit
  rd_kafka_poll(state.producer->handle(), 0);
  if (!state.topics_checked) {
    if (const auto begun = begin(std::max(timeout, question_wait)); !begun) {
      if (begun.error().code == Errc::kafka_fatal) return tl::unexpected(begun.error());
      rd_kafka_poll(state.consumer->handle(), 0);
      return Batch{.revoked = {}, .assigned = {}, .records = {}, .connected = false};
    }
  }
  if (!state.to_assign) {
    if (hold && !held_) pause();
    if (!hold && held_) held_ = !resume();
    Result<Batch> batch = receive(timeout);
    if (!batch || !state.to_assign || !batch->records.empty() || !batch->revoked.empty()) return batch;
  }
  return assign(timeout);
}

Result<void> KafkaSource::begin(Milliseconds timeout) {
  KafkaConnection::State& state = connection_->state();
  if (const auto partitions = check_topics_on(state.consumer->handle(), state.options, timeout); !partitions) {
    state.connected = false;
    return tl::unexpected(partitions.error());
  }
  // The producer learns the topics now, so that the first alert does not wait for it.
  for (const auto& topic : state.output_topics) {
    const rd_kafka_metadata_t* answer = nullptr;
    if (rd_kafka_metadata(state.producer->handle(), 0, topic.get(), &answer, static_cast<int>(timeout.count())) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_metadata_destroy(answer);
    }
  }
  const PartitionList subscription{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(subscription.get(), state.options.input.c_str(), RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(state.consumer->handle(), subscription.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(kafka_error(code, "the group cannot be joined", state.options.group));
  state.topics_checked = state.connected = true;
  return {};
}

Result<Batch> KafkaSource::assign(Milliseconds timeout) {
  KafkaConnection::State& state = connection_->state();
  const Batch away{.revoked = {}, .assigned = {}, .records = {}, .connected = false};
  const PartitionList list{rd_kafka_topic_partition_list_new(static_cast<int>(state.to_assign->size()))};
  for (const std::int32_t partition : *state.to_assign) rd_kafka_topic_partition_list_add(list.get(), state.options.input.c_str(), partition);
  if (list->cnt > 0) {
    const auto code = rd_kafka_committed(state.consumer->handle(), list.get(), static_cast<int>(std::max(timeout, question_wait).count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      state.log(BrokerLogLevel::warning, fmt::format("committed offsets of {} are not to be had yet ({})", state.options.group, rd_kafka_err2str(code)));
      return away;  // asked again at the next poll
    }
  }
  Batch batch;
  std::map<std::int32_t, OwnedPartition> owned;
  for (int i = 0; i < list->cnt; ++i) {
    rd_kafka_topic_partition_t& element = list->elems[i];
    if (element.err != RD_KAFKA_RESP_ERR_NO_ERROR) return away;
    const Result<Start> start = find_start(state, element);
    if (!start && start.error().code == Errc::kafka_fatal) return tl::unexpected(start.error());
    if (!start) return away;
    element.offset = start->offset;
    owned[element.partition] = {.committed = start->progress, .position = start->offset};
    batch.assigned.push_back({.partition = element.partition, .committed = start->progress.next, .read_from = start->offset, .in_force = start->progress.in_force});
  }
  const auto code = rd_kafka_assign(state.consumer->handle(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(kafka_error(code, "partitions cannot be assigned", state.options.input));
  state.to_assign.reset();
  held_ = false;
  state.owned = std::move(owned);
  state.connected = true;
  return batch;
}

Result<Batch> KafkaSource::receive(Milliseconds timeout) {
  KafkaConnection::State& state = connection_->state();
  // Waiting for one and taking what else is there: a batch never waits to be full.
  rd_kafka_message_t* first = rd_kafka_consumer_poll(state.consumer->handle(), static_cast<int>(timeout.count()));
  if (first) {
    messages_->list.push_back(first);
    const auto count = rd_kafka_consume_batch_queue(state.consumer_queue.get(), 0, messages_->buffer.data(), batch_records - 1);
    if (count > 0) messages_->list.insert(messages_->list.end(), messages_->buffer.begin(), messages_->buffer.begin() + count);
  }
  if (const auto taken = take_messages(); !taken) return tl::unexpected(taken.error());
  if (!records_.empty()) state.connected = true;
  if (!state.connected) probe(question_wait);
  Batch batch;
  batch.revoked.assign(state.leaving.begin(), state.leaving.end());
  batch.records = records_;
  batch.connected = state.connected;
  return batch;
}

Result<void> KafkaSource::take_messages() {
  KafkaConnection::State& state = connection_->state();
  for (rd_kafka_message_t* message : messages_->list) {
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const auto owner = state.owned.find(message->partition);
      if (owner == state.owned.end() || state.leaving.contains(message->partition)) continue;  // the next owner reads it again
      if (held_ || message->offset < owner->second.position) continue;  // comes again after `resume`, or has come before it
      owner->second.position = message->offset + 1;
      records_.push_back(to_record(message));
      bytes_read_ += message->len + message->key_len;
      continue;
    }
    const std::string words = rd_kafka_message_errstr(message);
    const std::string where = fmt::format("{}[{}]@{}", state.options.input, message->partition, message->offset);
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) return tl::unexpected(gone(state.options, where, words));
    const Error error = kafka_error(message->err, words, where);
    if (error.code == Errc::kafka_fatal) return tl::unexpected(error);
    if (message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) state.connected = false;  // not ready until a probe finds the topic again
    state.log(BrokerLogLevel::warning, fmt::format("{}: {}", where, words));
  }
  return {};
}

void KafkaSource::pause() {
  KafkaConnection::State& state = connection_->state();
  const PartitionList list = positions_of(state);
  rd_kafka_pause_partitions(state.consumer->handle(), list.get());
  held_ = true;
}

/// False: not yet, ask again.
bool KafkaSource::resume() {
  KafkaConnection::State& state = connection_->state();
  const PartitionList list = positions_of(state);
  if (list->cnt == 0) return true;
  rd_kafka_resume_partitions(state.consumer->handle(), list.get());
  // Where to go on is ours to say: what librdkafka had prefetched is gone, and so may be messages that we dropped.
  if (rd_kafka_error_t* error = rd_kafka_seek_partitions(state.consumer->handle(), list.get(), static_cast<int>(question_wait.count()))) {
    state.log(BrokerLogLevel::warning, fmt::format("reading does not go on yet ({})", rd_kafka_error_string(error)));
    rd_kafka_error_destroy(error);
    return false;
  }
  return std::none_of(list->elems, list->elems + list->cnt, [](const auto& element) { return element.err != RD_KAFKA_RESP_ERR_NO_ERROR; });
}

void KafkaSource::probe(Milliseconds timeout) {
  KafkaConnection::State& state = connection_->state();
  if (const auto partitions = check_topics_on(state.consumer->handle(), state.options, timeout); partitions) {
    state.connected = true;
    state.log(BrokerLogLevel::info, "the broker is back");
  } else if (partitions.error().code == Errc::kafka_fatal) {
    state.log(BrokerLogLevel::error, to_line(partitions.error()));
  }
}

std::map<std::int32_t, std::int64_t> KafkaSource::lag() const {
  KafkaConnection::State& state = connection_->state();
  std::map<std::int32_t, std::int64_t> lag;
  for (const auto& [partition, owned] : state.owned) {
    std::int64_t low = 0, high = 0;
    const auto code = rd_kafka_get_watermark_offsets(state.consumer->handle(), state.options.input.c_str(), partition, &low, &high);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0) lag[partition] = std::max<std::int64_t>(0, high - owned.position);
  }
  return lag;
}

}  // namespace steadyline
