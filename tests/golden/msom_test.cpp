// The twin of line cdc50 written in the MSOM form and read back: its running means are those of the recorded line.
#include <chrono>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>

#include "campaigns/msom_run.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"
#include "training/joined_reader.h"

namespace steadyline {
namespace {

const std::filesystem::path config = std::filesystem::path{STEADYLINE_SOURCE_DIR} / "config";

struct ReadBack {
  MsomAccount written;
  JoinedTable table;
};

/// Writes hours of the twin with these traps and reads them back.
ReadBack write_and_read(double hours, const std::vector<std::string>& traps) {
  const auto folder = std::filesystem::path{testing::TempDir()} / ("msom_twin_" + traps.front());
  std::filesystem::remove_all(folder);
  const auto twin_line = read_line(config / "lines/cdc1.yaml");
  const auto parameters = read_twin(config / "twin/cdc50.yaml");
  EXPECT_TRUE(twin_line && parameters) << (parameters ? "" : to_line(parameters.error().front()));
  Scenario scenario;
  scenario.start = std::chrono::sys_days{std::chrono::year{2018} / 1 / 12} + std::chrono::hours{23} + std::chrono::minutes{30};
  scenario.duration_s = 3600 * hours;
  scenario.seed = 2018;
  const auto written = write_msom(*twin_line, *parameters, scenario, folder, msom_traps(traps, 5).value(), nullptr, {});
  EXPECT_TRUE(written) << to_line(written.error().front());
  const auto line = read_line(config / "lines/cdc50.yaml");
  const auto dataset = read_dataset(config / "datasets/msom.yaml");
  auto table = read_folder(*line, *dataset, folder);
  EXPECT_TRUE(table) << to_line(table.error());
  std::filesystem::remove_all(folder);
  return {*written, std::move(*table)};
}

struct Moments {
  double mean = 0, sd = 0;
};

Moments moments(const Line& line, const JoinedTable& table, const char* path) {
  const auto tag = line.find_tag(path).value().value;
  double n = 0, sum = 0, squares = 0;
  for (const DataRow& row : table.rows) {
    const double v = row.values[tag];
    if (std::isnan(v)) continue;
    n += 1;
    sum += v;
    squares += v * v;
  }
  return {sum / n, std::sqrt(std::max(0.0, squares / n - sum / n * sum / n))};
}

/// A running mean of the recorded line and how near the twin's must come, as a share of it. Feed factors differ from lot to lot by 3 %.
struct Wanted {
  const char* path;
  double mean;
  double share;
};
constexpr Wanted running_means[] = {
    {"pd1/massflow_pv", 14.85, 0.03},  {"pd2/massflow_pv", 15.11, 0.03},  {"pd3/massflow_pv", 5.22, 0.03},
    {"pd4/massflow_pv", 14.86, 0.03},  {"pd5/massflow_pv", 1.56, 0.03},   {"pd7/massflow_pv", 0.52, 0.03},
    {"pd3/share", 10.007, 0.02},       {"pd1/feed_factor", 1.31, 0.08},   {"pd2/feed_factor", 1.80, 0.08},
    {"pd3/feed_factor", 1.05, 0.08},   {"pd4/feed_factor", 1.33, 0.08},   {"pd5/feed_factor", 1.12, 0.08},
    {"pd7/feed_factor", 0.82, 0.08},   {"bl1/potency", 100.10, 0.015},    {"bl2/potency", 100.10, 0.015},
    {"bl1/massflow_pv", 51.60, 0.02},  {"bl2/massflow_pv", 52.15, 0.02},  {"lab/weight", 399.95, 0.01},
    {"lab/thickness", 4.614, 0.01},    {"lab/hardness", 14.17, 0.1},      {"tp1/main_force", 35.44, 0.05},
    {"tp1/fill_depth", 9.066, 0.03},   {"tp1/shoe_m20m13", 75, 0.03},     {"pd1/netweight_pv", 0.467, 0.12},
    {"pd2/netweight_pv", 0.834, 0.12}, {"pd3/netweight_pv", 0.408, 0.12}, {"pd7/netweight_pv", 0.318, 0.12},
};

TEST(MsomTwin, AnHourHasTheRunningMeansOfTheRecordedLine) {
  const ReadBack back = write_and_read(1, {"none"});
  const Line line = read_line(config / "lines/cdc50.yaml").value();
  ASSERT_EQ(back.table.rows.size(), 3600U);
  for (const FileAccount& account : back.table.files) {
    std::size_t aside = 0;
    for (const auto& [reason, count] : account.set_aside) aside += reason == "filter" ? 0 : count;
    EXPECT_EQ(aside, 0U) << to_line(account);
    EXPECT_TRUE(account.cells.no_reading.empty() && account.cells.mended.empty()) << to_line(account);
  }
  for (const Wanted& wanted : running_means) {
    const Moments seen = moments(line, back.table, wanted.path);
    EXPECT_NEAR(seen.mean, wanted.mean, wanted.share * wanted.mean) << wanted.path << ", sd " << seen.sd;
  }
  // Refills of the four large feeders follow each other after about three minutes.
  for (const char* path : {"pd1/refill", "pd2/refill", "pd3/refill", "pd4/refill"}) {
    const auto tag = line.find_tag(path).value().value;
    int refills = 0;
    for (std::size_t i = 1; i < back.table.rows.size(); ++i)
      refills += back.table.rows[i].values[tag] == 1 && back.table.rows[i - 1].values[tag] == 0 ? 1 : 0;
    EXPECT_GE(refills, 14) << path;
    EXPECT_LE(refills, 30) << path;
  }
}

TEST(MsomTwin, WithAllTrapsEveryRowHasItsFate) {
  const ReadBack back = write_and_read(1, {"all"});
  EXPECT_EQ(back.written.planted.size(), msom_trap_names().size());
  for (const FileAccount& account : back.table.files) {
    std::size_t aside = 0;
    for (const auto& [reason, count] : account.set_aside) aside += count;
    EXPECT_EQ(account.rows_read, account.rows_used + aside) << to_line(account);
  }
  const Line line = read_line(config / "lines/cdc50.yaml").value();
  for (const Wanted& wanted : running_means)
    EXPECT_NEAR(moments(line, back.table, wanted.path).mean, wanted.mean, (0.02 + wanted.share) * wanted.mean) << wanted.path;
}

}  // namespace
}  // namespace steadyline
