// The effects around the pipeline on fakes: a broker that takes nothing for a while, a partition that is lost meanwhile.
#include <gtest/gtest.h>

#include "app/worker.h"
#include "support/monitor_log.h"

namespace steadyline::test {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t log_records = 60'000;
constexpr std::int64_t records_a_poll = 4000;

/// A log of records that nobody can decode: each gives one output.
class FakeSource : public RecordSource {
 public:
  Result<Batch> poll(Milliseconds) override {
    Batch batch = turn();
    records_.clear();
    for (std::int64_t i = 0; i < records_a_poll && next < log_records && batch.assigned.empty() && batch.revoked.empty(); ++i, ++next) {
      records_.push_back({{0, next}, "cdc1", "", "", "no JSON"});
    }
    batch.records = records_;
    return batch;
  }
  Result<Batch> hold(Milliseconds) override {
    ++holds;
    return turn();
  }

  std::int64_t next = 0;
  std::int64_t committed = 0;
  int holds = 0;
  bool lose = false;  ///< the next turn brings the loss, the one after it the partition again

 private:
  Batch turn() {
    Batch batch;
    if (lose) {
      batch.revoked = {0};
      owned_ = lose = false;
    } else if (!owned_) {
      next = committed;
      batch.assigned = {{.partition = 0, .committed = committed, .read_from = committed}};
      owned_ = true;
    }
    return batch;
  }

  std::vector<Record> records_;
  bool owned_ = false;
};

/// Refuses as long as `refuse` says so.
class FakeSink : public OutputSink {
 public:
  explicit FakeSink(FakeSource& source) : source_{source} {}
  Result<void> commit(const Outputs& outputs) override {
    ++calls;
    most = std::max(most, outputs.records.size());
    if (refuse()) return tl::unexpected(Error{Errc::kafka_retriable, "refused", "fake", "call again"});
    for (const Output& output : outputs.records) taken.push_back(output.cause.offset);
    if (const auto found = outputs.progress.find(0); found != outputs.progress.end()) source_.committed = found->second.next;
    return {};
  }
  std::function<bool()> refuse = [] { return false; };
  std::vector<std::int64_t> taken;
  std::size_t most = 0;
  int calls = 0;

 private:
  FakeSource& source_;
};

class WorkerOnFakes : public testing::Test {
 protected:
  /// Until everything is committed; at most 20 s.
  void run() {
    std::stop_source stop;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    WorkerHooks hooks;
    hooks.turned = [&] {
      if (source_.committed == log_records || std::chrono::steady_clock::now() > deadline) stop.request_stop();
    };
    hooks.retrying = [&](const Error&) { ++retries_; };
    Pipeline pipeline{{{feeding_line(), nullptr}}, MonitorOptions{}};
    const auto done = Worker{pipeline, source_, sink_, 0.05, hooks}.run(stop.get_token());
    ASSERT_TRUE(done) << to_line(done.error());
  }
  void expect_each_once_in_order() const {
    ASSERT_EQ(sink_.taken.size(), static_cast<std::size_t>(log_records));
    for (std::int64_t i = 0; i < log_records; ++i) ASSERT_EQ(sink_.taken[static_cast<std::size_t>(i)], i);
  }

  FakeSource source_;
  FakeSink sink_{source_};
  int retries_ = 0;
};

TEST_F(WorkerOnFakes, ReadsNoFurtherThanItMayKeepAndGoesOnPolling) {
  sink_.refuse = [&] { return sink_.calls <= 4; };
  run();
  EXPECT_EQ(retries_, 4);
  EXPECT_GT(source_.holds, 4) << "between two attempts it polls";
  EXPECT_LE(sink_.most, 20'000U + static_cast<std::size_t>(records_a_poll));
  expect_each_once_in_order();
}

TEST_F(WorkerOnFakes, LearnsOfALostPartitionWhileItHoldsAndStartsAfresh) {
  bool taken_away = false;
  sink_.refuse = [&] {  // as a broker does that no longer knows the member: until the loss has been polled
    if (!taken_away && source_.holds > 3) source_.lose = taken_away = true;
    return !taken_away || source_.lose;
  };
  run();
  EXPECT_TRUE(taken_away);
  expect_each_once_in_order();
}

}  // namespace
}  // namespace steadyline::test
