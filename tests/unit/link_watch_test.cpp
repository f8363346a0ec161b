// What clocks and links of the units tell on arrival; what many readings tell that one does not.
#include "frames/link_watch.h"

#include <gtest/gtest.h>

#include "core/philox.h"
#include "frames/frozen.h"
#include "frames/spike_watch.h"
#include "support/align_log.h"

namespace steadyline::test {
namespace {

class LinkWatchTest : public testing::Test {
 protected:
  /// A second of three units; `ahead_s`: of fd1's clock.
  void second(double ahead_s = 0) {
    ++now;
    take(fd1, now + ahead_s - 0.3);
    take(bl1, now - 0.2);
    take(tp1, now - 0.1);
    watch.tick(at(now));
  }
  void take(std::uint32_t source, double time) { watch.take(sample(source, at(time), {{0, 1.0}}, static_cast<std::int64_t>(now))); }
  std::vector<DataTrouble> troubles() const { return {watch.troubles().begin(), watch.troubles().end()}; }

  Line line = small_line();
  LinkWatch watch{line};
  double now = 0;
};

TEST_F(LinkWatchTest, IsCalmWhileAllIsWell) {
  for (int i = 0; i < 2000; ++i) second();
  EXPECT_TRUE(troubles().empty());
}

TEST_F(LinkWatchTest, NamesTheUnitWhoseClockIsAheadAndForgivesWhenItIsRight) {
  for (int i = 0; i < 100; ++i) second();
  for (int i = 0; i < 30; ++i) second(12);
  ASSERT_EQ(troubles().size(), 1u);
  EXPECT_EQ(troubles()[0].kind, Trouble::clock);
  EXPECT_EQ(troubles()[0].unit, UnitIndex{fd1});
  EXPECT_NEAR(troubles()[0].measure, 12, 0.3);
  for (int i = 0; i < 40; ++i) second();
  EXPECT_TRUE(troubles().empty());
}

TEST_F(LinkWatchTest, OneStrayStampIsNoClockThatIsOff) {
  for (int i = 0; i < 100; ++i) second(i == 60 ? 5000 : 0);
  EXPECT_TRUE(troubles().empty());
}

TEST_F(LinkWatchTest, OneRecordSentTwiceIsNoTroubleAndEveryHundredthIs) {
  for (int i = 1; i <= 500; ++i) {
    second();
    if (i == 50) take(bl1, now - 0.2);
  }
  EXPECT_TRUE(troubles().empty());
  for (int i = 1; i <= 600; ++i) {
    second();
    if (i % 100 == 0) take(bl1, now - 0.2);
  }
  watch.tick(at(now));
  ASSERT_EQ(troubles().size(), 1u);
  EXPECT_EQ(troubles()[0].kind, Trouble::duplicates);
  EXPECT_EQ(troubles()[0].unit, UnitIndex{bl1});
}

TEST_F(LinkWatchTest, ABackfillOfAllUnitsIsOneTroubleOfTheLine) {
  for (int i = 0; i < 100; ++i) second();
  now += 20;
  for (const std::uint32_t source : {fd1, bl1, tp1}) {
    for (int i = 0; i < 20; ++i) {
      Sample old = sample(source, at(now - 20 + i), {{0, 1.0}}, i);
      old.historical = true;
      watch.take(old);
    }
  }
  second();
  ASSERT_EQ(troubles().size(), 1u);
  EXPECT_EQ(troubles()[0].kind, Trouble::backfill);
  EXPECT_FALSE(troubles()[0].unit);
  EXPECT_EQ(troubles()[0].measure, 20);
  for (int i = 0; i < 70; ++i) second();
  EXPECT_TRUE(troubles().empty());
}

TEST_F(LinkWatchTest, BegunAnewItIsAsFresh) {
  for (int i = 0; i < 60; ++i) second(12);
  ASSERT_FALSE(troubles().empty());
  watch.begin_anew();
  EXPECT_TRUE(troubles().empty());
  for (int i = 0; i < 15; ++i) second(12);
  EXPECT_TRUE(troubles().empty()) << "not enough ticks yet";
}

TEST(SpikeWatchTest, FindsLeapsThatComeBackAndNoStepsNorNoise) {
  const RandomStream random{7, 1};
  SpikeWatch watch;
  int found = 0;
  const auto noise = [&](std::uint64_t i) { return 2 * random.uniform(i) - 1; };  // sd 0.58
  for (std::uint64_t i = 0; i < 20000; ++i) found += watch.take(100 + noise(i) + (i > 9000 ? 50 : 0), 0.58, 0.05) ? 1 : 0;
  EXPECT_EQ(found, 0);
  for (std::uint64_t i = 0; i < 600; ++i)
    found += watch.take(150 + noise(i) + (i % 60 == 30 || i % 60 == 31 ? -5.8 : 0), 0.58, 0.05) ? 1 : 0;
  EXPECT_GE(found, 8);
  EXPECT_LE(found, 10);
}

TEST(FrozenTest, FollowsFromNoiseAndStepWhereTheLineDoesNotSay) {
  Tag tag;
  tag.noise = {.sd = 0.01, .share = 0, .tau_s = 0};
  tag.resolution = 0.001;
  EXPECT_EQ(frozen_after_s(tag, 5, Milliseconds{1000}), 30);
  tag.noise.tau_s = 300;
  EXPECT_GT(frozen_after_s(tag, 5, Milliseconds{1000}), 30);
  tag.resolution = 0.1;
  EXPECT_FALSE(frozen_after_s(tag, 5, Milliseconds{1000})) << "steps coarser than the noise tell nothing";
  tag.stuck_after_s = 12;
  EXPECT_EQ(frozen_after_s(tag, 5, Milliseconds{1000}), 12);
  tag.clock = Clock::on_change;
  EXPECT_FALSE(frozen_after_s(tag, 5, Milliseconds{1000}));
}

}  // namespace
}  // namespace steadyline::test
