#include "broker/kafka_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "broker/committed_offsets.h"
#include "broker/kafka_state.h"

namespace steadyline {
namespace {

using Steady = std::chrono::steady_clock;

std::uint64_t fnv(std::uint64_t digest, std::string_view bytes) {
  for (const char byte : bytes) digest = (digest ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  return digest;
}

std::uint64_t digest_of(const Outputs& outputs, std::size_t count) {
  std::uint64_t digest = 0xcbf29ce484222325ULL;
  for (std::size_t i = 0; i < count; ++i) {
    const Output& output = outputs.records[i];
    digest = fnv(digest ^ static_cast<std::uint64_t>(output.cause.offset), output.key);
    digest = fnv(digest ^ static_cast<std::uint64_t>(output.topic), output.value);
  }
  return digest;
}

PartitionList due_offsets(const KafkaConnection::State& state, const Outputs& outputs) {
  PartitionList list{rd_kafka_topic_partition_list_new(static_cast<int>(outputs.progress.size()))};
  for (const auto& [partition, progress] : outputs.progress) {
    const auto owned = state.owned.find(partition);
    if (owned == state.owned.end() || progress.next < owned->second.committed.next || progress == owned->second.committed) continue;
    rd_kafka_topic_partition_t* element = rd_kafka_topic_partition_list_add(list.get(), state.options.input.c_str(), partition);
    element->offset = progress.next;
    const std::string metadata = to_metadata(progress);
    element->metadata = ::strdup(metadata.c_str());  // librdkafka frees it
    element->metadata_size = metadata.size();
  }
  return list;
}

}  // namespace

/// The broker's answer to a commit; it may come after we have stopped waiting.
struct KafkaSink::OffsetAnswer {
  bool awaited = false;
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;

  static void take(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* offsets, void* opaque) {
    auto& answer = *static_cast<OffsetAnswer*>(opaque);
    answer.awaited = false;
    answer.code = code;
    for (int i = 0; offsets && i < offsets->cnt; ++i) {
      if (offsets->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) answer.code = offsets->elems[i].err;
    }
  }
};

KafkaSink::KafkaSink(std::shared_ptr<KafkaConnection> connection, Milliseconds wait)
    : connection_{std::move(connection)}, wait_{wait}, answer_{std::make_unique<OffsetAnswer>()} {
  ++connection_->state().deliveries.attempt;
}

KafkaSink::~KafkaSink() {
  // An answer still under way would be written into freed memory: the queue that would hand it over goes with us.
  if (answer_->awaited) rd_kafka_queue_poll_callback(connection_->state().commit_queue.get(), 100);
  if (answer_->awaited) connection_->state().commit_queue.reset(rd_kafka_queue_new(connection_->state().consumer->handle()));
}

Result<void> KafkaSink::commit(const Outputs& outputs) {
  if (auto published = publish(outputs); !published) return published;
  if (auto committed = commit_offsets(outputs); !committed) {
    sent_digest_ = digest_of(outputs, sent_);  // the broker has the outputs; only the offsets are to be tried again
    return committed;
  }
  sent_ = sent_records_ = 0;
  return {};
}

Result<void> KafkaSink::publish(const Outputs& outputs) {
  Deliveries& deliveries = connection_->state().deliveries;
  const bool goes_on = sent_ > 0 && sent_ <= outputs.records.size() && digest_of(outputs, sent_) == sent_digest_;
  if (!goes_on) {
    deliveries = Deliveries{.attempt = deliveries.attempt + 1, .outstanding = 0, .failed = 0, .first_failure = RD_KAFKA_RESP_ERR_NO_ERROR};
    sent_ = sent_records_ = 0;
  }
  auto sent = send_from(outputs, sent_);
  if (sent) sent = wait_for_delivery();
  if (deliveries.failed > 0) {
    const std::size_t failed = deliveries.failed;
    const Error error = kafka_error(deliveries.first_failure, fmt::format("{} of {} outputs were not taken", failed, sent_records_), connection_->state().options.bootstrap_servers);
    sent_ = sent_records_ = 0;  // all of them again: the order within a partition stays
    return tl::unexpected(error);
  }
  if (!sent) {
    sent_digest_ = digest_of(outputs, sent_);
    return sent;
  }
  published_ += sent_records_;
  sent_records_ = 0;
  return {};
}

Result<void> KafkaSink::send_from(const Outputs& outputs, std::size_t first) {
  KafkaConnection::State& state = connection_->state();
  const auto deadline = Steady::now() + wait_;
  for (sent_ = first; sent_ < outputs.records.size();) {
    const Output& output = outputs.records[sent_];
    if (!state.owned.contains(output.cause.partition)) {
      ++sent_;
      continue;
    }
    rd_kafka_topic_t* topic = state.output_topics[static_cast<std::size_t>(output.topic)].get();
    void* const attempt = reinterpret_cast<void*>(static_cast<std::uintptr_t>(state.deliveries.attempt));
    if (rd_kafka_produce(topic, output.cause.partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(output.value.data()), output.value.size(), output.key.data(),
                         output.key.size(), attempt) == 0) {
      ++sent_;
      ++sent_records_;
      ++state.deliveries.outstanding;
      continue;
    }
    const rd_kafka_resp_err_t code = rd_kafka_last_error();
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      Error error = kafka_error(code, fmt::format("an output of {} bytes is refused", output.value.size()), rd_kafka_topic_name(topic));
      if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
        error.code = Errc::kafka_fatal;
        error.mend = "raise message.max.bytes in broker.librdkafka and max.message.bytes of the topic";
      }
      return tl::unexpected(error);
    }
    if (Steady::now() >= deadline) return tl::unexpected(kafka_error(code, "the producer's queue is full", state.options.bootstrap_servers));
    rd_kafka_poll(state.producer->handle(), 10);
  }
  return {};
}

