// Delivery on a real Apache Kafka. One node for the program; each test has topics and a group of its own.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <cstdio>
#include <optional>

#include "broker/topics.h"
#include "support/echo_worker.h"
#include "support/kafka_server.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

std::optional<KafkaServer> server;

class Environment : public testing::Environment {
 public:
  void SetUp() override {
    auto started = KafkaServer::start();
    if (started) {
      server.emplace(std::move(*started));
    } else if (started.error().code == Errc::usage) {
      std::printf("SKIPPED: no real Kafka: %s\n", to_line(started.error()).c_str());
    } else {
      FAIL() << to_line(started.error());
    }
  }
  void TearDown() override { server.reset(); }
};
const auto* const environment = testing::AddGlobalTestEnvironment(new Environment);

class RealKafka : public testing::Test {
 protected:
  void SetUp() override {
    if (!server) GTEST_SKIP() << "Java or Maven are missing";
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    options_.bootstrap_servers = server->bootstrap();
    options_.group = name;
    options_.input = name + ".input";
    options_.alerts = name + ".alerts";
    options_.assessments = name + ".assessments";
    options_.rejected = name + ".rejected";
  }

  void make_topics(int partitions) {
    const auto made = create_topics(options_, partitions, 20s);
    ASSERT_TRUE(made) << to_line(made.error());
  }

  /// Keys spread by murmur2; the values are small samples.
  void feed(int count, int lines = 50) {
    auto feed = KafkaFeed::open(options_);
    ASSERT_TRUE(feed);
    for (int i = 0; i < count; ++i) {
      const std::string line = "line" + std::to_string(i % lines);
      const std::string value = R"({"line":")" + line + R"(","unit":"fd1","time":1795104000000,"seq":)" + std::to_string(i) + R"(,"values":{"massflow_pv":5.01,"netweight_pv":4.2,"screw_speed_pv":88.1}})";
      ASSERT_TRUE((*feed)->produce(line, {}, value));
    }
    const auto flushed = (*feed)->flush(20s);
    ASSERT_TRUE(flushed) << to_line(flushed.error());
  }

  /// Every record of the input has exactly one assessment of its own in the partition of its cause.
  void expect_each_record_once(std::size_t count) {
    EXPECT_TRUE(each_once(count_values(options_, options_.assessments)));
    expect_each_record(count);
  }

  /// The same, but repeats are allowed.
  void expect_each_record(std::size_t count) {
    auto counts = count_values(options_, options_.assessments);
    EXPECT_EQ(counts.size(), count);
    for (auto& [_, times] : counts) times = 1;
    std::map<std::string, int> inputs;
    auto reader = TopicReader::open(options_, options_.input);
    ASSERT_TRUE((*reader)->read_to_end([&](const Record& r) { ++inputs[std::to_string(r.at.partition) + "@" + std::to_string(r.at.offset)]; }, 20s));
    EXPECT_TRUE(inputs == counts);
  }

  BrokerOptions options_;
};

TEST_F(RealKafka, GivesEachRecordOneFateInOrder) {
  make_topics(4);
  feed(20000);
  EchoWorker worker{options_};
  ASSERT_TRUE(worker.run_until([&] { return worker.commit().has_value() && worker.seen_ == 20000; })) << worker.seen_ << worker.log();
  EXPECT_EQ(worker.assigned_.size(), 4u);
  for (const auto& [partition, lag] : worker.source().lag()) EXPECT_EQ(lag, 0) << partition;
  expect_each_record_once(20000);
  auto reader = TopicReader::open(options_, options_.assessments);
  std::map<std::int32_t, std::int64_t> next;
  ASSERT_TRUE((*reader)->read_to_end([&](const Record& r) {
    EXPECT_EQ(r.bytes, std::to_string(r.at.partition) + "@" + std::to_string(next[r.at.partition]++));
    EXPECT_TRUE(r.key.starts_with("line"));
  }, 20s));
}

TEST_F(RealKafka, RestartsFromTheMetadataAndNeverCommitsBackwards) {
  make_topics(1);
  feed(5000);
  {
    EchoWorker worker{options_};
    worker.keeps_ = 1000;
    ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 5000; })) << worker.log();
    ASSERT_TRUE(worker.commit());
  }
  {
    EchoWorker muted{options_};
    ASSERT_TRUE(muted.run_until([&] { return muted.seen_ > 0; })) << muted.log();
    ASSERT_EQ(muted.assigned_.size(), 1u);
    EXPECT_EQ(muted.assigned_[0].committed, 5000);
    EXPECT_EQ(muted.assigned_[0].read_from, 4000);
    muted.gathered_.progress[0] = {.next = 4200, .read_from = 4000};  // a pipeline that is still catching up
    ASSERT_TRUE(muted.commit());
  }
  feed(10);
  EchoWorker again{options_};
  ASSERT_TRUE(again.run_until([&] { return again.seen_ == 1010; })) << again.seen_ << again.log();
  EXPECT_EQ(again.assigned_.at(0).committed, 5000);
  ASSERT_TRUE(again.commit());
  expect_each_record_once(5010);
}

