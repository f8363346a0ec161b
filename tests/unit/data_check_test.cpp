// Recorded rows held against the line description: each trap is named by file and column, mended with a note, or refused.
#include "training/data_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace steadyline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Line press() {
  Line line;
  line.id = "press";
  line.units = {{"p", "", 0}};
  const auto add = [&](const char* name, Band control, Band range, bool modelled = true) {
    Tag tag;
    tag.name = name;
    tag.path = std::string{"p/"} + name;
    tag.uom = "u";
    tag.control = control;
    tag.range = range;
    tag.modelled = modelled;
    tag.stuck_after_s = 30;
    line.tags.push_back(tag);
  };
  add("force", {9, 11}, {-1, 80});
  add("temp", {28, 34}, {-10, 120});
  add("flow", {4.5, 5.5}, {-3, 20});
  add("spare", {}, {}, false);
  return line;
}

Dataset columns() {
  Dataset dataset;
  dataset.time_format = "%d/%m/%Y %H:%M:%S";
  for (const char* name : {"force", "temp", "flow", "spare"}) dataset.columns.push_back({.name = name, .tag = std::string{"p/"} + name});
  return dataset;
}

struct Row {
  double force, temp, flow, spare;
};
/// A good row: all move a little, none like another.
Row good(int i) { return {10 + 0.1 * (i % 7), 31 + 0.1 * (i % 5), 5 + 0.01 * (i % 11), 0.5 * (i % 3)}; }

std::string cell(double v) { return std::isnan(v) ? "" : fmt::format("{}", v); }

template <class Change>
std::string recording(int rows, Change change) {
  std::string text = "time,force,temp,flow,spare\n";
  for (int i = 0; i < rows; ++i) {
    Row row = good(i);
    change(i, row);
    // Seven hours a day for some days of a month whose days are also months.
    text += fmt::format("{:02}/03/2026 {:02}:{:02}:00,{},{},{},{}\n", 1 + i / 420, 8 + i % 420 / 60, i % 60, cell(row.force), cell(row.temp), cell(row.flow), cell(row.spare));
  }
  return text;
}

struct Outcome {
  DataTable table;
  std::string notes, faults;
};
Outcome check(const std::string& text) {
  const Line line = press();
  auto table = parse_dataset(line, columns(), text, "r.csv");
  EXPECT_TRUE(table);
  Outcome outcome{*table, {}, {}};
  const DataCheck found = check_rows(line, columns(), "r.csv", outcome.table);
  for (const auto& note : found.notes) outcome.notes += note + "\n";
  for (const auto& fault : found.faults) outcome.faults += to_line(fault) + "\n";
  return outcome;
}

TEST(DataCheckTest, GoodRowsAreLeftAlone) {
  const Outcome found = check(recording(400, [](int, Row&) {}));
  EXPECT_THAT(found.faults, IsEmpty());
  for (std::size_t i = 0; i < found.table.rows.size(); ++i) EXPECT_EQ(found.table.rows[i].values[0], good(static_cast<int>(i)).force);
}

TEST(DataCheckTest, AnEmptyModelledColumnIsRefusedAnotherTold) {
  const Outcome found = check(recording(400, [](int, Row& row) { row.temp = row.spare = std::nan(""); }));
  EXPECT_THAT(found.faults, HasSubstr("r.csv:temp"));
  EXPECT_THAT(found.faults, HasSubstr("no reading in 400 rows"));
  EXPECT_THAT(found.notes, HasSubstr("r.csv:spare: no reading"));
}

TEST(DataCheckTest, AConstantSensorIsRefused) {
  const Outcome found = check(recording(400, [](int, Row& row) { row.temp = 31; row.spare = 7; }));
  EXPECT_THAT(found.faults, HasSubstr("r.csv:temp"));
  EXPECT_THAT(found.faults, HasSubstr("reads 31 in all 400 rows"));
  EXPECT_THAT(found.notes, HasSubstr("r.csv:spare: reads 7"));
}

TEST(DataCheckTest, AUnitThatOneFactorExplainsIsMended) {
  const Outcome found = check(recording(400, [](int, Row& row) {
    row.force *= 1000;                  // N for kN
    row.temp = row.temp * 1.8 + 32;     // °F
    row.flow /= 3.6;                    // g/s for kg/h
  }));
  EXPECT_THAT(found.faults, IsEmpty());
  EXPECT_THAT(found.notes, HasSubstr("r.csv:force: its median 10300"));
  EXPECT_THAT(found.notes, HasSubstr("°F"));
  EXPECT_NEAR(found.table.rows[3].values[0], good(3).force, 1e-9);
  EXPECT_NEAR(found.table.rows[3].values[1], good(3).temp, 1e-9);
}

TEST(DataCheckTest, ALevelThatNoUnitExplainsIsRefusedBeyondTheRange) {
  const Outcome found = check(recording(400, [](int, Row& row) { row.force *= 17; }));
  EXPECT_THAT(found.faults, HasSubstr("r.csv:force"));
  EXPECT_THAT(found.faults, HasSubstr("outside the range -1..80"));
}

TEST(DataCheckTest, ACopiedColumnIsSetAsideWhereItIsACopy) {
  const Outcome found = check(recording(400, [](int i, Row& row) {
    if (i >= 100 && i < 200) row.spare = row.flow;
  }));
  EXPECT_THAT(found.notes, HasSubstr("r.csv:flow: 100 cells set aside"));
  EXPECT_TRUE(std::isnan(found.table.rows[150].values[2]));
  EXPECT_FALSE(std::isnan(found.table.rows[250].values[2]));
}

TEST(DataCheckTest, AModelledColumnThatIsACopyIsRefusedAsSuch) {
  const Outcome found = check(recording(400, [](int, Row& row) { row.temp = row.force; }));
  EXPECT_THAT(found.faults, HasSubstr("r.csv:temp: 400 of 400 cells set aside: equal to another column's"));
  EXPECT_THAT(found.faults, HasSubstr("r.csv:force"));
}

TEST(DataCheckTest, GapsAreCounted) {
  EXPECT_THAT(check(recording(900, [](int, Row&) {})).notes, HasSubstr("r.csv:time: 2 gaps"));
}

TEST(DataCheckTest, RowsInDisorderAreRefused) {
  std::string text = recording(400, [](int, Row&) {});
  const std::size_t half = text.find('\n', text.size() / 2) + 1, head = text.find('\n') + 1;
  text = text.substr(0, head) + text.substr(half) + text.substr(head, half - head);
  EXPECT_THAT(check(text).faults, HasSubstr("go back in time"));
}

TEST(DataCheckTest, ExchangedDayAndMonthAreNamedWithTheFormatThatFits) {
  const std::string text = recording(2000, [](int, Row&) {});  // five days in a row, day first
  Dataset exchanged = columns();
  exchanged.time_format = "%m/%d/%Y %H:%M:%S";
  const auto faults = check_dates(press(), exchanged, text, "r.csv");
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_THAT(to_line(faults.front()), HasSubstr("%d/%m/%Y"));
  EXPECT_TRUE(check_dates(press(), columns(), text, "r.csv").empty());
}

}  // namespace
}  // namespace steadyline
