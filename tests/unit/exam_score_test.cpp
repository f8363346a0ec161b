#include <cmath>
#include <fstream>
#include <gtest/gtest.h>

#include "evaluation/baseline_watch.h"
#include "evaluation/detection_comparison.h"
#include "evaluation/detection_score.h"
#include "evaluation/exam_alarm.h"
#include "evaluation/exam_normal.h"
#include "evaluation/exam_report.h"
#include "evaluation/exam_row.h"
#include "evaluation/exam_store.h"
#include "evaluation/false_alarms.h"
#include "evaluation/wilson.h"
#include "tests/support/temporary_folder.h"

namespace steadyline {
namespace {

EventTime at(int seconds) { return EventTime{std::chrono::seconds{seconds}}; }

ExamAlarm alarm(int raised, std::string unit = "fd1") { return {"hard_limit", unit, unit + "/massflow_pv", at(raised), {}, {}, {}}; }

Label event(LabelKind kind, std::string id, int on, int off) {
  Label label{.id = std::move(id),
              .kind = kind,
              .target{},
              .spec{},
              .on = at(on),
              .full{},
              .off{},
              .root_tags{},
              .affected{},
              .breach_alert{},
              .breach_spec{},
              .outside{},
              .correct_actions{},
              .forbidden_actions{}};
  label.off = at(off);
  return label;
}

Alert alert(std::string id, std::string group, int time, AlarmState state, std::uint32_t seq) {
  Alert a;
  a.id = std::move(id);
  a.group = std::move(group);
  a.seq = seq;
  a.unit = "fd1";
  a.tag = "massflow_pv";
  a.kind = AlarmKind::hard_limit;
  a.state = state;
  a.time = at(time);
  return a;
}

TEST(Wilson, EqualsTheTable) {
  const Share all = wilson(30, 30), none = wilson(0, 10), half = wilson(5, 10);  // Newcombe 1998
  EXPECT_NEAR(all.low, 0.8865, 1e-4);
  EXPECT_DOUBLE_EQ(all.high, 1);
  EXPECT_DOUBLE_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.2775, 1e-4);
  EXPECT_NEAR(half.low, 0.2366, 1e-4);
  EXPECT_NEAR(half.high, 0.7634, 1e-4);
  EXPECT_DOUBLE_EQ(wilson(0, 0).high, 1);
}

TEST(Calm, AStopMayBeToldOnceWithinAMinute) {
  const std::vector<Label> labels{event(LabelKind::unplanned_stop, "unplanned_stop", 1000, 1200)};
  const Calm once = judge_calm({alarm(1020)}, labels);
  EXPECT_EQ(once.episodes.size(), 0U);
  EXPECT_EQ(once.stops_told, 1U);
  const Calm twice = judge_calm({alarm(1020), alarm(1030, "bl1")}, labels);
  ASSERT_EQ(twice.episodes.size(), 1U);  // the second one is false
  EXPECT_EQ(twice.episodes[0].first.unit, "bl1");
  const Calm late = judge_calm({alarm(1061)}, labels);
  EXPECT_EQ(late.episodes.size(), 1U);
  EXPECT_EQ(late.stops_told, 0U);
  EXPECT_EQ(late.stops, 1U);
}

TEST(Calm, AlarmsOfNormalEventsAreFalseAndNamed) {
  const std::vector<Label> labels{event(LabelKind::normal_event, "refill", 100, 130)};
  const Calm calm = judge_calm({alarm(110), alarm(530), alarm(531)}, labels);
  ASSERT_EQ(calm.episodes.size(), 2U);
  EXPECT_EQ(calm.episodes[0].during, "refill");
  EXPECT_EQ(calm.episodes[1].during, "refill");  // until its end + 401 s
  EXPECT_EQ(judge_calm({alarm(531)}, labels).episodes[0].during, "");
}

TEST(Calm, AlarmsLessThanAMinuteApartAreOneEpisode) {
  const Calm calm = judge_calm({alarm(0), alarm(59), alarm(118), alarm(178)}, {});
  ASSERT_EQ(calm.episodes.size(), 2U);
  EXPECT_EQ(calm.episodes[0].alarms, 3U);
  EXPECT_EQ(calm.episodes[1].first.raised, at(178));
}

TEST(ExamAlarms, OnlyTheFirstOfAGroupCounts) {
  AlarmLog log;
  log.take(alert("a", "a", 10, AlarmState::unacknowledged, 0));
  log.take(alert("b", "a", 12, AlarmState::unacknowledged, 0));
  Alert told = alert("a", "a", 30, AlarmState::unacknowledged, 1);
  told.causes = {{"fd1/screw_speed_pv", 0.7}};
  told.verdict = "process";
  log.take(told);
  told.time = at(41);  // too late for the exam
  told.seq = 2;
  told.causes = {{"bl1/holdup", 0.7}};
  log.take(told);
  log.take(alert("a", "a", 90, AlarmState::rtn_unacknowledged, 3));
  ASSERT_EQ(log.alarms().size(), 1U);
  EXPECT_EQ(log.alarms()[0].causes, std::vector<std::string>{"fd1/screw_speed_pv"});
  EXPECT_EQ(log.alarms()[0].verdict, "process");
  EXPECT_EQ(log.alarms()[0].tag, "fd1/massflow_pv");
  EXPECT_EQ(log.alarms()[0].ended, at(90));
}

TEST(ExamAlarms, TheRunWithoutTheFaultHasItTooWithinAMinute) {
  ExamAlarm other = alarm(100);
  other.ended = at(200);
  const Milliseconds minute{60'000};
  EXPECT_TRUE(has_it_too({other}, alarm(260), minute));
  EXPECT_FALSE(has_it_too({other}, alarm(261), minute));
  EXPECT_TRUE(has_it_too({other}, alarm(40), minute));
  EXPECT_FALSE(has_it_too({other}, alarm(39), minute));
  EXPECT_FALSE(has_it_too({other}, alarm(150, "bl1"), minute));
}

FaultRow row(std::string fault, int difficulty, int tercile, std::uint64_t index, bool detected) {
  FaultRow r;
  r.of = {std::move(fault), "", tercile, index};
  r.kind = "process";
  r.difficulty = difficulty;
  r.target = "fd1";
  r.root_tags = {"fd1/screw_speed_pv", "fd1/feed_factor"};
  r.detected = detected;
  r.delay_s = 30;
  r.causes = {"fd1/massflow_pv", "fd1/feed_factor"};
  judge_causes(r);
  return r;
}

TEST(Causes, RankAndUnit) {
  FaultRow r = row("F01", 2, 1, 0, true);
  EXPECT_EQ(r.root_rank, 2U);
  EXPECT_TRUE(r.unit_right);
  r.causes = {"bl1/holdup"};
  judge_causes(r);
  EXPECT_EQ(r.root_rank, 0U);
  EXPECT_FALSE(r.unit_right);
  r.root_tags = {"bl1/*"};
  judge_causes(r);
  EXPECT_EQ(r.root_rank, 1U);
  EXPECT_TRUE(r.unit_right);
}

TEST(Rows, ComeBackFromTheirText) {
  FaultRow r = row("F04", 5, 2, 7, true);
  r.of.variant = "zero";
  r.seed = (1ULL << 53) - 1;
  r.breach_s = 1234.5;
  r.baselines = {{1.25, 3.0}, {2, {}}};
  r.peaks = {{{0.5F, 12.25F}, 99.125F}, {{}, 1}};
  EXPECT_EQ(fault_row(to_json(r)), r);
  NormalRow n{3, 17, 22.5, {{100, "drift", "fd1", "fd1/feed_factor", "refill", 2}}, 4, 3, {{1.5F}, {2.25F}}};
  EXPECT_EQ(normal_row(to_json(n)), n);
  EXPECT_FALSE(fault_row(to_json(n)).has_value());
  EXPECT_FALSE(fault_row("{\"suite\":\"faults\"}").has_value());
}

TEST(Classes, PoolTheMiddleAndUpperThirdsOnly) {
  std::vector<FaultRow> rows;
  for (std::uint64_t i = 0; i < 4; ++i) {
    rows.push_back(row("F01", 2, 0, i, false));
    rows.push_back(row("F01", 2, 1, i, true));
    rows.push_back(row("F02", 2, 2, i, i > 0));
  }
  const auto classes = score_classes(rows);
  ASSERT_EQ(classes.size(), 1U);
  EXPECT_EQ(classes[0].detected.hits, 7U);
  EXPECT_EQ(classes[0].detected.of, 8U);
}

TEST(Comparison, PairsTheRuns) {
  std::vector<FaultRow> rows;
  for (std::uint64_t i = 0; i < 20; ++i) {
    FaultRow r = row("F01", 3, 1, i, true);
    r.baselines.assign(baseline_count, {1, i < 10 ? std::optional{50.0} : std::nullopt});
    rows.push_back(r);
  }
  const auto found = compare_with_baselines(rows);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].only_ours, 10U);
  EXPECT_EQ(found[0].only_theirs, 0U);
  EXPECT_DOUBLE_EQ(found[0].difference, 0.5);
  EXPECT_GT(found[0].low, 0);
  for (FaultRow& r : rows) r.baselines.assign(baseline_count, {1, 30.0});
  const auto same = compare_with_baselines(rows);
  EXPECT_LT(same[0].low, 0);
  EXPECT_GT(same[0].high, 0);
}

