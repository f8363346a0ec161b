#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/monitor_log.h"

namespace steadyline::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// The line of two feeders with a set-point of the first one's flow.
Line with_set_point() {
  Line line = feeding_line();
  Tag set_point{.unit = UnitIndex{0}, .name = "massflow_sp", .path = "fd1/massflow_sp", .uom = "kg/h"};
  set_point.role = Role::setpoint;
  set_point.range = {0, 20};
  line.tags.push_back(set_point);
  return line;
}

const Line line = with_set_point();
constexpr std::int64_t lower_s = 1200, back_s = 2400, end_s = 4800;
constexpr std::int64_t washes_out_s = 120 + 500;  // 2.5 times the 200 s from the feeder to the product
constexpr std::int64_t warm_up_s = 120;

/// 5 kg/h, from 20 min on 4 kg/h, from 40 min on 5 kg/h again.
MonitorLog moved_log() {
  MonitorLog log{line};
  const auto hum = [](std::int64_t s, int tag) { return static_cast<double>((s * 37 + tag * 11) % 17 - 8) / 8; };
  for (std::int64_t s = 0; s < end_s; ++s) {
    const EventTime now = EventTime{1'700'000'000s} + std::chrono::seconds{s};
    const double wanted = s >= lower_s && s < back_s ? 4 : 5;
    log.sample(0, now,
               std::vector<SampleValue>{{TagIndex{0}, wanted + 0.02 * hum(s, 0)},
                                        {TagIndex{1}, 106 + 0.2 * hum(s, 1)},
                                        {TagIndex{2}, 22 + hum(s, 2)},
                                        {TagIndex{7}, wanted}});
    log.sample(
        1, now,
        std::vector<SampleValue>{{TagIndex{3}, 5 + 0.02 * hum(s, 3)}, {TagIndex{4}, 106 + 0.2 * hum(s, 4)}, {TagIndex{5}, 22 + hum(s, 5)}});
    log.sample(2, now, std::vector<SampleValue>{{TagIndex{6}, 300 + hum(s, 6)}});
    log.tick(now);
  }
  for (int s = 0; s < 8; ++s) log.tick(EventTime{1'700'000'000s} + std::chrono::seconds{end_s + s});
  return log;
}

/// A health model to which every frame but those about 5 kg/h is bad.
Bundle narrow_bundle() {
  Bundle bundle = trend_bundle(line);
  bundle.health.error_scale.assign(2 * bundle.features.tag_count(), 0.1);
  return bundle;
}

TEST(OperatingPointOfALine, AtRatesThatTheModelsDoNotKnowNobodySeesAScore) {
  const MonitorLog log = moved_log();
  Pipeline pipeline{{setup_of(line, narrow_bundle())}, MonitorOptions{}};
  const Outputs outputs = pipeline.advance(log.records());
  std::map<std::string, int> verdicts_below, verdicts_after;
  double worst_after = 100;
  for (const Output& output : outputs.records) {
    if (output.topic != Topic::assessments) continue;
    const json told = json::parse(output.value);
    const auto time = parse_rfc3339(told["time"].get<std::string>());
    ASSERT_TRUE(time);
    const auto s = (*time - EventTime{1'700'000'000s}) / 1s;
    if (s > lower_s + 1 && s < back_s + washes_out_s - 1) {
      ++verdicts_below[told["verdict"].get<std::string>()];
      EXPECT_TRUE(told["health"].is_null()) << output.value;
      EXPECT_TRUE(told["worst"].empty()) << output.value;
    }
    if (s > back_s + washes_out_s + 1 && s < back_s + washes_out_s + warm_up_s - 2) {
      EXPECT_EQ(told["verdict"], "warming");
    }
    if (s > back_s + washes_out_s + warm_up_s + 1 && s < end_s) {
      ++verdicts_after[told["verdict"].get<std::string>()];
      EXPECT_TRUE(told["health"].is_number()) << output.value;
      worst_after = std::min(worst_after, told["health"].get<double>());
    }
  }
  EXPECT_THAT(verdicts_below, testing::ElementsAre(testing::Key("outside")));
  EXPECT_EQ(verdicts_after.count("outside"), 0U);
  EXPECT_GT(worst_after, 50) << "the score remembers what it was not asked about";
  for (const json& alert : alerts_of(outputs)) EXPECT_NE(alert["kind"], "low_health") << alert["text"];
}

}  // namespace
}  // namespace steadyline::test
