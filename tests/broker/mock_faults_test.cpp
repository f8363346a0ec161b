// Faults on demand: librdkafka's mock cluster refuses, forgets the member, goes away.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

#include "broker/kafka_client.h"
#include "support/echo_worker.h"
#include "support/mock_broker.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;

constexpr std::int16_t produce_key = 0, offset_commit_key = 8;

/// What the group has committed, asked from outside it.
std::int64_t committed_offset(const BrokerOptions& options, std::int32_t partition) {
  char words[256];
  rd_kafka_conf_t* configuration = rd_kafka_conf_new();
  rd_kafka_conf_set(configuration, "bootstrap.servers", options.bootstrap_servers.c_str(), words, sizeof words);
  rd_kafka_conf_set(configuration, "group.id", options.group.c_str(), words, sizeof words);
  rd_kafka_t* handle = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, words, sizeof words);
  if (!handle) throw std::runtime_error{words};
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, options.input.c_str(), partition);
  const auto code = rd_kafka_committed(handle, list, 5000);
  const std::int64_t offset = list->elems[0].offset;
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(handle);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error{rd_kafka_err2str(code)};
  return offset;
}

TEST_F(MockBroker, RetriesRefusedOffsetsWithoutSendingOutputsTwice) {
  feed(200);
  EchoWorker worker{options_};
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 200; })) << worker.log();
  rd_kafka_mock_push_request_errors(broker_->cluster(), offset_commit_key, 1, RD_KAFKA_RESP_ERR_GROUP_SUBSCRIBED_TO_TOPIC);
  const auto refused = worker.commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kafka_retriable) << to_line(refused.error());
  const auto again = worker.commit();
  ASSERT_TRUE(again) << to_line(again.error());
  auto counts = count_values(options_, options_.assessments);
  EXPECT_EQ(counts.size(), 200u);
  EXPECT_TRUE(each_once(counts));

  // The membership is lost: only polling tells, and what was not committed is read again. All of it stands in one partition, so it comes in the
  // same order; partitions that came interleaved otherwise would be other outputs, and at least once is all that they are promised.
  feed(20, {}, 0);
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 220; })) << worker.log();
  rd_kafka_mock_push_request_errors(broker_->cluster(), offset_commit_key, 1, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
  const auto lost = worker.commit();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, Errc::kafka_retriable) << to_line(lost.error());
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 240; })) << worker.seen_ << worker.log();
  EXPECT_EQ(worker.revoked_.size(), 2u);
  ASSERT_EQ(worker.assigned_.size(), 4u);
  EXPECT_EQ(worker.assigned_[2].committed, 100);
  ASSERT_TRUE(worker.commit());
  counts = count_values(options_, options_.assessments);
  EXPECT_EQ(counts.size(), 220u);
  EXPECT_TRUE(each_once(counts)) << "the broker had them: read again, not sent again";
}

TEST_F(MockBroker, CommitsNothingWhileOutputsAreRefused) {
  feed(200);
  EchoWorker worker{options_};
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 200; })) << worker.log();
  rd_kafka_mock_push_request_errors(broker_->cluster(), produce_key, 2, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  const auto refused = worker.commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kafka_fatal) << to_line(refused.error());
  EXPECT_EQ(committed_offset(options_, 0), RD_KAFKA_OFFSET_INVALID) << "no offset may stand for outputs that were not taken";
  EXPECT_EQ(committed_offset(options_, 1), RD_KAFKA_OFFSET_INVALID);
}

TEST_F(MockBroker, WaitsForABrokerThatIsAwayAndLosesNothing) {
  feed(100);
  EchoWorker worker{options_, 300ms};
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 100; })) << worker.log();
  rd_kafka_mock_broker_set_down(broker_->cluster(), 1);
  const auto began = std::chrono::steady_clock::now();
  const auto refused = worker.commit();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s) << "a broker away must not hold the worker";
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kafka_retriable) << to_line(refused.error());
  EXPECT_TRUE(worker.run_until([&] { return !worker.connection().connected(); }));
  ASSERT_FALSE(worker.commit());

  rd_kafka_mock_broker_set_up(broker_->cluster(), 1);
  EXPECT_TRUE(worker.run_until([&] { return worker.connection().connected(); })) << worker.log();
  feed(100);
  EXPECT_TRUE(worker.run_until([&] { return worker.seen_ == 200; })) << worker.seen_ << worker.log();
  EXPECT_TRUE(worker.run_until([&] { return worker.commit().has_value(); })) << worker.log();
  const auto counts = count_values(options_, options_.assessments);
  EXPECT_EQ(counts.size(), 200u);
  EXPECT_TRUE(each_once(counts)) << "what was under way when the broker left is not sent again";
}

TEST(AbandonedClient, SaysNothingAnyMore) {
  BrokerOptions options;
  options.bootstrap_servers = "127.0.0.1:1";  // refused: librdkafka's threads try again, and log, for ever
  options.librdkafka = {{"log.connection.close", "true"}, {"debug", "broker"}};
  auto lines = std::make_unique<std::atomic<int>>(0);
  auto client = KafkaClient::open(RD_KAFKA_CONSUMER, options, group_consumer_properties(options),
                                  {.log = [count = lines.get()](BrokerLogLevel, std::string_view) { ++*count; }, .error = {}, .delivered = {}, .rebalance = {}});
  ASSERT_TRUE(client) << to_line(client.error());
  const auto until = [&](int enough) {
    for (int i = 0; i < 500 && *lines < enough; ++i) std::this_thread::sleep_for(10ms);
    return lines->load();
  };
  ASSERT_GE(until(20), 20);
  (*client)->abandon();
  client->reset();  // and with it, for all that the threads know, whatever the hook had captured
  const int last = *lines;
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(*lines, last);
}

}  // namespace
}  // namespace steadyline
