#include "monitor/operating_point.h"

#include <array>
#include <cmath>
#include <gtest/gtest.h>

#include "support/feeding_line.h"

namespace steadyline {
namespace {

struct AtFeedRate : testing::Test {
  AtFeedRate() {
    line.tags.push_back({.unit = UnitIndex{0}, .name = "massflow_sp", .path = "fd1/massflow_sp"});
    line.tags.back().role = Role::setpoint;
    frame.values = {5, 106, 22, 5, 106, 22, 300, 5};
    frame.flaws.assign(8, Flaw::good);
  }
  bool trained(double set_point, double recipe = 1) {
    frame.values[7] = set_point;
    Context context;
    context.recipe = recipe;
    return OperatingPoint{line}.trained(frame, context);
  }
  Line line = feeding_line();
  Frame frame;
};

TEST_F(AtFeedRate, ReachesEightPercentAroundTheMiddleOfTheControlLimits) {
  for (const double inside : {5.0, 4.61, 5.39}) EXPECT_TRUE(trained(inside)) << inside;
  for (const double outside : {4.59, 5.41, 4.0, 6.0, 1.0}) EXPECT_FALSE(trained(outside)) << outside;
}

TEST_F(AtFeedRate, IsThatOfTheNominalRecipeOrOfNone) {
  EXPECT_TRUE(trained(5, 0));
  EXPECT_TRUE(trained(5, 1));
  EXPECT_FALSE(trained(5, 2));
}

TEST_F(AtFeedRate, TellsNothingFromASetPointThatIsNotRead) {
  frame.flaws[7] = Flaw::null;
  EXPECT_TRUE(trained(std::nan("")));
}

TEST_F(AtFeedRate, OfAnAutomaticSetPointIsNobodysChoice) {
  line.tags[7].automatic = true;
  EXPECT_TRUE(trained(4));
}

}  // namespace
}  // namespace steadyline
