// The Tennessee Eastman process (not part of the repository): missed-detection rates at 1 % false alarms.
#include "evaluation/tep.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace steadyline {
namespace {

std::filesystem::path data() {
  const char* const data = std::getenv("STEADYLINE_DATA");
  return (data != nullptr ? std::filesystem::path{data} : std::filesystem::path{STEADYLINE_SOURCE_DIR} / "../shared/data") / "tep";
}

TEST(Tep, HealthMissesNoMoreThanTheBestDynamicPca) {
  if (!std::filesystem::exists(data())) GTEST_SKIP() << data() << " is absent: the Tennessee Eastman data are not part of the repository";
  const auto report = run_tep(data());
  ASSERT_TRUE(report) << to_line(report.error());
  std::printf("%s", report->table().c_str());
  ASSERT_EQ(report->faults, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  ASSERT_EQ(report->published_dpca.size(), 10U);
  EXPECT_LE(report->health.false_alarms, 0.01);
  for (const std::size_t fault : {1U, 2U, 4U, 6U, 7U, 8U})
    EXPECT_LE(report->health.missed[fault - 1], report->published_dpca[fault - 1] + 0.005) << "fault " << fault;
  EXPECT_LE(report->health.missed[4], 0.05);
  EXPECT_LE(report->health.missed[9], 0.20);
  EXPECT_GE(report->health.missed[2], 0.9) << "fault 3 cannot be seen at 1 % false alarms";
  EXPECT_GE(report->health.missed[8], 0.9) << "fault 9 cannot be seen at 1 % false alarms";
}

}  // namespace
}  // namespace steadyline
