#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "telemetry/liveness.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace steadyline {
namespace {

using testing::HasSubstr;
using testing::Not;

EventTime at(std::int64_t ms) { return EventTime{Milliseconds{ms}}; }

Line small_line() {
  Line line;
  line.id = "cdc1";
  line.units = {{"fd1", "feeder", 200}};
  Tag flow;
  flow.name = "massflow_pv";
  flow.path = "fd1/massflow_pv";
  line.tags = {flow};
  SoftSensorDescription weight;
  weight.name = "weight";
  line.soft_sensors = {weight};
  return line;
}

Outputs one_commit() {
  Outputs outputs;
  outputs.fates[static_cast<std::size_t>(Fate::used)] = 7;
  outputs.records = {{Topic::alerts, "cdc1", "{}", {}}, {Topic::assessments, "cdc1", "{}", {}}};
  outputs.rejected["malformed"] = 2;
  outputs.transitions["cdc1|fd1|massflow_pv|hard_limit|unacknowledged"] = 1;
  outputs.frames["cdc1"] = 3;
  outputs.values_set_aside = 4;
  outputs.progress[2] = {.next = 99, .read_from = 1};
  LineStatus status;
  status.line = "cdc1";
  status.time = at(1'000'000);
  status.running = true;
  status.verdict = Verdict::inside;
  status.health = 87.5;
  status.worst_tag = "fd1/massflow_pv";
  status.worst_share = 0.25;
  status.worst_horizon_s = 60;
  status.flaws = {1};
  status.values = {5.01};
  status.alarms_by_kind = {0, 1, 0, 0, 0, 0, 0};
  status.conformance_known = true;
  status.conformance = 93;
  status.quality = {{.attribute = "weight", .known = true, .low = 248, .median = 250, .high = 251.5, .offset = -0.5, .steps = 3, .set_aside = 1}};
  status.bundle = std::string(64, 'a');
  status.challenger = "b";
  status.challenger_health = 80;
  status.agreement = {.frames = 10, .both_alarm = 1, .only_champion = 2, .only_challenger = 3, .alarms = 4, .health_difference = 25};
  outputs.status = {status};
  return outputs;
}

std::string text_after_a_commit() {
  const std::vector lines{small_line()};
  Metrics metrics{lines, {{"version", "0.1.0"}}, [] { return at(1'002'500); }};
  metrics.observe(one_commit(), 0.02);
  metrics.turned(0.01);
  metrics.connection(true);
  metrics.commit_retried();
  metrics.lag(2, 11);
  return metrics.text();
}

TEST(Metrics, ShowWhatACommitBrought) {
  const std::string text = text_after_a_commit();
  for (const char* const series : {
           "steadyline_records_total{fate=\"used\"} 7\n", "steadyline_records_total{fate=\"late\"} 0\n",
           "steadyline_rejected_records_total{reason=\"malformed\"} 2\n", "steadyline_frames_closed_total{line=\"cdc1\"} 3\n",
           "steadyline_values_set_aside_total 4\n", "steadyline_published_records_total{topic=\"alerts\"} 1\n",
           "steadyline_active_alarms{kind=\"hard_limit\",line=\"cdc1\"} 1\n", "steadyline_health_score{line=\"cdc1\"} 87.5\n",
           "steadyline_tag_value{line=\"cdc1\",tag=\"massflow_pv\",unit=\"fd1\"} 5.01\n", "steadyline_frame_time_seconds{line=\"cdc1\"} 1000\n",
           "steadyline_data_age_seconds{line=\"cdc1\"} 2.5\n", "steadyline_flawed_tags{flaw=\"good\",line=\"cdc1\"} 1\n",
           "steadyline_committed_offset{partition=\"2\"} 99\n", "steadyline_partition_lag_records{partition=\"2\"} 11\n",
           "steadyline_conformance_index{line=\"cdc1\"} 93\n",
           "steadyline_soft_sensor_estimate{attribute=\"weight\",line=\"cdc1\",quantile=\"0.95\"} 251.5\n",
           "steadyline_soft_sensor_offset{attribute=\"weight\",line=\"cdc1\"} -0.5\n",
           "steadyline_soft_sensor_steps{attribute=\"weight\",line=\"cdc1\"} 3\n",
           "steadyline_soft_sensor_set_aside{attribute=\"weight\",line=\"cdc1\"} 1\n",
           "steadyline_soft_sensor_disagrees{attribute=\"weight\",line=\"cdc1\"} 0\n",
           "steadyline_challenger_health_score{line=\"cdc1\"} 80\n", "steadyline_challenger_alarms{line=\"cdc1\"} 4\n",
           "steadyline_challenger_frames{agreement=\"none\",line=\"cdc1\"} 4\n",
           "steadyline_challenger_frames{agreement=\"challenger\",line=\"cdc1\"} 3\n",
           "steadyline_challenger_health_difference{line=\"cdc1\"} 2.5\n", "steadyline_broker_connected 1\n", "steadyline_commit_retries_total 1\n", "steadyline_commit_seconds_count 1\n",
           "steadyline_alert_transitions_total{kind=\"hard_limit\",line=\"cdc1\",state=\"unacknowledged\",tag=\"massflow_pv\",unit=\"fd1\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(series));
  }
}

TEST(Metrics, WithoutVerdictThereIsNoHealthScore) {
  const std::vector lines{small_line()};
  Metrics metrics{lines};
  Outputs outputs = one_commit();
  metrics.observe(outputs, 0);
  for (const Verdict verdict : {Verdict::none, Verdict::standstill, Verdict::warming, Verdict::outside}) {
    outputs.status[0].verdict = verdict;
    outputs.status[0].health = 0;
    metrics.observe(outputs, 0);
    const std::string text = metrics.text();
    EXPECT_THAT(text, testing::ContainsRegex("steadyline_health_score\\{line=\"cdc1\"\\} [Nn]a[Nn]\n"));
    EXPECT_THAT(text, HasSubstr("steadyline_verdict{line=\"cdc1\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("steadyline_verdict_state{line=\"cdc1\",verdict=\"" + std::string{to_text(verdict)} + "\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("steadyline_verdict_state{line=\"cdc1\",verdict=\"inside\"} 0\n"));
  }
}

TEST(Metrics, OfAFrameUnlikeAnythingTrainedHealthSpeaks) {
  const std::vector lines{small_line()};
  Metrics metrics{lines};
  Outputs outputs = one_commit();
  outputs.status[0].verdict = Verdict::unlike;
  outputs.status[0].health = 3;
  metrics.observe(outputs, 0);
  EXPECT_THAT(metrics.text(), HasSubstr("steadyline_health_score{line=\"cdc1\"} 3\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("steadyline_verdict_state{line=\"cdc1\",verdict=\"unlike\"} 1\n"));
}

TEST(Metrics, TellWhichBundlesAreInUseNow) {
  const std::vector lines{small_line()};
  Metrics metrics{lines};
  Outputs outputs = one_commit();
  metrics.observe(outputs, 0);
  EXPECT_THAT(metrics.text(), HasSubstr("steadyline_bundle_info{bundle=\"aaaaaaaaaaaaaaaa\",line=\"cdc1\",role=\"champion\"} 1\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("steadyline_bundle_info{bundle=\"b\",line=\"cdc1\",role=\"challenger\"} 1\n"));
  outputs.status[0].bundle = "b";
  outputs.status[0].challenger.clear();
  metrics.observe(outputs, 0);
  EXPECT_THAT(metrics.text(), HasSubstr("steadyline_bundle_info{bundle=\"b\",line=\"cdc1\",role=\"champion\"} 1\n"));
  EXPECT_THAT(metrics.text(), Not(HasSubstr("aaaa")));
  EXPECT_THAT(metrics.text(), Not(HasSubstr("role=\"challenger\"")));
}

TEST(Metrics, TheTrendHasASignAndASize) {
  const std::vector lines{small_line()};
  Metrics metrics{lines};
  Outputs outputs = one_commit();
  const auto shown = [&](TrendState state) {
    outputs.status[0].trend = {.state = state, .change = -7.5, .over_s = 7200};
    metrics.observe(outputs, 0);
    return metrics.text();
  };
  EXPECT_THAT(shown(TrendState::down), HasSubstr("steadyline_health_trend{line=\"cdc1\"} -1\n"));
  EXPECT_THAT(shown(TrendState::down), HasSubstr("steadyline_health_change{line=\"cdc1\"} -7.5\n"));
  EXPECT_THAT(shown(TrendState::steady), HasSubstr("steadyline_health_trend{line=\"cdc1\"} 0\n"));
  EXPECT_THAT(shown(TrendState::up), HasSubstr("steadyline_health_trend{line=\"cdc1\"} 1\n"));
  EXPECT_THAT(shown(TrendState::unknown), testing::ContainsRegex("steadyline_health_trend\\{line=\"cdc1\"\\} [Nn]a[Nn]\n"));
  outputs.status[0].verdict = Verdict::outside;
  EXPECT_THAT(shown(TrendState::down), testing::ContainsRegex("steadyline_health_trend\\{line=\"cdc1\"\\} [Nn]a[Nn]\n"));
}

TEST(Metrics, ARevokedPartitionVanishes) {
  const std::vector lines{small_line()};
  Metrics metrics{lines};
  metrics.observe(one_commit(), 0);
  metrics.lag(2, 11);
  metrics.revoked(2);
  EXPECT_THAT(metrics.text(), Not(HasSubstr("partition=\"2\"")));
  metrics.lag(2, 3);
  EXPECT_THAT(metrics.text(), HasSubstr("steadyline_partition_lag_records{partition=\"2\"} 3\n"));
}

TEST(Metrics, UnknownLinesAddNoSeries) {
  const std::vector lines{small_line()};
  Metrics metrics{lines};
  Outputs outputs = one_commit();
  outputs.status[0].line = "elsewhere";
  outputs.frames["elsewhere"] = 5;
  metrics.observe(outputs, 0);
  EXPECT_THAT(metrics.text(), Not(HasSubstr("elsewhere")));
}

/// Names of the "# TYPE name type" lines with their type.
std::set<std::string> families_of(const std::string& text) {
  std::set<std::string> families;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("# TYPE ", 0) == 0) families.insert(line.substr(7));
  }
  return families;
}

TEST(Metrics, TextHoldsEveryDocumentedMetricAndNoOther) {
  std::set<std::string> documented;
  for (const MetricRow& row : Metrics::rows()) documented.insert(row.name + " " + row.type);
  EXPECT_GT(documented.size(), 20u);
  EXPECT_EQ(families_of(text_after_a_commit()), documented);
}

TEST(Metrics, TheDocumentHoldsOneRowForEach) {
  std::ifstream in{STEADYLINE_SOURCE_DIR "/docs/metrics.md"};
  std::set<std::string> found, expected;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("| `steadyline_", 0) == 0) found.insert(line);
  }
  for (const MetricRow& row : Metrics::rows()) expected.insert("| `" + row.name + "` | " + row.type + " | " + row.labels + " | " + row.meaning + " |");
  EXPECT_EQ(found, expected);
}

TEST(Heartbeat, DiesOfSilenceAndRevivesWithABeat) {
  Heartbeat::Clock::time_point now{};
  Heartbeat heartbeat{std::chrono::seconds{5}, [&] { return now; }};
  now += std::chrono::seconds{5};
  EXPECT_TRUE(heartbeat.alive());
  now += std::chrono::milliseconds{1};
  EXPECT_FALSE(heartbeat.alive());
  heartbeat.beat();
  EXPECT_TRUE(heartbeat.alive());
}

TEST(Log, JsonMessagesAreEscaped) {
  EXPECT_EQ(log::json_text("tag \"fd1\\x\"\n\x01 µ"), R"("tag \"fd1\\x\"\n\u0001 µ")");
  EXPECT_EQ(log::json_text("bad \xff\xc3"), R"("bad ??")");
}

TEST(Log, WritesOneLineOfTheLevelsAskedFor) {
  log::start({LogLevel::warn, true});
  testing::internal::CaptureStderr();
  log::info("dropped {}", 1);
  log::warn("kept {} {}", 2, "\"two\"");
  const std::string written = testing::internal::GetCapturedStderr();
  log::start({});
  EXPECT_THAT(written, Not(HasSubstr("dropped")));
  EXPECT_THAT(written, testing::ContainsRegex("^\\{\"time\":\"20[0-9-]*T[0-9:.]*Z\",\"level\":\"warning\",\"message\":\"kept 2 \\\\\"two\\\\\"\"\\}\n$"));
}

}  // namespace
}  // namespace steadyline
