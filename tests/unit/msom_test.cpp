// The MSOM form written and read back: each trap alone, all of them, none. The seconds are made up: what counts here is files.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <numeric>

#include "campaigns/msom_layout.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "support/made_up_msom.h"
#include "training/joined_reader.h"

namespace steadyline {
namespace {

const std::filesystem::path config = std::filesystem::path{STEADYLINE_SOURCE_DIR} / "config";
constexpr std::size_t rows = 3600;
const EventTime before_midnight =
    std::chrono::sys_days{std::chrono::year{2018} / 1 / 12} + std::chrono::hours{23} + std::chrono::minutes{30};

const Line& cdc50() {
  static const Line line = read_line(config / "lines/cdc50.yaml").value();
  return line;
}
const Dataset& msom() {
  static const Dataset dataset = read_dataset(config / "datasets/msom.yaml").value();
  return dataset;
}

/// A folder of its own for each test, gone afterwards.
class Msom : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path{testing::TempDir()} / (std::string{"msom_"} + test->name());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  MsomAccount write(const std::vector<std::string>& traps, std::size_t seconds = rows) {
    auto writer = MsomWriter::open(folder_, msom_traps(traps, 7).value());
    EXPECT_TRUE(writer) << to_line(writer.error());
    MadeUpLine line{before_midnight};
    writer->log(before_midnight, "Start", "production, 50 kg/h");
    for (std::size_t i = 0; i < seconds; ++i) EXPECT_TRUE(writer->write(line.next()));
    return writer->finish().value();
  }

  JoinedTable read() {
    auto table = read_folder(cdc50(), msom(), folder_);
    EXPECT_TRUE(table) << to_line(table.error());
    for (const FileAccount& account : table->files) {
      if (testing::Test::HasFailure()) break;
      EXPECT_EQ(account.rows_read, account.rows_used + aside(account)) << to_line(account);
    }
    return std::move(*table);
  }

  static std::size_t aside(const FileAccount& account) {
    return std::accumulate(account.set_aside.begin(), account.set_aside.end(), std::size_t{0},
                           [](std::size_t sum, const auto& reason) { return sum + reason.second; });
  }

