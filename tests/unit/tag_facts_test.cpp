// A changed line description is told by what has changed of the tags that a bundle was trained for.
#include "line/tag_facts.h"

#include <gtest/gtest.h>

namespace steadyline {
namespace {

Line feeder() {
  Line line;
  line.units = {{"fd1", "", 0}};
  for (const char* name : {"flow", "speed", "torque"}) {
    Tag tag;
    tag.name = name;
    tag.path = "fd1/";
    tag.path += name;
    tag.uom = "kg/h";
    tag.range = {-3, 20};
    tag.hard.high = 5.5;
    tag.modelled = true;
    line.tags.push_back(tag);
  }
  return line;
}

const std::vector<std::string> paths{"fd1/flow", "fd1/speed"};

TEST(TagFacts, SayWhatAModelTakesForGranted) {
  const auto facts = tag_facts(feeder(), paths);
  EXPECT_EQ(facts, (std::map<std::string, std::string>{{"tag fd1/flow", "kg/h; range -3..20; hard ..5.5; each period"},
                                                       {"tag fd1/speed", "kg/h; range -3..20; hard ..5.5; each period"}}));
}

TEST(TagFacts, TellUnitLimitsAndTagsThatHaveChanged) {
  auto facts = tag_facts(feeder(), paths);
  facts["seed"] = "1";
  EXPECT_EQ(tag_differences(facts, feeder()), "nothing");
  Line changed = feeder();
  changed.tags[0].uom = "g/s";
  changed.tags.erase(changed.tags.begin() + 1);
  EXPECT_EQ(tag_differences(facts, changed),
            "fd1/flow: was kg/h; range -3..20; hard ..5.5; each period, is g/s; range -3..20; hard ..5.5; each period, "
            "fd1/speed: was kg/h; range -3..20; hard ..5.5; each period, is gone");
  EXPECT_EQ(tag_differences(facts, changed, 1), "fd1/flow: was kg/h; range -3..20; hard ..5.5; each period, is g/s; range -3..20; hard ..5.5; each period, and 1 more");
  changed = feeder();
  changed.tags[2].uom = "Nm";  // no model reads it
  EXPECT_EQ(tag_differences(facts, changed), "nothing");
  EXPECT_EQ(tag_differences({{"seed", "1"}}, changed), "");
}

}  // namespace
}  // namespace steadyline
