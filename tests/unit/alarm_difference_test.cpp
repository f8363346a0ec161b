#include "evaluation/alarm_difference.h"

#include <fstream>
#include <gtest/gtest.h>

#include "core/time_text.h"
#include "evaluation/alarm_episode.h"
#include "tests/support/temporary_folder.h"
#include "training/dataset_reader.h"
#include "training/frames_csv.h"

namespace steadyline {
namespace {

EventTime at(int seconds) { return EventTime{std::chrono::seconds{seconds}}; }

AlarmEpisode episode(int raised, std::optional<int> ended, std::string unit = "fd1", Priority priority = Priority::medium) {
  AlarmEpisode e{std::move(unit), "massflow_pv", AlarmKind::hard_limit, priority, at(raised)};
  if (ended) e.ended = at(*ended);
  return e;
}

Alert alert(std::string id, std::string group, int time, AlarmState state, std::uint32_t seq, Priority priority = Priority::low) {
  Alert a;
  a.id = std::move(id);
  a.group = std::move(group);
  a.seq = seq;
  a.unit = "fd1";
  a.tag = "massflow_pv";
  a.kind = AlarmKind::hard_limit;
  a.state = state;
  a.priority = priority;
  a.time = at(time);
  a.text = "words of " + a.id + std::to_string(seq);
  return a;
}

using Episodes = std::vector<AlarmEpisode>;

TEST(AlarmDifference, EqualListsDifferInNothing) {
  const Episodes both{episode(0, 60), episode(5000, {}), episode(5000, {}, "fd2")};
  const AlarmDifference d = difference_of(both, both);
  EXPECT_EQ(d.same, 3U);
  EXPECT_TRUE(d.came.empty() && d.gone.empty() && d.moved.empty());
}

TEST(AlarmDifference, WhatOneListLacksCameOrIsGone) {
  const Episodes before{episode(0, 60)}, after{episode(0, 60, "fd2")};
  const AlarmDifference d = difference_of(before, after);
  EXPECT_EQ(d.gone, before);
  EXPECT_EQ(d.came, after);
  Episodes other_kind = before;
  other_kind[0].kind = AlarmKind::control_limit;
  EXPECT_EQ(difference_of(before, other_kind).came.size(), 1U);
  Episodes other_tag = before;
  other_tag[0].tag = "screw_speed_pv";
  EXPECT_EQ(difference_of(before, other_tag).gone.size(), 1U);
}

TEST(AlarmDifference, TenMinutesApartIsTheSameAlarmAndASecondMoreIsNot) {
  const Episodes before{episode(0, 60)};
  const AlarmDifference near = difference_of(before, Episodes{episode(600, 660)});
  ASSERT_EQ(near.moved.size(), 1U);
  EXPECT_DOUBLE_EQ(near.moved[0].later_s(), 600);
  const AlarmDifference far = difference_of(before, Episodes{episode(601, 660)});
  EXPECT_EQ(far.came.size() + far.gone.size(), 2U);
  EXPECT_TRUE(far.moved.empty());
}

TEST(AlarmDifference, AnAlarmThatStillStandsOverlapsALaterOne) {
  const AlarmDifference d = difference_of(Episodes{episode(0, {})}, Episodes{episode(9000, 9060)});
  ASSERT_EQ(d.moved.size(), 1U);
  EXPECT_TRUE(d.moved[0].other_end());
  EXPECT_EQ(difference_of(Episodes{episode(0, 8000)}, Episodes{episode(9000, 9060)}).moved.size(), 0U);
}

TEST(AlarmDifference, PriorityAndEndAreMovesToo) {
  const Episodes before{episode(0, 60), episode(0, 60, "fd2")};
  const Episodes after{episode(0, 60, "fd1", Priority::high), episode(0, 61, "fd2")};
  const AlarmDifference d = difference_of(before, after);
  ASSERT_EQ(d.moved.size(), 2U);
  EXPECT_TRUE(d.moved[0].other_priority() && !d.moved[0].other_end());
  EXPECT_TRUE(!d.moved[1].other_priority() && d.moved[1].other_end());
  EXPECT_DOUBLE_EQ(d.moved[0].later_s(), 0);
}

TEST(AlarmDifference, EachHasOnePartnerAndTheNearestGoFirst) {
  // The first of `before` could have either; the second begins with the first of `after`.
  const Episodes before{episode(0, 10), episode(300, 310)}, after{episode(300, 310), episode(700, 710)};
  const AlarmDifference d = difference_of(before, after);
  EXPECT_EQ(d.same, 1U);
  ASSERT_EQ(d.gone.size(), 1U);
  EXPECT_EQ(d.gone[0].raised, at(0));
  ASSERT_EQ(d.came.size(), 1U);
  EXPECT_EQ(d.came[0].raised, at(700));
}

TEST(Episodes, AGroupIsOneAlarmWithItsMembersCounted) {
  EpisodeLog log;
  log.take(alert("a", "a", 10, AlarmState::unacknowledged, 0));
  log.take(alert("b", "a", 12, AlarmState::unacknowledged, 0));
  log.take(alert("a", "a", 30, AlarmState::unacknowledged, 1, Priority::high));  // escalates
  log.take(alert("b", "a", 80, AlarmState::rtn_unacknowledged, 1));              // a member's end is not the group's first's
  log.take(alert("a", "a", 90, AlarmState::rtn_unacknowledged, 2));
  log.take(alert("a", "a", 95, AlarmState::normal, 3));  // followed by another activation: ended at 90 all the same
  log.take(alert("c", "c", 95, AlarmState::unacknowledged, 0));
  ASSERT_EQ(log.episodes().size(), 2U);
  const AlarmEpisode& first = log.episodes()[0];
  EXPECT_EQ(first.raised, at(10));
  EXPECT_EQ(first.ended, at(90));
  EXPECT_EQ(first.priority, Priority::high);
  EXPECT_EQ(first.members, 1U);
  EXPECT_EQ(first.text, "words of a0");
  EXPECT_FALSE(log.episodes()[1].ended);
}

Line two_tags() {
  Line line;
  line.id = "l";
  Unit unit;
  unit.id = "fd1";
  line.units.push_back(unit);
  for (const char* name : {"a", "b"}) {
    Tag tag;
    tag.name = name;
    tag.path = std::string{"fd1/"} + name;
    line.tags.push_back(tag);
  }
  return line;
}

TEST(FramesCsv, TheHeaderTellsHowToRead) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "frames-0000.csv";
  std::vector<std::string> notes;
  const auto read = [&](const std::string& text) {
    std::ofstream{file} << text;
    return dataset_of_header(two_tags(), file, notes);
  };
  const auto plain = read("time,fd1/a,fd1/b,xy/z\n");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->columns.size(), 2U);
  EXPECT_EQ(plain->dropped.size(), 1U);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("xy/z"), std::string::npos);
  const auto recorder = read("time;fd1/a\n2026-11-20 09:00:01.000;1,5\n");
  ASSERT_TRUE(recorder);
  const auto table = read_dataset(two_tags(), *recorder, file);
  ASSERT_TRUE(table);
  ASSERT_EQ(table->rows.size(), 1U);
  EXPECT_DOUBLE_EQ(table->rows[0].values[0], 1.5);
  EXPECT_EQ(to_rfc3339(table->rows[0].time), "2026-11-20T08:00:01.000Z");
  EXPECT_FALSE(read("time,xy/z\n"));
  EXPECT_FALSE(read("zeit,fd1/a\n"));
  EXPECT_FALSE(read(""));
}

}  // namespace
}  // namespace steadyline
