// What a hopper holds of each lot: it changes at refills only.
#include "monitor/hopper_contents.h"

#include <gtest/gtest.h>

#include "frames/context.h"

namespace steadyline {
namespace {

constexpr EventTime begin{std::chrono::hours{100}};

class Contents : public testing::Test {
 protected:
  /// One second at this weight.
  void at(double weight) {
    ++second;
    refill_s += 1;
    lot_s += 1;
    hopper.take(now(), weight, refill_s, lot_s);
  }
  void feed(int seconds, double from, double to) {
    for (int i = 1; i <= seconds; ++i) at(from + (to - from) * i / seconds);
  }
  void refill(double from, double to) {
    refill_s = -1;
    feed(50, from, to);
  }
  EventTime now() const { return begin + std::chrono::seconds{second}; }

  HopperContents hopper;
  int second = 0;
  double refill_s = long_ago_s, lot_s = long_ago_s;
};

TEST_F(Contents, ANewLotComesByStepsAtRefills) {
  feed(200, 4.2, 4);
  lot_s = -1;
  at(4);
  ASSERT_EQ(hopper.lots().size(), 1U);
  EXPECT_EQ(hopper.lots().front(), now());
  feed(600, 4, 3);
  EXPECT_EQ(hopper.share(hopper.lots().front(), now()), 0);
  refill(3, 4);
  feed(600, 4, 3);
  EXPECT_NEAR(hopper.share(hopper.lots().front(), now()), 0.25, 1e-3);
  feed(100, 3, 2.9);
  EXPECT_NEAR(hopper.share(hopper.lots().front(), now()), 0.25, 1e-3) << "feeding leaves the mixture as it is";
  refill(2.9, 4);
  feed(600, 4, 3);
  EXPECT_NEAR(hopper.share(hopper.lots().front(), now()), 1 - 0.75 * 2.9 / 4, 2e-3);
}

TEST_F(Contents, OfARefillInWhichTheLotChangesOnlyTheRestIsNew) {
  feed(200, 3.2, 3);
  refill_s = -1;
  feed(40, 3, 4);
  lot_s = -1;
  at(4);
  feed(10, 4, 5);
  feed(600, 5, 4.5);
  EXPECT_NEAR(hopper.share(hopper.lots().front(), now()), 0.2, 1e-3);
}

TEST_F(Contents, AnUnusableWeightChangesNothing) {
  feed(200, 4.2, 4);
  lot_s = refill_s = -1;
  for (int i = 0; i < 50; ++i) {
    ++second;
    hopper.take(now(), std::nullopt, refill_s += 1, lot_s += 1);
  }
  EXPECT_EQ(hopper.share(hopper.lots().front(), now()), 0);
}

TEST_F(Contents, ForgetsLotsAndRefillsThatAreLongAgo) {
  feed(200, 4.2, 4);
  lot_s = -1;
  at(4);
  refill(3, 4);
  const EventTime lot = hopper.lots().front();
  hopper.forget(now() + std::chrono::seconds{1});
  EXPECT_TRUE(hopper.lots().empty());
  EXPECT_EQ(hopper.share(lot, now()), 0);
}

}  // namespace
}  // namespace steadyline
