#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/time_text.h"
#include "training/column_rules.h"
#include "training/dataset_reader.h"
#include "training/recordings.h"
#include "training/row_times.h"
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

const std::vector<std::string> day_first{"%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"};

std::vector<RowTime> times_of(const std::vector<std::string>& texts, bool swaps = true) {
  std::vector<std::optional<WrittenTime>> written;
  for (const std::string& text : texts) written.push_back(read_written_time(text, day_first, 0));
  return resolve_times(written, Milliseconds{1000}, Milliseconds{1000}, swaps);
}

/// "12/01 08:43:07" of 2018, or "-".
std::string shown(const RowTime& time) {
  if (!time.at) return "-";
  const std::string text = to_rfc3339(*time.at);
  return text.substr(8, 2) + "/" + text.substr(5, 2) + " " + text.substr(11, 8);
}

void expect_times(const std::vector<std::string>& texts, const std::vector<std::string>& wanted, bool swaps = true) {
  const auto times = times_of(texts, swaps);
  ASSERT_EQ(times.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(shown(times[i]), wanted[i]) << "row " << i << ": " << texts[i];
}

TEST(WrittenTime, TellsWhatIsMissingAndWhatElseItMayBe) {
  const auto second = read_written_time("12/01/2018 08:43:07", day_first, 0);
  ASSERT_TRUE(second && second->swapped);
  EXPECT_EQ(second->grain.count(), 0);
  EXPECT_EQ(to_rfc3339(*second->swapped), "2018-12-01T08:43:07.000Z");
  EXPECT_EQ(read_written_time("12/01/2018 08:43", day_first, 0)->grain.count(), 60'000);
  EXPECT_TRUE(read_written_time("12/01/2018", day_first, 0)->date_only);
  EXPECT_FALSE(read_written_time("05/05/2018 08:43:07", day_first, 0)->swapped);
  const auto exchanged = read_written_time("01/13/2018 08:43:07", day_first, 0);
  ASSERT_TRUE(exchanged && exchanged->exchanged);
  EXPECT_EQ(to_rfc3339(exchanged->at), "2018-01-13T08:43:07.000Z");
  for (const char* bad : {"13/13/2018 08:43:07", "#VALUE!", "", "12/01/2018 08:43:07 x"})
    EXPECT_FALSE(read_written_time(bad, day_first, 0)) << bad;
}

TEST(RowTimes, DayAndMonthAreSwappedBackByTheirNeighbours) {
  // At the beginning, in the middle, over midnight, at the end; a date that is none as written.
  expect_times({"01/12/2018 23:59:57", "12/01/2018 23:59:58", "01/12/2018 23:59:59", "01/13/2018 00:00:00", "13/01/2018 00:00:01"},
               {"12/01 23:59:57", "12/01 23:59:58", "12/01 23:59:59", "13/01 00:00:00", "13/01 00:00:01"});
  // All of the 12th swapped: the 13th, which has no other meaning, tells.
  expect_times({"01/12/2018 23:59:58", "01/12/2018 23:59:59", "13/01/2018 00:00:00"},
               {"12/01 23:59:58", "12/01 23:59:59", "13/01 00:00:00"});
  // Not asked for: dates count as written, and one that is none is set aside.
  expect_times({"12/01/2018 08:00:00", "01/13/2018 08:00:01", "12/01/2018 08:00:02"}, {"12/01 08:00:00", "-", "12/01 08:00:02"}, false);
  EXPECT_TRUE(times_of({"12/01/2018 08:00:00", "01/12/2018 08:00:01", "12/01/2018 08:00:02"})[1].swapped);
}

TEST(RowTimes, RowsOfOneMinuteStandASecondApart) {
  // The recording begins within a minute, changes its form within another, and a row in between is unreadable.
  expect_times(
      {"12/01/2018 08:43", "12/01/2018 08:43", "12/01/2018 08:44:00", "12/01/2018 08:44:01", "12/01/2018 08:44", "#", "12/01/2018 08:44"},
      {"12/01 08:43:58", "12/01 08:43:59", "12/01 08:44:00", "12/01 08:44:01", "12/01 08:44:02", "-", "12/01 08:44:04"});
  std::vector<std::string> texts(60, "12/01/2018 08:43");
  texts.resize(90, "12/01/2018 08:44");
  const auto times = times_of(texts);
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_EQ(*times[i].at - *times[i - 1].at, Milliseconds{1000}) << i;
  EXPECT_EQ(shown(times[60]), "12/01 08:44:00");
  // More rows than seconds: closer, but still in order and within the minute.
  const auto crowded = times_of(std::vector<std::string>(80, "12/01/2018 08:43"));
  for (std::size_t i = 1; i < crowded.size(); ++i) EXPECT_GT(*crowded[i].at, *crowded[i - 1].at);
  EXPECT_EQ(shown(crowded.back()).substr(0, 11), "12/01 08:43");
}

TEST(RowTimes, OneWrongTimeDoesNotCostTheRowsBehindIt) {
  expect_times({"12/01/2018 08:00:00", "12/01/2027 08:00:01", "12/01/2018 08:00:02", "12/01/2018 08:00:03", "12/01/2018 08:00:03",
                "11/01/2018 08:00:04", "12/01/2018 08:00:05"},
               {"12/01 08:00:00", "-", "12/01 08:00:02", "12/01 08:00:03", "-", "-", "12/01 08:00:05"}, false);
  // A long silence is none of this.
  expect_times({"12/01/2018 08:00:00", "14/01/2018 20:00:00", "14/01/2018 20:00:01"},
               {"12/01 08:00:00", "14/01 20:00:00", "14/01 20:00:01"});
  EXPECT_TRUE(times_of({}).empty());
}

/// Columns "a", "b", "c", .. of one unit with these plausible bands, forty rows of the same numbers.
struct RuleTable {
  std::vector<DataColumn> described;
  std::vector<Tag> tags;
  std::vector<RecordedColumn> columns;
  RuleTable(const std::vector<Band>& bands, const std::vector<double>& row) {
    for (std::size_t i = 0; i < bands.size(); ++i) {
      described.push_back({std::string(1, static_cast<char>('a' + i)), "u/t"});
      described.back().plausible = bands[i];
      tags.emplace_back();
    }
    for (std::size_t i = 0; i < bands.size(); ++i) columns.push_back({&described[i], &tags[i], std::vector<double>(40, row[i])});
  }
};

TEST(ColumnRules, OneColumnOutOfItsBandIsAProcessAndTwoAreAShift) {
  const std::vector<Band> bands{{0, 2}, {10, 12}, {20, 22}};
  RuleTable process{bands, {1, 1.5, 21}};  // b has fallen to where a lies: no reason to distrust it
  CellCounts counts;
  apply_column_rules(process.columns, counts);
  EXPECT_TRUE(counts.no_reading.empty());
  RuleTable shift{bands, {1, 1.5, 11}};  // b and c hold their left neighbours' numbers
  apply_column_rules(shift.columns, counts);
  EXPECT_EQ(counts.no_reading, (std::map<std::string, std::map<std::string, std::size_t>>{{"shifted", {{"b", 40}, {"c", 40}}}}));
}

TEST(ColumnRules, EqualConstantsAreNoDuplicates) {
  RuleTable table{{{0, 2}, {10, 12}}, {1, 1}};
  CellCounts counts;
  apply_column_rules(table.columns, counts);
  EXPECT_TRUE(counts.no_reading.empty());
  for (std::size_t i = 0; i < 40; ++i) table.columns[0].numbers[i] = table.columns[1].numbers[i] = 1 + 0.01 * static_cast<double>(i);
  apply_column_rules(table.columns, counts);
  EXPECT_EQ(counts.no_reading.at("duplicated"), (std::map<std::string, std::size_t>{{"b", 40}}));
}

TEST(ColumnRules, AStoppedFeederIsAReadingAndADeadOneIsNot) {
  const Band open;
  RuleTable stopped{{open, open, open}, {0, 0, 0.5}};  // no flow, no speed, but a weight
  stopped.described[0].zero_with = "b";
  stopped.described[2].never_zero = true;
  CellCounts counts;
  apply_column_rules(stopped.columns, counts);
  EXPECT_TRUE(counts.no_reading.empty());
  stopped.columns[1].numbers[7] = 90;  // the screw turns, and nothing is said to come
  stopped.columns[2].numbers[8] = 0;
  apply_column_rules(stopped.columns, counts);
  EXPECT_EQ(counts.no_reading.at("zero").at("a"), 1U);
  EXPECT_EQ(counts.no_reading.at("zeros").at("c"), 1U);  // row 8: every number is 0
}

TEST(ColumnRules, TotalizersGoOnOverWrapsAndRestarts) {
  RuleTable table{{Band{}}, {0}};
  table.described[0].kind = ColumnKind::totalizer;
  table.described[0].wrap = 100;
  table.columns[0].numbers = {98, 99.5, std::numeric_limits<double>::quiet_NaN(), 1, 30, 29.9, 0.1, 2};
  CellCounts counts;
  apply_column_rules(table.columns, counts);
  const std::vector<double> wanted{98, 99.5, 0, 101, 130, 129.9, 130, 131.9};
  for (const std::size_t i : {0U, 1U, 3U, 4U, 5U, 6U, 7U}) EXPECT_NEAR(table.columns[0].numbers[i], wanted[i], 1e-9) << i;
  EXPECT_EQ(counts.mended, (std::map<std::string, std::size_t>{{"restarted", 1}, {"wrapped", 1}}));
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
      "2020-01-01 00:00:10;7;1;1\r\n"      // a cell short
      "2020-01-01 00:00:10;7;1;1;x;y\r\n"  // a cell too many
      "yesterday;7;1;1;x\r\n"
      "2019-12-31 00:00:00;7;1;1;x\r\n"  // back in time
      "2020-01-01 00:00:00;7;1;1;x\r\n"  // the same time again
      "\r\n"
      "2020-01-01 00:00:20;7;fast;1e999;\"a;b\"\r\n"
      "2020-01-01 00:00:30;7;1;inf;x");  // no end of line
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
      "2020-01-01 00:00:33;6;1;2;\n"  // 30 s later: two frames with missing values between
      "2020-01-01 00:02:00;6;0;3;\n"  // 87 s later: begins cold
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
