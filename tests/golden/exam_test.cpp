#include <algorithm>
#include <gtest/gtest.h>

#include "evaluation/exam_monitor.h"
#include "evaluation/exam_run.h"
#include "evaluation/exam_suite.h"
#include "evaluation/twin_production.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

ExamPlan plan() {
  const std::filesystem::path home = STEADYLINE_SOURCE_DIR;
  const auto line = read_line(home / "config/lines/cdc1.yaml");
  const auto twin = read_twin(home / "config/twin/cdc1.yaml");
  EXPECT_TRUE(line && twin);
  ExamPlan made;
  made.line = watched_part(*line);
  made.parameters = *twin;
  made.commit = "development";
  return made;
}

std::string text_of(const std::vector<FaultRow>& rows) {
  std::string text;
  for (const FaultRow& row : rows) text += to_json(row) + "\n";
  return text;
}

TEST(Exam, GivesTheSameRowsWhateverTheJobs) {
  const ExamPlan exam = plan();
  const auto cases = fault_cases(1, {"F06", "F22 missing"});
  auto none = ExamStore::open({}, "");
  const auto one = examine_faults(exam, cases, 1, *none, {}, {});
  const auto two = examine_faults(exam, cases, 2, *none, {}, {});
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->size(), 6U);
  EXPECT_EQ(text_of(*one), text_of(*two));
}

TEST(Exam, FindsAFeederThatStopsWithoutModels) {
  const FaultRow row = live_through(plan(), {"F06", "", 2, 0});
  EXPECT_TRUE(row.detected);
  EXPECT_LT(row.delay_s, 60);
}

// What the truth says, and who asks it, leaves no trace in what the monitor tells.
TEST(Exam, TheTruthIsNotRead) {
  const ExamPlan exam = plan();
  const Scenario scenario = scenario_of(exam, {"F06", "", 2, 1});
  MonitoredTwin plain{exam, scenario}, asked{exam, scenario};
  for (int second = 0; second < 4000; ++second) {
    plain.step();
    (void)asked.simulation.truth();
    auto labels = asked.simulation.labels();
    std::reverse(labels.begin(), labels.end());
    asked.step();
  }
  EXPECT_EQ(plain.log.alarms(), asked.log.alarms());
  for (const Tag& tag : exam.line.tags) EXPECT_EQ(tag.path.find("truth"), std::string::npos);
}

}  // namespace
}  // namespace steadyline
