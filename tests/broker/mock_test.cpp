// Faults on demand: librdkafka's mock cluster. A group's first join takes about 3 s on librdkafka 2.0.2, so each test has one worker at most twice.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <thread>

#include "broker/embedded_broker.h"
#include "broker/topics.h"
#include "support/echo_worker.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;

constexpr std::int16_t produce_key = 0, offset_commit_key = 8;

class MockBroker : public testing::Test {
 protected:
  void SetUp() override {
    auto started = EmbeddedBroker::start(options_, 2);
    ASSERT_TRUE(started) << to_line(started.error());
    broker_ = std::move(*started);
    options_.bootstrap_servers = broker_->bootstrap();
  }

  void feed(int count, const std::string& type = {}) {
    auto feed = KafkaFeed::open(options_);
    ASSERT_TRUE(feed);
    for (int i = 0; i < count; ++i) ASSERT_TRUE((*feed)->produce_to(i % 2, "cdc1", type, "record " + std::to_string(i)));
    const auto flushed = (*feed)->flush(5s);
    ASSERT_TRUE(flushed) << to_line(flushed.error());
    EXPECT_EQ((*feed)->delivered(), static_cast<std::uint64_t>(count));
    EXPECT_EQ((*feed)->in_flight_bytes(), 0u);
  }

  BrokerOptions options_;
  std::unique_ptr<EmbeddedBroker> broker_;
};

TEST_F(MockBroker, GivesEachRecordOnceAndARestartReadsFromTheMetadata) {
  feed(1000);
  {
    EchoWorker worker{options_};
    worker.keeps_ = 100;
    ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 1000; })) << worker.log();
    ASSERT_TRUE(worker.commit());
    EXPECT_EQ(worker.assigned_.size(), 2u);
  }
  auto counts = count_values(options_, options_.assessments);
  EXPECT_EQ(counts.size(), 1000u);
  EXPECT_TRUE(each_once(counts));

  feed(10);
  EchoWorker again{options_};
  ASSERT_TRUE(again.run_until([&] { return again.seen_ == 210; })) << again.seen_ << again.log();
  ASSERT_EQ(again.assigned_.size(), 2u);
  EXPECT_EQ(again.assigned_[0].committed, 500);
  EXPECT_EQ(again.assigned_[0].read_from, 400);
  ASSERT_TRUE(again.commit());
  counts = count_values(options_, options_.assessments);
  EXPECT_EQ(counts.size(), 1010u);
  EXPECT_TRUE(each_once(counts));
}

TEST_F(MockBroker, CarriesTypesAndTicks) {
  feed(6);
  feed(4, "command");
  auto feed = KafkaFeed::open(options_);
  ASSERT_TRUE(feed);
  ASSERT_TRUE((*feed)->tick(1, EventTime{Milliseconds{1795104000000}}));
  ASSERT_TRUE((*feed)->produce({}, {}, {}));  // an empty record is a record
  ASSERT_TRUE((*feed)->flush(5s));
  std::string tick;
  auto reader = TopicReader::open(options_, options_.input);
  const auto read = (*reader)->read_to_end([&](const Record& record) { if (record.type == "tick") tick = std::to_string(record.at.partition) + std::string{record.bytes}; }, 5s);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, 12u);
  EXPECT_EQ(tick, R"(1{"time":"2026-11-19T16:00:00.000Z"})");
  EXPECT_EQ((*reader)->read_to_end([](const Record&) {}, 5s).value_or(99), 0u) << "a second call brings only what is new";

  EchoWorker worker{options_};
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 12; })) << worker.log();
  EXPECT_EQ(worker.types_, (std::map<std::string, int>{{"", 7}, {"command", 4}, {"tick", 1}}));
}

TEST_F(MockBroker, RetriesRefusedOffsetsWithoutSendingOutputsTwice) {
  feed(200);
  EchoWorker worker{options_};
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 200; })) << worker.log();
  rd_kafka_mock_push_request_errors(broker_->cluster(), offset_commit_key, 1, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
  const auto refused = worker.commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kafka_retriable) << to_line(refused.error());
  ASSERT_TRUE(worker.commit());
  const auto counts = count_values(options_, options_.assessments);
  EXPECT_EQ(counts.size(), 200u);
  EXPECT_TRUE(each_once(counts));
}

TEST_F(MockBroker, CommitsNothingWhileOutputsAreRefused) {
  feed(200);
  {
    EchoWorker worker{options_};
    ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 200; })) << worker.log();
    rd_kafka_mock_push_request_errors(broker_->cluster(), produce_key, 2, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    const auto refused = worker.commit();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kafka_fatal) << to_line(refused.error());
  }
  EchoWorker again{options_};
  ASSERT_TRUE(again.run_until([&] { return again.seen_ == 200; })) << again.log();
  EXPECT_EQ(again.assigned_.at(0).committed, 0) << "no offset may stand for outputs that were not taken";
  ASSERT_TRUE(again.commit());
  EXPECT_EQ(count_values(options_, options_.assessments).size(), 200u);
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

TEST_F(MockBroker, FeedStaysBehindTheReaderByItsLimit) {
  std::uint64_t read = 0;
  auto feed = KafkaFeed::open(options_, {.ahead_bytes_max = 10000, .bytes_read = [&] { return read; }});
  ASSERT_TRUE(feed);
  const std::string record(996, 'x');
  for (int i = 0; i < 10; ++i) ASSERT_TRUE((*feed)->produce("cdc1", {}, record));
  std::stop_source stop;
  std::jthread stopper{[&] { std::this_thread::sleep_for(100ms); stop.request_stop(); }};
  const auto full = (*feed)->produce("cdc1", {}, record, stop.get_token());
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Errc::kafka_retriable);
  EXPECT_EQ((*feed)->sent(), 10u);
  read = 1000;
  EXPECT_TRUE((*feed)->produce("cdc1", {}, record));
  EXPECT_TRUE((*feed)->flush(5s));
}

TEST(BrokerAway, AtStartIsNoError) {
  BrokerOptions options;
  options.bootstrap_servers = "127.0.0.1:1";
  EchoWorker worker{options};
  for (int i = 0; i < 2; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const auto batch = worker.turn();
    ASSERT_TRUE(batch);
    EXPECT_FALSE(batch->connected);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
  }
  const auto checked = check_topics(options, 200ms, [](BrokerLogLevel, std::string_view) {});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::kafka_retriable);
}

}  // namespace
}  // namespace steadyline