  std::filesystem::path folder_;
};

std::size_t mended(const JoinedTable& table, const std::string& what) {
  std::size_t sum = 0;
  for (const FileAccount& account : table.files)
    if (const auto found = account.cells.mended.find(what); found != account.cells.mended.end()) sum += found->second;
  return sum;
}

std::size_t cells(const JoinedTable& table, const std::string& reason) {
  std::size_t sum = 0;
  for (const FileAccount& account : table.files)
    if (const auto found = account.cells.no_reading.find(reason); found != account.cells.no_reading.end())
      for (const auto& [column, count] : found->second) sum += count;
  return sum;
}

std::size_t all_mended_and_set_aside(const JoinedTable& table) {
  std::size_t sum = 0;
  for (const FileAccount& account : table.files) {
    for (const auto& [reason, count] : account.set_aside) sum += reason == "filter" ? 0 : count;
    for (const auto& [what, count] : account.cells.mended) sum += count;
    for (const auto& [reason, columns] : account.cells.no_reading)
      for (const auto& [column, count] : columns) sum += count;
  }
  return sum;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// Each second of the hour once, in order.
void expect_every_second(const JoinedTable& table) {
  ASSERT_EQ(table.rows.size(), rows);
  for (std::size_t i = 0; i < rows; ++i) ASSERT_EQ(table.rows[i].time, before_midnight + std::chrono::seconds{i}) << i;
}

TEST_F(Msom, WithoutTrapsEveryRowIsUsedAndNothingIsMended) {
  const MsomAccount account = write({"none"});
  EXPECT_TRUE(account.planted.empty());
  const JoinedTable table = read();
  expect_every_second(table);
  for (const FileAccount& file : table.files) EXPECT_TRUE(file.cells.no_reading.empty() && file.cells.mended.empty()) << to_line(file);
  EXPECT_EQ(all_mended_and_set_aside(table), 0U);
  for (const DataRow& row : table.rows) {
    for (std::size_t tag = 0; tag < row.values.size(); ++tag)
      ASSERT_FALSE(std::isnan(row.values[tag])) << cdc50().tags[tag].path << " at row " << row.number;
  }
  EXPECT_EQ(table.rows.front().group, "2018-01-12");
  EXPECT_EQ(table.rows.back().group, "2018-01-13");
}

TEST_F(Msom, SwappedDatesAreSwappedBack) {
  const auto planted = write({"swapped_dates"}).planted.at("swapped_dates");
  const JoinedTable table = read();
  expect_every_second(table);
  EXPECT_EQ(mended(table, "swapped"), planted);
  EXPECT_EQ(all_mended_and_set_aside(table), planted);
}

TEST_F(Msom, MinutesWithoutSecondsAreSpread) {
  const auto planted = write({"coarse_times"}).planted.at("coarse_times");
  const JoinedTable table = read();
  expect_every_second(table);
  EXPECT_EQ(mended(table, "minute"), planted);
  EXPECT_EQ(all_mended_and_set_aside(table), planted);
}

TEST_F(Msom, MidnightMayBeADateAlone) {
  const auto planted = write({"bare_midnights"}).planted.at("bare_midnights");
  EXPECT_EQ(planted, 3U);  // in three files with times
  const JoinedTable table = read();
  expect_every_second(table);
  EXPECT_EQ(mended(table, "midnight"), planted);
}

TEST_F(Msom, CorruptRowsAreSetAsideAndTheirPartnersWithThem) {
  const auto planted = write({"corrupt_rows"}).planted.at("corrupt_rows");
  const JoinedTable table = read();
  std::size_t corrupt = 0, partners = 0, others = 0;
  for (const FileAccount& account : table.files) {
    for (const auto& [reason, count] : account.set_aside) {
      if (reason == "columns" || reason == "time")
        corrupt += count;
      else if (reason == "partner")
        partners += count;
      else if (reason != "filter")
        others += count;
    }
  }
  EXPECT_EQ(corrupt, planted);
  EXPECT_GT(partners, 0U);
  EXPECT_EQ(others, 0U);
}

TEST_F(Msom, TotalizersAreCountedOnOverTheirWraps) {
  const auto planted = write({"totalizer_wraps"}).planted.at("totalizer_wraps");
  EXPECT_EQ(planted, msom_feeders);
  const JoinedTable table = read();
  EXPECT_EQ(mended(table, "wrapped"), planted);
  EXPECT_EQ(all_mended_and_set_aside(table), planted);
  const auto total = cdc50().find_tag("pd1/total")->value;
  EXPECT_NEAR(table.rows.back().values[total] - table.rows.front().values[total], 52.15 * 0.285, 0.05);
  for (std::size_t i = 1; i < rows; ++i) ASSERT_GE(table.rows[i].values[total], table.rows[i - 1].values[total]) << i;
}

TEST_F(Msom, ZerosOfARunningFeederAreNoReading) {
  const auto planted = write({"zero_stretches"}).planted.at("zero_stretches");
  const JoinedTable table = read();
  EXPECT_EQ(cells(table, "zeros") + cells(table, "zero"), planted);
  EXPECT_GT(cells(table, "zeros"), 0U);
  EXPECT_GT(cells(table, "zero"), 0U);
  EXPECT_EQ(all_mended_and_set_aside(table), planted);
}

TEST_F(Msom, SpikesAfterARefillAreNoReading) {
  const auto planted = write({"refill_spikes"}).planted.at("refill_spikes");
  const JoinedTable table = read();
  EXPECT_EQ(cells(table, "range"), planted);
  EXPECT_EQ(all_mended_and_set_aside(table), planted);
  const auto flow = cdc50().find_tag("pd2/massflow_pv")->value;
  for (const DataRow& row : table.rows) EXPECT_FALSE(row.values[flow] < 0) << row.number;
}

TEST_F(Msom, FlagsOfAnyOtherNumberAreNoReading) {
  const auto planted = write({"odd_flags"}).planted.at("odd_flags");
  const JoinedTable table = read();
  EXPECT_EQ(cells(table, "flag"), planted);
  EXPECT_EQ(all_mended_and_set_aside(table), planted);
}

TEST_F(Msom, ShiftedColumnsAreSetAside) {
  const auto planted = write({"shifted_columns"}).planted.at("shifted_columns");
  const JoinedTable table = read();
  EXPECT_EQ(cells(table, "shifted"), planted);
  EXPECT_EQ(all_mended_and_set_aside(table), planted);
}

TEST_F(Msom, DuplicatedColumnsAreSetAside) {
  const auto planted = write({"duplicated_columns"}).planted.at("duplicated_columns");
  const JoinedTable table = read();
  EXPECT_EQ(cells(table, "duplicated"), planted);
  EXPECT_EQ(all_mended_and_set_aside(table), planted);
}

TEST_F(Msom, WithAllTrapsEveryRowHasItsFateAndTheRestIsRight) {
  const MsomAccount account = write({"all"});
  EXPECT_EQ(account.planted.size(), msom_trap_names().size());
  const JoinedTable table = read();
  for (const FileAccount& file : table.files) {
    const bool by_second = file.name == "feeders1" || file.name == "feeders2" || file.name == "blenders" || file.name == "press";
    if (by_second) {
      EXPECT_GT(file.rows_used, rows * 98 / 100) << to_line(file);
    }
  }
  for (const char* reason : {"zeros", "range", "flag", "shifted", "duplicated"}) EXPECT_GT(cells(table, reason), 0U) << reason;
  for (const char* what : {"swapped", "minute", "midnight", "wrapped"}) EXPECT_GT(mended(table, what), 0U) << what;
  // No second outside the hour, and whatever is still there is what the line did.
  EXPECT_GE(table.rows.front().time, before_midnight);
  EXPECT_LT(table.rows.back().time, before_midnight + std::chrono::seconds{rows});
  for (const auto& [path, low, high] : {std::tuple{"pd1/massflow_pv", 14.0, 15.7},
                                        {"tp1/main_force", 32.0, 39.0},
                                        {"tp1/fill_depth", 8.8, 9.3},
                                        {"pd3/share", 9.0, 11.0}}) {
    const auto tag = cdc50().find_tag(path)->value;
    std::size_t strange = 0;
    for (const DataRow& row : table.rows) strange += row.values[tag] < low || row.values[tag] > high ? 1 : 0;
    EXPECT_EQ(strange, 0U) << path;
  }
}

TEST_F(Msom, SameSeedSameBytesAndAFolderInUseIsRefused) {
  write({"all"});
  const std::string first = bytes_of(folder_ / "Tablet Press.csv");
  EXPECT_FALSE(MsomWriter::open(folder_, {}));
  std::filesystem::remove_all(folder_);
  write({"all"});
  EXPECT_EQ(bytes_of(folder_ / "Tablet Press.csv"), first);
  EXPECT_FALSE(msom_traps({"all", "gremlins"}, 1));
}

/// What is wrong with a description, fault by fault.
std::string faults_of(const std::string& files) {
  const auto dataset = parse_dataset("name: d\nline: l\nsource: s\nfiles:\n" + files, "d.yaml");
  std::string text;
  if (!dataset)
    for (const Error& fault : dataset.error()) text += to_line(fault) + "\n";
  return text;
}

TEST(FilesOfADataset, FaultsAreNamed) {
  const std::string good =
      "  - {name: a, pattern: \"a*\", time: {column: t, formats: [\"%Y-%m-%d %H:%M:%S\"]}, columns: [{column: x, tag: u/x}]}\n";
  EXPECT_EQ(faults_of(good), "");
  const std::vector<std::pair<std::string, std::string>> broken{
      {good + good, "\"a\" twice"},
      {"  - {name: b, pattern: b, join: row, rows_of: a, columns: [{column: x, tag: u/x}]}\n", "rows_of is \"a\""},
      {"  - {name: b, pattern: b, join: hold, time: {column: t, formats: [rfc3339]}, columns: [{column: x, tag: u/x}]}\n",
       "none that joins by time"},
      {"  - {name: b, pattern: b, join: row, rows_of: a, time: {column: t, formats: [rfc3339]}, columns: [{column: x, tag: u/x}]}\n",
       "take their times from another"},
      {"  - {name: b, pattern: b, columns: [{column: x, tag: u/x}]}\n", "time.column is missing"},
      {"  - {name: b, pattern: b, time: {column: t, formats: [\"%Y\"]}, columns: [{column: x, tag: u/x}]}\n", "lacks %m"},
      {"  - {name: b, pattern: b, time: {column: t, formats: [rfc3339]}, columns: [{column: x, tag: u/x, wrap: 5}]}\n", "no totalizer"},
      {"  - {name: b, pattern: b, time: {column: t, formats: [rfc3339]}, columns: [{column: x, tag: u/x, zero_with: y}]}\n",
       "zero_with is \"y\""},
      {good + "  - {name: b, pattern: b, time: {column: t, formats: [rfc3339]}, columns: [{column: x, tag: u/x}]}\n",
       "\"u/x\" is filled twice"},
      {good + "columns: [{column: x, tag: u/y}]\n", "columns is not a setting"},
  };
  for (const auto& [text, wanted] : broken) EXPECT_NE(faults_of(text).find(wanted), std::string::npos) << text << faults_of(text);
}

TEST_F(Msom, AFolderWithoutAFileOrWithAStrangeColumnIsRefusedByName) {
  write({"none"});
  std::filesystem::rename(folder_ / "Blenders.csv", folder_ / "Blender.csv");
  auto table = read_folder(cdc50(), msom(), folder_);
  ASSERT_FALSE(table);
  EXPECT_NE(to_line(table.error()).find("Blenders*.csv"), std::string::npos) << to_line(table.error());
  std::ofstream{folder_ / "Blenders.csv"} << "TimeStamp,Massflow Blender 1,Fill Level\n";
  table = read_folder(cdc50(), msom(), folder_);
  ASSERT_FALSE(table);
  EXPECT_NE(to_line(table.error()).find("Blend Potency Blender 1"), std::string::npos) << to_line(table.error());
  EXPECT_FALSE(read_folder(cdc50(), msom(), folder_ / "nowhere"));
}

TEST_F(Msom, WhateverTheDamageRowsAreUsedOrSetAsideInOrder) {
  write({"all"}, 300);
  const std::vector<std::string> names{"LiW Feeders 1.csv", "LiW Feeders 2.csv", "Tablet Press.csv", "Humidity and Temperature.csv"};
  std::map<std::string, std::string> whole;
  for (const std::string& name : names) whole[name] = bytes_of(folder_ / name);
  constexpr std::string_view letters = "0129/,;:\n\r\"- x.";
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const RandomStream random{seed, 1};
    std::uint64_t draw = 0;
    const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random.uniform(draw++) * static_cast<double>(below)); };
    for (const auto& [name, text] : whole) {
      std::string damaged = text;
      const std::size_t header = text.find('\n') + 1;
      for (int i = 0; i < 50; ++i) damaged[header + pick(text.size() - header)] = letters[pick(letters.size())];
      damaged.resize(damaged.size() - pick((text.size() - header) / 20 + 1));  // cut off
      std::ofstream{folder_ / name, std::ios::binary} << damaged;
    }
    SCOPED_TRACE("seed " + std::to_string(seed));
    const JoinedTable table = read();
    for (std::size_t i = 1; i < table.rows.size(); ++i) ASSERT_LT(table.rows[i - 1].time, table.rows[i].time);
    EXPECT_GT(table.rows.size(), 290U);
  }
}

TEST_F(Msom, AFullDiskIsToldWithTheFile) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  std::filesystem::create_directories(folder_);
  std::filesystem::create_symlink("/dev/full", folder_ / "Blenders.csv");
  auto writer = MsomWriter::open(folder_, {});
  ASSERT_TRUE(writer);
  MadeUpLine line{before_midnight};
  std::size_t written = 0;
  while (written < rows && writer->write(line.next())) ++written;
  EXPECT_LT(written, rows);
  const auto account = writer->finish();
  ASSERT_FALSE(account);
  EXPECT_NE(to_line(account.error()).find("Blenders.csv: cannot be written: No space left"), std::string::npos) << to_line(account.error());
}

TEST_F(Msom, EveryColumnOfTheDescriptionHasItsTag) {
  for (const DataFile& file : msom().files)
    for (const DataColumn& column : file.columns) EXPECT_TRUE(cdc50().find_tag(column.tag)) << column.tag;
}

}  // namespace
}  // namespace steadyline