Result<void> KafkaSink::wait_for_delivery() {
  KafkaConnection::State& state = connection_->state();
  const auto deadline = Steady::now() + wait_;
  while (state.deliveries.outstanding > 0) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Steady::now()).count();
    if (left <= 0) {
      return tl::unexpected(kafka_error(RD_KAFKA_RESP_ERR__TIMED_OUT, fmt::format("the broker has not confirmed {} of {} outputs within {} ms", state.deliveries.outstanding, sent_records_, wait_.count()),
                                        state.options.bootstrap_servers));
    }
    char words[256];
    if (rd_kafka_fatal_error(state.producer->handle(), words, sizeof words) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return tl::unexpected(kafka_error(RD_KAFKA_RESP_ERR__FATAL, words, state.options.bootstrap_servers));
    }
    rd_kafka_flush(state.producer->handle(), static_cast<int>(std::min<std::int64_t>(left, 100)));
  }
  return {};
}

Result<void> KafkaSink::commit_offsets(const Outputs& outputs) {
  KafkaConnection::State& state = connection_->state();
  if (answer_->awaited) rd_kafka_queue_poll_callback(state.commit_queue.get(), static_cast<int>(wait_.count()));
  if (answer_->awaited) return tl::unexpected(kafka_error(RD_KAFKA_RESP_ERR__TIMED_OUT, "an earlier commit of offsets is still unanswered", state.options.group));
  const PartitionList offsets = due_offsets(state, outputs);
  if (offsets->cnt == 0) return {};
  *answer_ = {.awaited = true, .code = RD_KAFKA_RESP_ERR_NO_ERROR};
  const auto code = rd_kafka_commit_queue(state.consumer->handle(), offsets.get(), state.commit_queue.get(), OffsetAnswer::take, answer_.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    answer_->awaited = false;
    return tl::unexpected(kafka_error(code, "offsets were not committed", state.options.group));
  }
  const auto deadline = Steady::now() + wait_;
  while (answer_->awaited && Steady::now() < deadline) rd_kafka_queue_poll_callback(state.commit_queue.get(), 50);
  return take_answer(outputs);
}

Result<void> KafkaSink::take_answer(const Outputs& outputs) {
  KafkaConnection::State& state = connection_->state();
  if (answer_->awaited) return tl::unexpected(kafka_error(RD_KAFKA_RESP_ERR__TIMED_OUT, "the commit of offsets is unanswered", state.options.group));
  if (answer_->code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(kafka_error(answer_->code, "offsets were not committed", state.options.group));
  for (const auto& [partition, progress] : outputs.progress) {
    const auto owned = state.owned.find(partition);
    if (owned != state.owned.end() && progress.next >= owned->second.committed.next) owned->second.committed = progress;
  }
  return {};
}

}  // namespace steadyline
