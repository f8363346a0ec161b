#include "broker/kafka_connection.h"

#include <fmt/format.h>

#include "broker/kafka_state.h"

namespace steadyline {

using Steady = std::chrono::steady_clock;

void KafkaConnection::State::on_error(rd_kafka_resp_err_t code, const char* reason) {
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE) {
    if (connected.exchange(false)) log(BrokerLogLevel::warning, fmt::format("the broker is away: {}", reason));
    return;
  }
  log(BrokerLogLevel::warning, fmt::format("{} ({})", reason, rd_kafka_err2str(code)));
}

void KafkaConnection::State::on_rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t* partitions) {
  if (closing) {
    rd_kafka_assign(consumer->handle(), nullptr);
    return;
  }
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    to_assign.emplace();
    for (int i = 0; i < partitions->cnt; ++i) to_assign->push_back(partitions->elems[i].partition);
  } else {
    to_assign.reset();
    must_unassign = true;
    for (const auto& [partition, _] : owned) leaving.insert(partition);
  }
  rd_kafka_yield(consumer->handle());
}

void KafkaConnection::State::on_delivered(const rd_kafka_message_t* message) {
  if (reinterpret_cast<std::uintptr_t>(message->_private) != deliveries.attempt) return;  // of an attempt that was given up
  --deliveries.outstanding;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (deliveries.failed++ == 0) deliveries.first_failure = message->err;
}

void KafkaConnection::State::unassign() {
  rd_kafka_assign(consumer->handle(), nullptr);
  must_unassign = false;
  owned.clear();
  leaving.clear();
}

Result<std::shared_ptr<KafkaConnection>> KafkaConnection::open(const BrokerOptions& options, BrokerLog log) {
  auto state = std::make_unique<State>();
  State* const raw = state.get();
  state->options = options;
  state->log = log;
  auto consumer = KafkaClient::open(
      RD_KAFKA_CONSUMER, options, group_consumer_properties(options),
      ClientHooks{.log = log,
                  .error = [raw](rd_kafka_resp_err_t code, const char* reason) { raw->on_error(code, reason); },
                  .delivered = {},
                  .rebalance = [raw](rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list) { raw->on_rebalance(code, list); }});
  if (!consumer) return tl::unexpected(consumer.error());
  state->consumer = std::move(*consumer);
  auto producer = KafkaClient::open(RD_KAFKA_PRODUCER, options, producer_properties(),
                                    ClientHooks{.log = log,
                                                .error = [raw](rd_kafka_resp_err_t code, const char* reason) { raw->on_error(code, reason); },
                                                .delivered = [raw](const rd_kafka_message_t* message) { raw->on_delivered(message); },
                                                .rebalance = {}});
  if (!producer) return tl::unexpected(producer.error());
  state->producer = std::move(*producer);
  rd_kafka_poll_set_consumer(state->consumer->handle());
  state->consumer_queue.reset(rd_kafka_queue_get_consumer(state->consumer->handle()));
  state->commit_queue.reset(rd_kafka_queue_new(state->consumer->handle()));
  const std::array<const std::string*, 3> names{&options.alerts, &options.assessments, &options.rejected};
  for (std::size_t i = 0; i < names.size(); ++i) {
    state->output_topics[i].reset(rd_kafka_topic_new(state->producer->handle(), names[i]->c_str(), nullptr));
    if (!state->output_topics[i]) return tl::unexpected(Error{Errc::settings, "librdkafka refuses the name", *names[i], "correct the topic's name in the settings"});
  }
  return std::make_shared<KafkaConnection>(std::move(state));
}

KafkaConnection::KafkaConnection(std::unique_ptr<State> state) : state_{std::move(state)} {}

KafkaConnection::~KafkaConnection() { close(Milliseconds{2000}); }

void KafkaConnection::close(Milliseconds deadline) {
  if (state_->closed) return;
  state_->closed = state_->closing = true;
  const auto end = Steady::now() + deadline;
  rd_kafka_t* consumer = state_->consumer->handle();
  // rd_kafka_consumer_close of 2.0.2 can wait for ever after lost partitions; the queue variant lets us stop waiting.
  const std::unique_ptr<rd_kafka_queue_t, QueueDeleter> queue{rd_kafka_queue_new(consumer)};
  if (rd_kafka_error_t* error = rd_kafka_consumer_close_queue(consumer, queue.get())) {
    rd_kafka_error_destroy(error);
  } else {
    while (!rd_kafka_consumer_closed(consumer) && Steady::now() < end) {
      rd_kafka_event_t* event = rd_kafka_queue_poll(queue.get(), 20);
      if (event == nullptr) continue;
      if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE) rd_kafka_assign(consumer, nullptr);  // the group waits for this answer
      rd_kafka_event_destroy(event);
    }
  }
  // A group member that could not leave in time spins inside rd_kafka_destroy for ever (2.0.2): let the process's end clean it up.
  if (!rd_kafka_consumer_closed(consumer)) state_->consumer->abandon();
  rd_kafka_purge(state_->producer->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_poll(state_->producer->handle(), 0);
}

bool KafkaConnection::connected() const { return state_->connected; }

}  // namespace steadyline
