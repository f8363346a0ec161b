// The golden profile of the twin's plants, held against plants that it never saw: normal running conforms, faults do not.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>

#include "evaluation/twin_production.h"
#include "settings/read_scenario.h"
#include "support/twin_runs.h"
#include "training/learn.h"
#include "twin/exam.h"

namespace steadyline {
namespace {

using test::cdc1;
using test::cdc1_parameters;

struct Watched {
  const Line line = watched_part(cdc1());
  GoldenProfile profile;
  Watched() {
    Scenario scenario{.duration_s = 28800, .seed = 9001, .stops = StopStatistics::line, .lot_size_share = 0.25, .exam = true};
    profile = learn_golden(line, twin_production(line, cdc1_parameters(), scenario, 12), {});
  }
};

const Watched& watched() {
  static const Watched once;
  return once;
}

struct Seen {
  std::vector<double> index;  // where it is known
  double lowest = 100;        // from the first fault on
  std::map<std::string, double> outside;
};

Seen live(Scenario scenario) {
  const Watched& own = watched();
  GoldenModel model{own.profile, own.line};
  GoldenState state;
  Conformance now;
  Seen seen;
  double second = 0;
  const double from_s = scenario.faults.empty() ? 0 : scenario.faults.front().on_s;
  twin_production(own.line, cdc1_parameters(), scenario, 1)([&](std::size_t, const Frame& frame, const Context& context) {
    model.step(frame, context, state, now);
    ++second;
    if (!now.known) return;
    seen.index.push_back(now.index);
    if (second < from_s) return;
    seen.lowest = std::min(seen.lowest, now.index);
    for (std::size_t i = 0; i < now.worst_count; ++i)
      seen.outside[own.line.tag(model.tags()[now.worst[i].tag]).path] += std::fabs(static_cast<double>(now.worst[i].excess));
  });
  std::sort(seen.index.begin(), seen.index.end());
  return seen;
}

TEST(GoldenProfileOfTheTwin, NormalRunningOfAnUnknownPlantConforms) {
  const Seen seen = live({.duration_s = 28800,
                          .seed = exam_seed("development", "normal", 1),
                          .stops = StopStatistics::line,
                          .lot_size_share = 0.25,
                          .exam = true});
  ASSERT_GT(seen.index.size(), 20000U);
  EXPECT_GT(seen.index[seen.index.size() / 2], 95);
  EXPECT_GT(seen.index[seen.index.size() / 100], 90) << "refills, lots and sub-lots do not lower it";
}

class GoldenFault : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(GoldenFault, LowersTheIndexAndShowsWhere) {
  const auto [fault, tag] = GetParam();
  const Seen seen = live(exam_scenario(fault, "", 2, exam_seed("development", fault, 1)));
  EXPECT_LT(seen.lowest, 50);
  ASSERT_FALSE(seen.outside.empty());
  std::string shown;
  for (const auto& [path, sum] : seen.outside) shown += path + " ";
  EXPECT_TRUE(seen.outside.contains(tag)) << shown;
}
INSTANTIATE_TEST_SUITE_P(Some, GoldenFault,
                         testing::Values(std::pair{"F01", "fd1/massflow_pv"}, std::pair{"F11", "bl1/rpm_pv"},
                                         std::pair{"F26", "ct1/inlet_temp_pv"}));

}  // namespace
}  // namespace steadyline