TEST_F(RealKafka, SharesPartitionsWithASecondMember) {
  make_topics(4);
  feed(4000);
  auto first = std::make_unique<EchoWorker>(options_);
  ASSERT_TRUE(first->run_until([&] { return first->seen_ == 4000; })) << first->log();
  EXPECT_EQ(first->assigned_.size(), 4u);
  EchoWorker second{options_};  // what the first has gathered and not yet committed is committed when its partitions leave
  const auto deadline = Steady::now() + 20s;
  while (second.assigned_.size() < 2 && Steady::now() < deadline) {
    ASSERT_TRUE(first->turn(10ms));
    ASSERT_TRUE(second.turn(10ms));
  }
  EXPECT_EQ(first->revoked_.size(), 4u);
  ASSERT_EQ(second.assigned_.size(), 2u);
  for (const Assignment& assignment : second.assigned_) EXPECT_GT(assignment.committed, 0);
  feed(4000);
  while (first->seen_ + second.seen_ < 8000 && Steady::now() < deadline) {
    ASSERT_TRUE(first->turn(10ms));
    ASSERT_TRUE(second.turn(10ms));
  }
  EXPECT_EQ(first->seen_ + second.seen_, 8000u);
  EXPECT_GT(second.seen_, 0u);
  ASSERT_TRUE(first->commit());
  ASSERT_TRUE(second.commit());
  expect_each_record_once(8000);

  first.reset();  // leaves the group: the other takes over at once, not after the session's time-out
  const auto left = Steady::now();
  ASSERT_TRUE(second.run_until([&] { return second.assigned_.size() == 6; })) << second.log();
  EXPECT_LT(Steady::now() - left, 5s);
}

TEST_F(RealKafka, HoldsWithoutLosingItsPlaceOrItsMembership) {
  make_topics(2);
  feed(50000);
  EchoWorker worker{options_};
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ > 0 && worker.seen_ < 50000; })) << worker.seen_ << worker.log();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i) {
      const auto held = worker.source().hold(20ms);
      ASSERT_TRUE(held);
      ASSERT_TRUE(held->records.empty());
    }
    ASSERT_TRUE(worker.commit());
    const auto before = worker.seen_;
    ASSERT_TRUE(worker.run_until([&] { return worker.seen_ > before || worker.seen_ == 50000; })) << worker.seen_ << worker.log();
  }
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 50000; })) << worker.seen_ << worker.log();

  EchoWorker second{options_};  // joins while the first one holds
  std::vector<std::int32_t> revoked;
  const auto deadline = Steady::now() + 20s;
  while (revoked.empty() && Steady::now() < deadline) {
    const auto held = worker.source().hold(10ms);
    ASSERT_TRUE(held);
    revoked = held->revoked;
    ASSERT_TRUE(second.turn(10ms));
  }
  EXPECT_EQ(revoked.size(), 2u);
  ASSERT_TRUE(worker.commit());
  while (second.assigned_.empty() && Steady::now() < deadline) {
    ASSERT_TRUE(worker.source().hold(10ms));
    ASSERT_TRUE(second.turn(10ms));
  }
  ASSERT_EQ(second.assigned_.size(), 1u);
  expect_each_record_once(50000);
}

TEST_F(RealKafka, StoppedAndStartedInMidRunLosesNothing) {
  make_topics(2);
  feed(3000);
  EchoWorker worker{options_, 500ms};
  ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 3000; })) << worker.log();
  ASSERT_TRUE(server->stop());
  const auto refused = worker.commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kafka_retriable) << to_line(refused.error());
  EXPECT_TRUE(worker.run_until([&] { return !worker.connection().connected(); }));
  ASSERT_TRUE(server->resume());
  EXPECT_TRUE(worker.run_until([&] { return worker.commit().has_value(); })) << worker.log();
  EXPECT_TRUE(worker.connection().connected() || worker.run_until([&] { return worker.connection().connected(); }));
  feed(3000);
  EXPECT_TRUE(worker.run_until([&] { return worker.next_[0] + worker.next_[1] == 6000 && worker.commit(); }, 30)) << worker.seen_ << worker.log();
  if (worker.revoked_.empty()) expect_each_record_once(6000);
  expect_each_record(6000);  // an outage that outlasts the session costs the membership: what was not committed is read again
}

TEST_F(RealKafka, NamesTheMissingTopicAndItsCommand) {
  EchoWorker worker{options_};
  Result<Batch> batch = worker.turn();
  const auto deadline = Steady::now() + 10s;
  while (batch && Steady::now() < deadline) batch = worker.turn();
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code, Errc::kafka_fatal);
  const std::string line = to_line(batch.error());
  EXPECT_NE(line.find("topic " + options_.input + " does not exist"), std::string::npos) << line;
  EXPECT_NE(line.find("kafka-topics.sh --bootstrap-server " + options_.bootstrap_servers + " --create --topic " + options_.input + " --partitions 1"), std::string::npos) << line;

  BrokerOptions other = options_;
  other.alerts = options_.alerts + "2";
  make_topics(1);
  const auto missing = check_topics(other, 5s);
  ASSERT_FALSE(missing);
  EXPECT_NE(to_line(missing.error()).find("--create --topic " + other.alerts + " --partitions 1"), std::string::npos);
  EXPECT_EQ(check_topics(options_, 5s).value_or(0), 1);
}

