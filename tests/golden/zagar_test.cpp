// Real tablet-press data (not part of the repository): every row has its fate, and a bundle trained on the early campaigns forecasts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "training/dataset_reader.h"
#include "training/recordings.h"

namespace steadyline {
namespace {

std::filesystem::path recording() {
  const char* const data = std::getenv("STEADYLINE_DATA");
  const std::filesystem::path folder = data != nullptr ? std::filesystem::path{data} : std::filesystem::path{STEADYLINE_SOURCE_DIR} / "../shared/data";
  return folder / "zagar_tablet/Process/3.csv";
}

TEST(Zagar, EveryRowOfProduct3IsUsedOrSetAside) {
  if (!std::filesystem::exists(recording())) GTEST_SKIP() << recording() << " is absent: the recording of Zagar & Mihelic (doi 10.1038/s41597-022-01203-x) is not part of the repository";
  const std::filesystem::path config = std::filesystem::path{STEADYLINE_SOURCE_DIR} / "config";
  const auto line = read_line(config / "lines/press-zagar.yaml");
  const auto dataset = read_dataset(config / "datasets/zagar.yaml");
  ASSERT_TRUE(line);
  ASSERT_TRUE(dataset);
  const auto table = read_dataset(*line, *dataset, recording());
  ASSERT_TRUE(table) << to_line(table.error());
  std::size_t aside = 0;
  for (const auto& [reason, count] : table->set_aside) aside += count;
  EXPECT_EQ(table->rows_read, 53'057U);
  EXPECT_EQ(table->rows.size() + aside, table->rows_read);
  EXPECT_EQ(aside, 0U);
  const auto recordings = to_recordings(*line, *dataset, table->rows);
  std::vector<std::string> groups;
  for (const Recording& r : recordings) groups.push_back(r.group);
  EXPECT_EQ(groups, (std::vector<std::string>{"6", "10", "43", "70", "94"}));
}

}  // namespace
}  // namespace steadyline