TEST(BaselineLimit, GivesAtMostAsManyEpisodes) {
  const std::vector<std::vector<float>> days{{0, 1, 3, 3, 0, 2}, {5, 0, 0, 1}};
  EXPECT_DOUBLE_EQ(limit_for(days, 1), 5);
  EXPECT_DOUBLE_EQ(limit_for(days, 2), 3);
  EXPECT_DOUBLE_EQ(limit_for(days, 3), 2);
  EXPECT_GT(limit_for(days, 0), 5);
}

TEST(Store, GoesOnWithItsOwnExamOnly) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "runs.jsonl";
  {
    auto store = ExamStore::open(file, "{\"commit\":\"a\"}");
    ASSERT_TRUE(store.has_value());
    ASSERT_TRUE(store->add("{\"row\":1}").has_value());
    std::ofstream{file, std::ios::app} << "{\"row\":2";  // stopped in the middle
  }
  auto again = ExamStore::open(file, "{\"commit\":\"a\"}");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->rows(), std::vector<std::string>{"{\"row\":1}"});
  EXPECT_FALSE(ExamStore::open(file, "{\"commit\":\"b\"}").has_value());
}

TEST(Report, NamesBundleAndCommitInEveryTable) {
  ExamReport report;
  report.line = "cdc1";
  report.bundle = "0123456789abcdef0123";
  report.commit = "c<1>";
  report.faults = {row("F01", 2, 1, 0, true), row("F01", 2, 2, 0, false)};
  report.normal = {{0, 1, 500, {}, 0, 0, {}}};
  const std::string html = to_html(report);
  std::size_t tables = 0, heads = 0;
  for (std::size_t i = html.find("<h2>"); i != std::string::npos; i = html.find("<h2>", i + 1)) ++heads;
  for (std::size_t i = html.find("0123456789abcdef"); i != std::string::npos; i = html.find("0123456789abcdef", i + 1)) ++tables;
  EXPECT_EQ(tables, heads + 1);
  EXPECT_EQ(html.find("c<1>"), std::string::npos);
  for (const char* foreign : {"http:", "https:", "<script", "src="}) EXPECT_EQ(html.find(foreign), std::string::npos) << foreign;
  EXPECT_EQ(to_json(report), to_json(ExamReport{report}));
}

}  // namespace
}  // namespace steadyline
