#include "training/lessons.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace steadyline {
namespace {

/// One tag, one input, one horizon; the future of frame i is i.
Sequence frames(std::size_t count, unsigned char group, bool faulty) {
  Sequence sequence{.inputs = 1, .fans = 1, .tags = 1, .targets = 1, .network = 1, .rungs = 0, .linear = 1, .places = {0}};
  for (std::size_t i = 0; i < count; ++i) {
    sequence.features.push_back(0);
    sequence.futures.push_back(static_cast<float>(i));
    sequence.run.push_back(0);
    sequence.since.push_back(static_cast<std::int64_t>(i));
    sequence.group.push_back(group);
    sequence.faulty.push_back(faulty ? 1 : 0);
  }
  return sequence;
}

TEST(Lessons, WithoutFaultsAreTheCalmOnesAndTheUndisturbedOfTheOthers) {
  const Sequence calm = frames(100, 0, false), quiet = frames(50, 0, false), broken = frames(70, 0, true);
  EXPECT_EQ(teaching_examples(without_faults(calm, quiet), 0, 0).size(), 150U);
  EXPECT_EQ(teaching_examples(without_faults(calm, broken), 0, 0).size(), 100U);
  EXPECT_EQ(teaching_examples(without_faults(broken, broken), 0, 0).size(), 70U) << "there is nothing else";
  EXPECT_EQ(teaching_examples({{&broken}}, 0, 0).size(), 70U);
}

TEST(Lessons, ARareGroupLearnsFromAllEventsAndThoseFromEverything) {
  Sequence mixed = frames(1000, 0, false);
  mixed.group[0] = mixed.group[1] = 2;
  EXPECT_EQ(teaching_examples({{&mixed}}, 0, 2).size(), 1000U);
  for (std::size_t i = 2; i < 10; ++i) mixed.group[i] = 3;
  EXPECT_EQ(teaching_examples({{&mixed}}, 0, 2).size(), 10U);
  EXPECT_EQ(teaching_examples({{&mixed}}, 0, 3).size(), 8U);
  EXPECT_EQ(judging_examples({{&mixed}}, 0, 3).size(), 1000U);
}

TEST(Lessons, AreSpreadOverAllThereIsAndSkipUnknownFutures) {
  Sequence many = frames(100'000, 0, false);
  many.futures[0] = std::numeric_limits<float>::quiet_NaN();
  const Examples rows = teaching_examples({{&many}}, 0, 0);
  EXPECT_NEAR(static_cast<double>(rows.size()), 32'000, 2);
  EXPECT_EQ(rows.front().frame, 1U);
  EXPECT_GT(rows.back().frame, 99'990U);
  EXPECT_EQ(rows[5].future(0), static_cast<double>(rows[5].frame));
}

}  // namespace
}  // namespace steadyline
