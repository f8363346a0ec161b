#include "training/dataset_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "training/recordings.h"
#include "training/time_format.h"

namespace steadyline {
namespace {

Line two_tags() {
  Line line;
  line.id = "press";
  line.period = Milliseconds{10'000};
  line.units = {{"u", "", 0}};
  for (const char* name : {"speed", "force"}) {
    Tag tag;
    tag.unit = UnitIndex{0};
    tag.name = name;
    tag.path = std::string{"u/"} + name;
    tag.modelled = true;
    line.tags.push_back(tag);
  }
  line.running_tag = TagIndex{0};
  line.running_above = 0;
  return line;
}

Dataset description() {
  Dataset d;
  d.name = "d";
  d.line = "press";
  d.separator = ';';
  d.time_column = "time";
  d.time_format = "%Y-%m-%d %H:%M:%S";
  d.utc_offset_h = 1;
  d.columns = {{"SPEED", "u/speed", 1, 0}, {"FORCE", "u/force", 2, 1}};
  d.dropped = {{"note", "free text"}};
  d.group_column = "campaign";
  d.gap_s = 60;
  d.blanks = {"n/a"};
  return d;
}

constexpr std::string_view header = "time;campaign;SPEED;FORCE;note\r\n";

DataTable read(const std::string& rows, const Dataset& d = description()) {
  auto table = parse_dataset(two_tags(), d, std::string{header} + rows, "test.csv");
  EXPECT_TRUE(table.has_value()) << to_line(table.error());
  return *table;
}

TEST(RecordedTime, KnowsFormatOffsetAndDatesThatDoNotExist) {
  const auto time = parse_recorded_time("2018-11-18 22:28:52", "%Y-%m-%d %H:%M:%S", 1);
  ASSERT_TRUE(time);
  EXPECT_EQ(time->time_since_epoch().count(), 1542576532000);
  EXPECT_EQ(parse_recorded_time("18.1.2018 7:05:01.25", "%d.%m.%Y %H:%M:%S", 0)->time_since_epoch().count(), 1516259101250);
  EXPECT_EQ(parse_recorded_time("1542576532", "epoch_s", 5), time);
  for (const char* bad : {"2018-02-30 00:00:00", "2018-11-18 24:00:00", "2018-11-18", "2018-11-18 22:28:52 ", "maj.19", ""})
    EXPECT_FALSE(parse_recorded_time(bad, "%Y-%m-%d %H:%M:%S", 1)) << bad;
}

TEST(DatasetReader, ScalesColumnsAndTakesBlanksAsNoReading) {
  const auto table = read("2020-01-01 00:00:00;7;1;2.5;x\r\n2020-01-01 00:00:10;7;   ;n/a;x\r\n2020-01-01 00:00:20;7;3;   ;\r\n");
  ASSERT_EQ(table.rows.size(), 2U);  // a row without any reading is set aside
  EXPECT_EQ(table.set_aside.at("empty"), 1U);
  EXPECT_DOUBLE_EQ(table.rows[0].values[1], 6);
  EXPECT_TRUE(std::isnan(table.rows[1].values[1]));
  EXPECT_EQ(table.blanks.at("FORCE"), 2U);
  EXPECT_EQ(table.rows[0].group, "7");
}

TEST(DatasetReader, EveryRowIsUsedOrSetAsideWithItsReason) {
  const auto table = read(
      "2020-01-01 00:00:00;7;1;1;x\r\n"
      "2020-01-01 00:00:10;7;1;1\r\n"        // a cell short
      "2020-01-01 00:00:10;7;1;1;x;y\r\n"    // a cell too many
      "yesterday;7;1;1;x\r\n"
      "2019-12-31 00:00:00;7;1;1;x\r\n"      // back in time
      "2020-01-01 00:00:00;7;1;1;x\r\n"      // the same time again
      "\r\n"
      "2020-01-01 00:00:20;7;fast;1e999;\"a;b\"\r\n"
      "2020-01-01 00:00:30;7;1;inf;x");      // no end of line
  EXPECT_EQ(table.rows_read, 9U);
  EXPECT_EQ(table.set_aside, (std::map<std::string, std::size_t>{{"columns", 3}, {"empty", 1}, {"order", 2}, {"time", 1}}));
  EXPECT_EQ(table.unreadable, (std::map<std::string, std::size_t>{{"SPEED", 1}, {"FORCE", 2}}));
  std::size_t aside = 0;
  for (const auto& [reason, count] : table.set_aside) aside += count;
  EXPECT_EQ(table.rows.size() + aside, table.rows_read);
  EXPECT_FALSE(table.notes.empty());
}

TEST(DatasetReader, FilterKeepsOneProduct) {
  Dataset d = description();
  d.filter = {{"note", "3"}};
  const auto table = read("2020-01-01 00:00:00;7;1;1;3\n2020-01-01 00:00:10;7;1;1;5\n", d);
  EXPECT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.set_aside.at("filter"), 1U);
}

TEST(DatasetReader, DecimalCommas) {
  Dataset d = description();
  d.decimal = ',';
  EXPECT_DOUBLE_EQ(read("2020-01-01 00:00:00;7;1,25;1;3\n", d).rows.at(0).values[0], 1.25);
}

TEST(DatasetReader, RefusesUndescribedAndMissingColumnsByName) {
  Dataset d = description();
  d.dropped.clear();
  auto table = parse_dataset(two_tags(), d, header, "test.csv");
  ASSERT_FALSE(table);
  EXPECT_NE(to_line(table.error()).find("\"note\" is not described"), std::string::npos) << to_line(table.error());
  d = description();
  d.columns[0].name = "Speed";
  table = parse_dataset(two_tags(), d, header, "test.csv");
  ASSERT_FALSE(table);
  EXPECT_NE(to_line(table.error()).find("no column \"Speed\""), std::string::npos) << to_line(table.error());
  EXPECT_FALSE(parse_dataset(two_tags(), description(), "", "test.csv"));
}

TEST(Recordings, FramesAreCutAtGapsAndGroupsAndFilledBetween) {
  const auto table = read(
      "2020-01-01 00:00:03;6;1;1;\n"
      "2020-01-01 00:00:33;6;1;2;\n"   // 30 s later: two frames with missing values between
      "2020-01-01 00:02:00;6;0;3;\n"   // 87 s later: begins cold
      "2020-01-01 00:02:05;10;1;4;\n");
  const auto recordings = to_recordings(two_tags(), description(), table.rows);
  ASSERT_EQ(recordings.size(), 2U);
  const auto& frames = recordings[0].frames;
  ASSERT_EQ(frames.size(), 5U);
  EXPECT_EQ(frames[0].time.time_since_epoch().count() % 10'000, 0);
  EXPECT_GE(frames[0].time, table.rows[0].time);
  EXPECT_TRUE(frames[0].cold);
  EXPECT_FALSE(usable(frames[1].flaws[1]));
  EXPECT_FALSE(usable(frames[2].flaws[1]));
  EXPECT_TRUE(usable(frames[3].flaws[1]));
  EXPECT_TRUE(frames[4].cold);
  EXPECT_FALSE(frames[4].running);
  EXPECT_TRUE(recordings[1].frames.front().cold);
}

TEST(Recordings, SplitByNameTakesEachGroupOnce) {
  const std::vector<Recording> all{{"6", {}}, {"10", {}}, {"43", {}}};
  EXPECT_TRUE(split_recordings(all, SplitOptions{{"6"}, {"10"}, {"43"}, 0, 0}));
  EXPECT_FALSE(split_recordings(all, SplitOptions{{"6"}, {"6"}, {}, 0, 0}));
  EXPECT_FALSE(split_recordings(all, SplitOptions{{"6"}, {"99"}, {}, 0, 0}));
  EXPECT_FALSE(split_recordings(all, SplitOptions{{"6"}, {}, {}, 0, 0}));
}

}  // namespace
}  // namespace steadyline
