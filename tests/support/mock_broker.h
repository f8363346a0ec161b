#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "broker/embedded_broker.h"
#include "support/echo_worker.h"

namespace steadyline {

/// A test on librdkafka's mock cluster. A group's first join takes 3 s there (librdkafka 2.0.2) and a later one the session's time-out, so
/// that is short here, but longer than the first join, and no test joins more often than it must.
class MockBroker : public testing::Test {
 protected:
  void SetUp() override {
    options_.librdkafka = {{"session.timeout.ms", "4000"}, {"heartbeat.interval.ms", "500"}};
    auto started = EmbeddedBroker::start(options_, 2);
    ASSERT_TRUE(started) << to_line(started.error());
    broker_ = std::move(*started);
    options_.bootstrap_servers = broker_->bootstrap();
  }

  /// `only`: all into this partition; else in turns into both.
  void feed(int count, const std::string& type = {}, std::optional<std::int32_t> only = {}) {
    auto feed = KafkaFeed::open(options_);
    ASSERT_TRUE(feed);
    for (int i = 0; i < count; ++i) ASSERT_TRUE((*feed)->produce_to(only.value_or(i % 2), "cdc1", type, "record " + std::to_string(i)));
    const auto flushed = (*feed)->flush(std::chrono::seconds{5});
    ASSERT_TRUE(flushed) << to_line(flushed.error());
    EXPECT_EQ((*feed)->delivered(), static_cast<std::uint64_t>(count));
    EXPECT_EQ((*feed)->in_flight_bytes(), 0u);
  }

  BrokerOptions options_;
  std::unique_ptr<EmbeddedBroker> broker_;
};

}  // namespace steadyline
