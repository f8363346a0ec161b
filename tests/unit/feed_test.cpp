// What the simulated line sends: records in order, and what faults of the network do to them.
#include "twin/feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "frames/decode.h"
#include "support/twin_runs.h"

namespace steadyline {
namespace {

using test::cdc1;
using test::cdc1_parameters;
using test::production;
using test::seconds_after;

TEST(Feed, SendsEachUnitOnceASecondThenATickAndClosesWithTicks) {
  Scenario scenario = production(1);
  scenario.duration_s = 3;
  Feed feed{cdc1(), cdc1_parameters(), scenario, {.jitter_s = 0.3, .closing_ticks = 2}};
  std::vector<FeedRecord> records;
  for (int second = 1; second <= 3; ++second) {
    ASSERT_TRUE(feed.next(records));
    ASSERT_EQ(records.size(), cdc1().units.size() + 1);
    const EventTime end = scenario.start + std::chrono::seconds{second};
    for (const FeedRecord& record : records) {
      EXPECT_EQ(record.key, "cdc1");
      EXPECT_LE(record.time, end);
      EXPECT_GT(record.time, end - std::chrono::seconds{1});
    }
    EXPECT_EQ(records.back().type, "tick");
    EXPECT_TRUE(std::is_sorted(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.time < b.time; }));
  }
  for (int tick = 1; tick <= 2; ++tick) {
    ASSERT_TRUE(feed.next(records));
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].time, scenario.start + std::chrono::seconds{3 + tick});
  }
  EXPECT_FALSE(feed.next(records));
  EXPECT_TRUE(records.empty());
}

/// The samples of one unit as they lie in the log: time stamp, seq, historical.
struct Sent {
  double stamp_s;
  std::int64_t seq;
  bool historical;
};

std::vector<Sent> sent_by(std::string_view unit, FaultSpec fault, int seconds) {
  const Scenario scenario = production(1, {std::move(fault)});
  Feed feed{cdc1(), cdc1_parameters(), scenario, {.own_clocks = false}};
  const std::vector<Line> lines{cdc1()};
  Decoder decoder{lines};
  std::vector<Sent> sent;
  std::vector<FeedRecord> records;
  for (int s = 0; s < seconds && feed.next(records); ++s) {
    for (const FeedRecord& record : records) {
      const auto message = decoder.decode({.at = {0, 0}, .key = record.key, .type = record.type, .content_type = {}, .bytes = record.bytes});
      const auto* sample = message ? std::get_if<Sample>(&*message) : nullptr;
      if (sample != nullptr && sample->source.value == cdc1().find_unit(unit)->value)
        sent.push_back({seconds_after(scenario, sample->time), sample->seq, sample->historical});
    }
  }
  return sent;
}

TEST(Feed, FaultsOfTheNetworkActOnItsRecordsAlone) {
  const auto skewed = sent_by("tp1", {.id = "F23", .target = "tp1", .on_s = 5, .severity = 30}, 10);
  ASSERT_EQ(skewed.size(), 10u);
  EXPECT_EQ(skewed[4].stamp_s, 5);
  EXPECT_EQ(skewed[5].stamp_s, 36);
  EXPECT_EQ(sent_by("fd1", {.id = "F23", .target = "tp1", .on_s = 5, .severity = 30}, 10)[5].stamp_s, 6);

  const auto held = sent_by("tp1", {.id = "F24", .target = "tp1", .on_s = 5, .severity = 20}, 40);
  ASSERT_EQ(held.size(), 40u);
  for (std::size_t i = 0; i < held.size(); ++i) {
    EXPECT_EQ(held[i].seq, static_cast<std::int64_t>(i));
    EXPECT_EQ(held[i].stamp_s, static_cast<double>(i + 1));
    EXPECT_EQ(held[i].historical, i >= 5 && i < 25) << i;
  }

  const auto twice = sent_by("tp1", {.id = "F23", .target = "tp1", .on_s = 0, .severity = 0.2, .variant = "duplicate"}, 300);
  EXPECT_NEAR(static_cast<double>(twice.size()), 360, 40);
  auto late = sent_by("tp1", {.id = "F23", .target = "tp1", .on_s = 0, .severity = 0.2, .variant = "disorder"}, 300);
  EXPECT_FALSE(std::is_sorted(late.begin(), late.end(), [](const Sent& a, const Sent& b) { return a.seq < b.seq; }));
  EXPECT_GE(late.size(), 299u);
}

}  // namespace
}  // namespace steadyline
