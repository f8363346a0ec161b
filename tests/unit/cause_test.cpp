#include "monitor/cause.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "support/feeding_line.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;

constexpr EventTime start{1'700'000'000s};

/// The line of the feeders with a press: a turret whose speed a loop gives, and the force that it moves.
class Ranking : public testing::Test {
 protected:
  static Line with_press() {
    Line line = feeding_line();
    line.units.push_back({"tp1", "press", 0});
    Tag turret{.unit = UnitIndex{3}, .name = "turret_pv", .path = "tp1/turret_pv", .uom = "rpm", .description = ""};
    turret.control = {45, 47};
    Tag wanted{.unit = UnitIndex{3}, .name = "turret_sp", .path = "tp1/turret_sp", .uom = "rpm", .description = ""};
    wanted.role = Role::setpoint;
    wanted.automatic = true;
    Tag force{.unit = UnitIndex{3}, .name = "force", .path = "tp1/force", .uom = "kN", .description = ""};
    for (const Tag& tag : {turret, wanted, force}) line.tags.push_back(tag);
    return line;
  }
  void show(const std::string& path, double excess, EventTime now) {
    const auto tag = *line.find_tag(path);
    clues.note(clues.place(line.tag(tag).unit, tag), excess, now);
  }
  void turret(double reads, double wanted) {
    std::vector<double> values(line.tags.size(), 0);
    values[line.find_tag("tp1/turret_pv")->value] = reads;
    values[line.find_tag("tp1/turret_sp")->value] = wanted;
    clues.compare_with_set_points(values, std::vector<Flaw>(line.tags.size(), Flaw::good));
  }
  std::string first(AlarmKind kind, const std::string& head) const {
    const auto tag = *line.find_tag(head);
    const AlarmGroup group{.number = 1, .id = "a", .kind = kind, .unit = line.tag(tag).unit, .tag = tag, .opened = start};
    const auto suspects = rank_causes(clues, linkage, group, {});
    return suspects.empty() ? "" : clues.path(suspects.front().place);
  }

  const Line line = with_press();
  const Linkage linkage{line};
  Clues clues{line};
};

TEST_F(Ranking, ADriveThatLeavesItsSetPointStandsBeforeWhatItMoves) {
  clues.begin(start);
  show("tp1/force", 2, start);
  show("tp1/turret_pv", 2, start);
  turret(50, 46);
  EXPECT_EQ(first(AlarmKind::drift, "tp1/force"), "tp1/turret_pv");
}

TEST_F(Ranking, ADriveThatObeysItsLoopAnswersToSomething) {
  clues.begin(start);
  show("tp1/force", 1.5, start);
  show("tp1/turret_pv", 2, start);
  turret(50, 50);
  EXPECT_EQ(first(AlarmKind::drift, "tp1/turret_pv"), "tp1/force");
}

TEST_F(Ranking, AHardLimitOutweighsALargerDrift) {
  clues.begin(start);
  show("fd1/massflow_pv", 1.2, start);
  show("fd1/torque", 2, start);
  EXPECT_EQ(first(AlarmKind::hard_limit, "fd1/massflow_pv"), "fd1/massflow_pv");
  EXPECT_EQ(first(AlarmKind::drift, "fd1/massflow_pv"), "fd1/torque");
}

TEST_F(Ranking, WhatSomethingBeforeItExplainsComesAfterIt) {
  clues.begin(start - 30s);
  show("fd1/torque", 1.2, start - 30s);
  clues.begin(start);
  show("fd1/torque", 1.2, start);
  show("tp1/force", 1.6, start);
  EXPECT_EQ(first(AlarmKind::drift, "tp1/force"), "fd1/torque");
}

TEST_F(Ranking, WhatTheTestAccusesStandsFirstEvenWhereItHidesItself) {
  std::vector<Suspect> suspects{{line.find_tag("tp1/force")->value, 4}, {line.find_tag("fd1/torque")->value, 1}};
  const std::vector<TagIndex> accused{*line.find_tag("fd2/torque"), *line.find_tag("fd1/torque")};
  put_first(suspects, accused);
  ASSERT_EQ(suspects.size(), 3U);
  EXPECT_EQ(clues.path(suspects[0].place), "fd2/torque");
  EXPECT_EQ(clues.path(suspects[1].place), "fd1/torque");
  EXPECT_EQ(clues.path(suspects[2].place), "tp1/force");
}

}  // namespace
}  // namespace steadyline
