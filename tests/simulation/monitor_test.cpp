#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "monitor/ports.h"
#include "support/monitor_log.h"

namespace steadyline::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// What the line measures at a second: flow and speed of both feeders, rpm of the blender; NaN: the unit sends nothing at all.
struct Plant {
  double flow1 = 5, speed1 = 106, flow2 = 5, speed2 = 106, rpm = 300;
};

const Line line = feeding_line();
const EventTime start{1'700'000'000s};

/// Small deterministic noise, so that no sensor looks frozen.
double hum(std::int64_t s, int tag) { return static_cast<double>((s * 37 + tag * 11) % 17 - 8) / 8; }

MonitorLog live(std::int64_t seconds, const std::function<Plant(std::int64_t)>& plant, bool hums = true) {
  MonitorLog log{line};
  for (std::int64_t s = 0; s < seconds; ++s) {
    const EventTime now = start + std::chrono::seconds{s};
    const Plant p = plant(s);
    const auto feeder = [&](std::uint32_t unit, double flow, double speed) {
      if (std::isnan(flow)) return;
      const int first = static_cast<int>(3 * unit);
      const std::vector<SampleValue> values{{TagIndex{3 * unit}, flow + 0.02 * hum(s, first)},
                                            {TagIndex{3 * unit + 1}, hums || unit > 0 ? speed + 0.2 * hum(s, first + 1) : speed},
                                            {TagIndex{3 * unit + 2}, 22 + hum(s, first + 2)}};
      log.sample(unit, now, values);
    };
    feeder(0, p.flow1, p.speed1);
    feeder(1, p.flow2, p.speed2);
    log.sample(2, now, std::vector<SampleValue>{{TagIndex{6}, p.rpm > 0 ? p.rpm + hum(s, 6) : 0}});
    log.tick(now);
  }
  // Enough to close the last frames, too few to make the line silent.
  for (int s = 0; s < 8; ++s) log.tick(start + std::chrono::seconds{seconds + s});
  return log;
}

/// A sink that corks and fails now and then; what it has taken is what the world sees.
class FakeSink : public OutputSink {
 public:
  Result<void> commit(const Outputs& outputs) override {
    if (++calls_ % 3 == 0) return tl::unexpected(Error{Errc::kafka_retriable, "corked", "fake", "call again"});
    Outputs copy = outputs;
    taken.append(std::move(copy));
    return {};
  }
  Outputs taken;

 private:
  int calls_ = 0;
};

Outputs watch(const MonitorLog& log) {
  Pipeline pipeline{{setup_of(line, trend_bundle(line))}, MonitorOptions{}};
  FakeSink sink;
  Outputs gathered;
  const std::vector<Record> records = log.records();
  for (std::size_t i = 0; i < records.size(); i += 256) {
    gathered.append(pipeline.advance(std::span{records}.subspan(i, std::min<std::size_t>(256, records.size() - i))));
    if (sink.commit(gathered)) gathered = {};
  }
  while (!sink.commit(gathered)) {
  }
  return std::move(sink.taken);
}

std::vector<std::string> raised(const Outputs& outputs) {
  std::vector<std::string> names;
  for (const json& alert : alerts_of(outputs)) {
    if (alert["seq"] != 0) continue;
    names.push_back(alert["kind"].get<std::string>() + " " + alert["unit"].get<std::string>() + "/" + alert["tag"].get<std::string>());
  }
  return names;
}

void expect_all_accounted(const MonitorLog& log, const Outputs& outputs) {
  EXPECT_EQ(sum_of_fates(outputs), log.size());
  ASSERT_EQ(outputs.progress.count(0), 1U);
  EXPECT_EQ(outputs.progress.at(0).next, static_cast<std::int64_t>(log.size()));
  EXPECT_EQ(outputs.progress.at(0).read_from, 0);
}

TEST(Simulation, AQuietHourIsQuietAndEveryRecordHasItsFate) {
  const MonitorLog log = live(3600, [](std::int64_t) { return Plant{}; });
  const Outputs outputs = watch(log);
  EXPECT_THAT(raised(outputs), testing::IsEmpty());
  expect_all_accounted(log, outputs);
  EXPECT_GE(outputs.frames.at("cdc1"), 3600U);
}

TEST(Simulation, ASilentFeederIsOneAlarmAndComesBack) {
  const MonitorLog log = live(1200, [](std::int64_t s) {
    Plant plant;
    if (s >= 600 && s < 700) plant.flow1 = std::numeric_limits<double>::quiet_NaN();
    return plant;
  });
  const Outputs outputs = watch(log);
  EXPECT_THAT(raised(outputs), testing::ElementsAre("bad_data fd1/*"));
  EXPECT_EQ(alerts_of(outputs).back()["state"], "rtn_unacknowledged");
  expect_all_accounted(log, outputs);
}

TEST(Simulation, AStepOverTheHardLimitIsToldWithinSeconds) {
  const MonitorLog log = live(900, [](std::int64_t s) { return Plant{.speed1 = s < 600 ? 106.0 : 320.0}; });
  const auto alerts = alerts_of(watch(log));
  ASSERT_FALSE(alerts.empty());
  EXPECT_EQ(alerts[0]["kind"], "hard_limit");
  EXPECT_EQ(alerts[0]["time"], to_rfc3339(start + 605s));
}

TEST(Simulation, ASlowRampIsForetoldBeforeTheHardLimitIsCrossed) {
  // 106 rpm until 600 s, then 0.5 rpm/s: the limit of 300 is crossed after 388 s.
  const MonitorLog log = live(1150, [](std::int64_t s) { return Plant{.speed1 = 106 + (s < 600 ? 0 : 0.5 * static_cast<double>(s - 600))}; });
  const auto names = raised(watch(log));
  ASSERT_EQ(names.size(), 2U) << testing::PrintToString(names);
  EXPECT_EQ(names[0], "forecast_breach fd1/screw_speed_pv");
  EXPECT_EQ(names[1], "hard_limit fd1/screw_speed_pv");
  const auto alerts = alerts_of(watch(log));
  EXPECT_LT(alerts[0]["time"].get<std::string>(), to_rfc3339(start + 900s));
  EXPECT_GT(alerts[0]["time_to_limit_s"].get<double>(), 60);
}

TEST(Simulation, AStandstillRaisesNothing) {
  const MonitorLog log = live(3600, [](std::int64_t s) {
    if (s < 600 || s >= 2400) return Plant{};
    return Plant{.flow1 = 0, .speed1 = 0, .flow2 = 0, .speed2 = 0, .rpm = 0};
  });
  EXPECT_THAT(raised(watch(log)), testing::IsEmpty());
}

TEST(Simulation, ABlenderTripStandsTheLineAndEndsItsAlarms) {
  const MonitorLog log = live(1500, [](std::int64_t s) { return Plant{.speed1 = s < 600 ? 106.0 : 320.0, .rpm = s < 700 ? 300.0 : 0.0}; });
  for (const json& alert : alerts_of(watch(log))) {
    if (alert["time"].get<std::string>() > to_rfc3339(start + 702s)) {
      EXPECT_EQ(alert["state"], "rtn_unacknowledged") << alert["text"];
    }
  }
}

TEST(Simulation, AFrozenSensorIsFound) {
  const MonitorLog log = live(900, [](std::int64_t) { return Plant{}; }, false);
  EXPECT_THAT(raised(watch(log)), testing::ElementsAre("bad_data fd1/screw_speed_pv"));
}

TEST(Simulation, ALineOnASecondPartitionIsRejectedAloud) {
  const MonitorLog log = live(5, [](std::int64_t) { return Plant{}; });
  Pipeline pipeline{{setup_of(line, trend_bundle(line))}, MonitorOptions{}};
  pipeline.advance(log.records());
  Record stray = log.records().front();
  stray.at = {1, 7};
  const Outputs outputs = pipeline.advance(std::span{&stray, 1});
  EXPECT_EQ(outputs.rejected.at("second_partition"), 1U);
  EXPECT_EQ(outputs.fates[static_cast<std::size_t>(Fate::rejected)], 1U);
  ASSERT_EQ(outputs.records.size(), 1U);
  EXPECT_EQ(json::parse(outputs.records[0].value)["position"]["partition"], 1);
  EXPECT_EQ(outputs.progress.at(1).next, 8);
}

TEST(Simulation, UnusableRecordsLeaveTheirNeighboursAloneAndAreKept) {
  MonitorLog log = live(5, [](std::int64_t) { return Plant{}; });
  const std::size_t good = log.size();
  log.add("", "{\"line\":\"cdc1\"");
  log.add("", "");
  log.add("nonsense", "{}");
  log.acknowledge("0123456789abcdef");
  const Outputs outputs = watch(log);
  EXPECT_EQ(outputs.fates[static_cast<std::size_t>(Fate::rejected)], 3U);
  EXPECT_EQ(outputs.fates[static_cast<std::size_t>(Fate::command)], 1U);
  EXPECT_EQ(outputs.rejected.at("unknown_alarm"), 1U);
  EXPECT_EQ(sum_of_fates(outputs), good + 4);
  std::size_t published = 0;
  for (const Output& output : outputs.records) published += output.topic == Topic::rejected ? 1 : 0;
  EXPECT_EQ(published, 3U);
}

TEST(Simulation, WhatAnEarlierRunPublishedStaysMuted) {
  const MonitorLog log = live(300, [](std::int64_t) { return Plant{}; });
  Pipeline pipeline{{setup_of(line, trend_bundle(line))}, MonitorOptions{}};
  const auto committed = static_cast<std::int64_t>(log.size()) - 10;
  pipeline.assign(0, committed);
  const Outputs outputs = pipeline.advance(log.records());
  EXPECT_EQ(sum_of_fates(outputs), 10U);
  for (const Output& output : outputs.records) EXPECT_GE(output.cause.offset, committed);
}

}  // namespace
}  // namespace steadyline::test