TEST_F(RealKafka, AsksForEqualPartitionCounts) {
  make_topics(3);
  BrokerOptions narrow = options_;
  for (std::string* topic : {&narrow.input, &narrow.alerts, &narrow.assessments, &narrow.rejected}) *topic += ".narrow";
  ASSERT_TRUE(create_topics(narrow, 1, 20s));
  options_.alerts = narrow.alerts;
  const auto checked = check_topics(options_, 5s);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::kafka_fatal);
  EXPECT_NE(to_line(checked.error()).find("--alter --topic " + options_.alerts + " --partitions 3"), std::string::npos) << to_line(checked.error());
}

TEST_F(RealKafka, SaysWhenTheLogNoLongerHasTheCommittedOffset) {
  make_topics(1);
  feed(100);
  {
    EchoWorker worker{options_};
    ASSERT_TRUE(worker.run_until([&] { return worker.seen_ == 100; })) << worker.log();
    worker.gathered_.progress[0] = {.next = 10, .read_from = 0};
    ASSERT_TRUE(worker.commit());
  }
  char words[256];
  rd_kafka_conf_t* configuration = rd_kafka_conf_new();
  rd_kafka_conf_set(configuration, "bootstrap.servers", options_.bootstrap_servers.c_str(), words, sizeof words);
  rd_kafka_t* handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, words, sizeof words);
  rd_kafka_topic_partition_list_t* before = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(before, options_.input.c_str(), 0)->offset = 40;
  rd_kafka_DeleteRecords_t* deletion = rd_kafka_DeleteRecords_new(before);
  rd_kafka_queue_t* queue = rd_kafka_queue_new(handle);
  rd_kafka_DeleteRecords(handle, &deletion, 1, nullptr, queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 10000);
  ASSERT_TRUE(event && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  rd_kafka_DeleteRecords_destroy(deletion);
  rd_kafka_topic_partition_list_destroy(before);
  rd_kafka_destroy(handle);

  EchoWorker worker{options_};
  Result<Batch> batch = worker.turn();
  const auto deadline = Steady::now() + 10s;
  while (batch && worker.seen_ == 0 && Steady::now() < deadline) batch = worker.turn();
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code, Errc::kafka_fatal);
  EXPECT_NE(to_line(batch.error()).find("30 records were deleted before they were read"), std::string::npos) << to_line(batch.error());
}

TEST_F(RealKafka, IsQuickEnoughForTheReplay) {
  make_topics(1);
  const auto produced = Steady::now();
  feed(200000);
  const double feed_s = std::chrono::duration<double>(Steady::now() - produced).count();

  auto opened = KafkaConnection::open(options_);
  ASSERT_TRUE(opened);
  KafkaSource source{*opened};
  KafkaSink sink{*opened};
  std::uint64_t seen = 0;
  Steady::time_point began{};
  const auto deadline = Steady::now() + 20s;
  while (seen < 200000 && Steady::now() < deadline) {
    const auto batch = source.poll(100ms);
    ASSERT_TRUE(batch);
    if (!batch->assigned.empty()) began = Steady::now();
    seen += batch->records.size();
  }
  ASSERT_EQ(seen, 200000u);
  const double read_s = std::chrono::duration<double>(Steady::now() - began).count();

  std::vector<double> commits_ms;
  for (int i = 0; i < 50; ++i) {
    Outputs outputs;
    for (int k = 0; k < 20; ++k) outputs.records.push_back({.topic = Topic::assessments, .key = "cdc1", .value = std::string(400, 'x'), .cause = {0, i}});
    outputs.progress[0] = {.next = i + 1, .read_from = 0};
    const auto start = Steady::now();
    ASSERT_TRUE(sink.commit(outputs));
    commits_ms.push_back(std::chrono::duration<double, std::milli>(Steady::now() - start).count());
  }
  std::sort(commits_ms.begin(), commits_ms.end());

  Outputs many;
  for (int i = 0; i < 53057; ++i) many.records.push_back({.topic = Topic::assessments, .key = "press-zagar", .value = std::string(600, 'x'), .cause = {0, i}});
  many.progress[0] = {.next = 53057, .read_from = 0};
  const auto start = Steady::now();
  ASSERT_TRUE(sink.commit(many));
  const double many_s = std::chrono::duration<double>(Steady::now() - start).count();
  std::printf("[ figures  ] feed %.0f records/s, read %.0f records/s, commit of 20 outputs ms p50 %.1f max %.1f, commit of 53057 outputs %.2f s\n", 200000 / feed_s,
              200000 / read_s, commits_ms[25], commits_ms.back(), many_s);
  EXPECT_LT(many_s, 5);
  EXPECT_LT(read_s, 4);
}

}  // namespace
}  // namespace steadyline
