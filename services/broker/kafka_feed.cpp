#include "broker/kafka_feed.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "broker/kafka_client.h"
#include "core/time_text.h"

namespace steadyline {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{10};

}  // namespace

struct KafkaFeed::State {
  BrokerOptions options;
  KafkaFeedOptions feed;
  std::atomic<std::uint64_t> sent{0}, delivered{0}, failed{0}, bytes_sent{0}, bytes_settled{0};
  std::atomic<int> first_failure{RD_KAFKA_RESP_ERR_NO_ERROR};
  std::string tick;  ///< buffer
  std::unique_ptr<KafkaClient> producer;
  rd_kafka_topic_t* topic = nullptr;

  ~State() {
    if (topic) rd_kafka_topic_destroy(topic);
  }

  void settle(const rd_kafka_message_t* message) {
    bytes_settled += message->len + message->key_len;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++delivered;
    } else if (failed++ == 0) {
      first_failure = message->err;
    }
  }
};

Result<std::unique_ptr<KafkaFeed>> KafkaFeed::open(const BrokerOptions& options, KafkaFeedOptions feed, BrokerLog log) {
  auto state = std::make_unique<State>();
  State* const raw = state.get();
  state->options = options;
  state->feed = std::move(feed);
  auto properties = producer_properties();
  properties["client.id"] = "steadyline-feed";
  properties["linger.ms"] = "5";
  auto producer = KafkaClient::open(RD_KAFKA_PRODUCER, options, properties,
                                    ClientHooks{.log = log,
                                                .error = [log](rd_kafka_resp_err_t, const char* reason) { log(BrokerLogLevel::warning, reason); },
                                                .delivered = [raw](const rd_kafka_message_t* message) { raw->settle(message); },
                                                .rebalance = {}});
  if (!producer) return tl::unexpected(producer.error());
  state->producer = std::move(*producer);
  state->topic = rd_kafka_topic_new(state->producer->handle(), options.input.c_str(), nullptr);
  if (!state->topic) return tl::unexpected(Error{Errc::settings, "librdkafka refuses the name", options.input, "correct the topic's name in the settings"});
  return std::unique_ptr<KafkaFeed>{new KafkaFeed{std::move(state)}};
}

KafkaFeed::KafkaFeed(std::unique_ptr<State> state) : state_{std::move(state)} {}

KafkaFeed::~KafkaFeed() {
  rd_kafka_purge(state_->producer->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_poll(state_->producer->handle(), 0);
}

Result<void> KafkaFeed::produce(std::string_view key, std::string_view type, std::string_view bytes, std::stop_token stop) {
  return produce_to(RD_KAFKA_PARTITION_UA, key, type, bytes, std::move(stop));
}

Result<void> KafkaFeed::produce_to(std::int32_t partition, std::string_view key, std::string_view type, std::string_view bytes, std::stop_token stop) {
  if (auto room = wait_for_room(key.size() + bytes.size(), stop); !room) return room;
  rd_kafka_t* const handle = state_->producer->handle();
  const auto deadline = Steady::now() + patience;
  for (;;) {
    rd_kafka_headers_t* headers = nullptr;
    if (!type.empty()) {
      headers = rd_kafka_headers_new(1);
      rd_kafka_header_add(headers, "type", 4, type.data(), static_cast<ssize_t>(type.size()));
    }
    // The variadic calls of librdkafka are the only ones that take headers.
    const auto code = rd_kafka_producev(handle, RD_KAFKA_V_RKT(state_->topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                        RD_KAFKA_V_KEY(key.empty() ? nullptr : key.data(), key.size()),
                                        RD_KAFKA_V_VALUE(const_cast<char*>(bytes.data()), bytes.size()), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
    if (headers) rd_kafka_headers_destroy(headers);
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL || stop.stop_requested() || Steady::now() >= deadline) {
      Error error = kafka_error(code, fmt::format("a record of {} bytes was not taken", bytes.size()), state_->options.input);
      if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) error.mend = "raise message.max.bytes in broker.librdkafka and max.message.bytes of the topic";
      return tl::unexpected(error);
    }
    rd_kafka_poll(handle, 10);
  }
  ++state_->sent;
  state_->bytes_sent += key.size() + bytes.size();
  if (state_->sent % 64 == 0) rd_kafka_poll(handle, 0);
  return {};
}

Result<void> KafkaFeed::wait_for_room(std::uint64_t bytes, const std::stop_token& stop) {
  if (state_->feed.ahead_bytes_max == 0 || !state_->feed.bytes_read) return {};
  std::uint64_t read = state_->feed.bytes_read();
  auto deadline = Steady::now() + patience;
  while (state_->bytes_sent > read && state_->bytes_sent - read + bytes > state_->feed.ahead_bytes_max) {
    rd_kafka_poll(state_->producer->handle(), 1);
    const std::uint64_t now = state_->feed.bytes_read();
    if (now != read) deadline = Steady::now() + patience;
    read = now;
    if (stop.stop_requested() || Steady::now() >= deadline) {
      return tl::unexpected(Error{Errc::kafka_retriable, fmt::format("the reader is {} bytes behind and does not move", state_->bytes_sent - read), state_->options.input,
                                  "look why the monitor does not read, or feed more slowly"});
    }
  }
  return {};
}

Result<void> KafkaFeed::tick(std::int32_t partition, EventTime time, std::stop_token stop) {
  state_->tick = R"({"time":")";
  append_rfc3339(state_->tick, time);
  state_->tick += "\"}";
  return produce_to(partition, {}, "tick", state_->tick, std::move(stop));
}

Result<void> KafkaFeed::flush(Milliseconds timeout) {
  const auto code = rd_kafka_flush(state_->producer->handle(), static_cast<int>(timeout.count()));
  if (state_->failed > 0) {
    return tl::unexpected(kafka_error(static_cast<rd_kafka_resp_err_t>(state_->first_failure.load()), fmt::format("{} of {} records were not delivered", failed(), sent()), state_->options.input));
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected(kafka_error(code, fmt::format("{} records are still under way", sent() - delivered()), state_->options.bootstrap_servers));
  }
  return {};
}

std::uint64_t KafkaFeed::sent() const { return state_->sent; }
std::uint64_t KafkaFeed::delivered() const { return state_->delivered; }
std::uint64_t KafkaFeed::failed() const { return state_->failed; }
std::uint64_t KafkaFeed::in_flight_bytes() const { return state_->bytes_sent - state_->bytes_settled; }
std::uint64_t KafkaFeed::bytes_sent() const { return state_->bytes_sent; }

}  // namespace steadyline
