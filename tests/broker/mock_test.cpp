// Delivery without Java: librdkafka's mock cluster.
#include <gtest/gtest.h>

#include <thread>

#include "broker/topics.h"
#include "support/echo_worker.h"
#include "support/mock_broker.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;

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

  feed(10, "command");
  EchoWorker again{options_};
  ASSERT_TRUE(again.run_until([&] { return again.seen_ == 210; })) << again.seen_ << again.log();
  EXPECT_EQ(again.types_, (std::map<std::string, int>{{"", 200}, {"command", 10}}));
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
  std::map<std::string, int> types;
  auto reader = TopicReader::open(options_, options_.input);
  const auto read = (*reader)->read_to_end([&](const Record& record) {
    ++types[std::string{record.type}];
    if (record.type == "tick") tick = std::to_string(record.at.partition) + std::string{record.bytes};
  }, 5s);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, 12u);
  EXPECT_EQ(types, (std::map<std::string, int>{{"", 7}, {"command", 4}, {"tick", 1}}));
  EXPECT_EQ(tick, R"(1{"time":"2026-11-19T16:00:00.000Z"})");
  EXPECT_EQ((*reader)->read_to_end([](const Record&) {}, 5s).value_or(99), 0u) << "a second call brings only what is new";
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
