// Rules of DESIGN §6, each by name, on event times of our own.
#include "frames/align.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/align_log.h"

namespace steadyline::test {
namespace {

constexpr double null = std::numeric_limits<double>::quiet_NaN();

class AlignerTest : public testing::Test {
 protected:
  void say(std::uint32_t source, double seconds, std::vector<std::pair<std::uint32_t, double>> values, std::int64_t seq = 0) {
    run.take(sample(source, at(seconds), std::move(values), seq));
  }
  void tick(double seconds) { run.take(Tick{at(seconds)}); }
  /// fd1 and bl1 agree on the start: offsets 0 and 1, used in the frame of 1.
  void begin() {
    say(fd1, 0.5, {{flow, 5}, {level, 50}});
    say(bl1, 0.6, {{speed, 200}, {recipe, 3}});
  }
  /// One second of the two.
  void second(double seconds) {
    say(fd1, seconds, {{flow, seconds}, {level, 50}});
    say(bl1, seconds + 0.1, {{speed, 200}});
  }
  const Frame& frame(std::size_t i) { return run.outcome.frames.at(i); }
  std::size_t frames() { return run.outcome.frames.size(); }
  std::optional<Fate> fate(std::int64_t offset) {
    const auto found = run.outcome.fates.find(offset);
    return found == run.outcome.fates.end() ? std::nullopt : std::optional{found->second};
  }

  Line line = small_line();
  AlignmentOptions options;
  LogRun run{line, options};
};

TEST_F(AlignerTest, ClosesTheFrameWhenTheWatermarkHasPassedItByMoreThanTheLateness) {
  begin();
  say(fd1, 3.0, {{flow, 6}});
  say(bl1, 3.0, {{speed, 201}});
  EXPECT_EQ(frames(), 0u);  // at the lateness, not past it
  say(fd1, 3.001, {{flow, 6}});
  EXPECT_EQ(frames(), 0u);  // bl1 holds the watermark
  say(bl1, 3.001, {{speed, 201}});
  ASSERT_EQ(frames(), 1u);
  EXPECT_EQ(frame(0).time, at(1));
  EXPECT_TRUE(frame(0).cold);
  EXPECT_EQ(frame(0).values[flow], 5);
  EXPECT_EQ(frame(0).values[speed], 200);
  EXPECT_EQ(frame(0).flaws[flow], Flaw::good);
  EXPECT_EQ(frame(0).flaws[force], Flaw::missing);
  EXPECT_TRUE(std::isnan(frame(0).values[force]));
}

TEST_F(AlignerTest, TakesASampleAtTheEndOfThePeriodAndNotOneAtItsBeginning) {
  begin();
  say(fd1, 1.0, {{flow, 7}});
  say(fd1, 1.001, {{flow, 8}});
  second(5);
  ASSERT_GE(frames(), 2u);
  EXPECT_EQ(frame(0).values[flow], 7);
  EXPECT_EQ(frame(1).values[flow], 8);
  EXPECT_FALSE(frame(1).cold);
}

TEST_F(AlignerTest, ASampleAtMostTheLatenessBehindTheNewestIsNeverLateAndAnOlderOneIs) {
  begin();
  say(fd1, 4.5, {{flow, 9}});
  say(bl1, 4.5, {{speed, 9}});
  say(tp1, 2.5, {{force, 11}});  // offset 4
  say(tp1, 1.5, {{force, 12}});  // offset 5: its frame, 2, closed when the watermark passed 4
  say(tp1, 8, {{force, 13}});
  second(8);
  EXPECT_EQ(fate(4), Fate::used);
  EXPECT_EQ(fate(5), Fate::late);
  EXPECT_EQ(frame(2).values[force], 11);
}

TEST_F(AlignerTest, ALaterSampleSupersedesAndAnIdenticalOneIsADuplicate) {
  begin();
  say(fd1, 0.7, {{flow, 6}, {level, 51}}, 1);  // 2
  say(fd1, 0.7, {{flow, 6}, {level, 51}}, 1);  // 3
  second(5);
  EXPECT_EQ(fate(0), Fate::superseded);
  EXPECT_EQ(fate(2), Fate::used);
  EXPECT_EQ(fate(3), Fate::duplicate);
}

TEST_F(AlignerTest, ASampleOfWhichOneValueEntersIsUsed) {
  begin();
  say(fd1, 0.7, {{flow, 6}});
  second(5);
  EXPECT_EQ(fate(0), Fate::used);  // its level stands
  EXPECT_EQ(frame(0).values[flow], 6);
  EXPECT_EQ(frame(0).values[level], 50);
}

TEST_F(AlignerTest, TiesBreakByContentNotByArrival) {
  LogRun other(line, options);
  const Entry a = sample(fd1, at(0.5), {{flow, 1}}), b = sample(fd1, at(0.5), {{flow, 2}}), c = sample(bl1, at(0.5), {{speed, 3}});
  const Entry d = sample(fd1, at(5), {{flow, 4}}), e = sample(bl1, at(5), {{speed, 4}});
  for (const Entry& entry : {a, b, c, d, e}) run.take(entry);
  for (const Entry& entry : {b, a, c, d, e}) other.take(entry);
  ASSERT_EQ(frames(), 2u);
  EXPECT_EQ(run.outcome.bytes(), other.outcome.bytes());
}

TEST_F(AlignerTest, ManySamplesOfOneFrameAreThinnedWithoutChangingIt) {
  begin();
  for (int i = 0; i < 5000; ++i) say(fd1, 0.6 + 0.00001 * (i % 100), {{flow, static_cast<double>(i)}}, i);
  say(fd1, 0.9, {{flow, 77}});
  second(5);
  EXPECT_EQ(frame(0).values[flow], 77);
  EXPECT_FALSE(run.outcome.decided_twice);
  EXPECT_EQ(fate(5002), Fate::used);
}

TEST_F(AlignerTest, HistoricalSamplesEnterNothing) {
  begin();
  Sample old = sample(fd1, at(0.9), {{flow, 99}});
  old.historical = true;
  run.take(old);
  EXPECT_EQ(fate(2), Fate::historical);
  second(5);
  EXPECT_EQ(frame(0).values[flow], 5);
}

TEST_F(AlignerTest, ASilentSourceHoldsNobodyUp) {
  begin();
  for (int i = 1; i <= 6; ++i) {
    say(fd1, i, {{flow, 5}});
    tick(i);
    EXPECT_EQ(frames(), i <= 5 ? 0u : 3u) << "5 s of ticks are not more than 3 periods and the lateness";
  }
  EXPECT_EQ(frames(), 3u);
  EXPECT_EQ(frame(1).flaws[speed], Flaw::missing);
}

TEST_F(AlignerTest, ASourceThatHasNeverSpokenHoldsNobodyUp) {
  begin();  // tp1 stays silent without a tick
  second(4);
  EXPECT_EQ(frames(), 1u);
}

TEST_F(AlignerTest, TicksCarryALineWhoseSourcesAreAllSilentAndItGoesStale) {
  begin();
  for (int i = 1; i <= 100; ++i) tick(i);
  ASSERT_EQ(frames(), 97u);
  EXPECT_EQ(frame(1).flaws[flow], Flaw::missing);
  EXPECT_EQ(frame(5).flaws[flow], Flaw::missing);
  EXPECT_EQ(frame(6).flaws[flow], Flaw::stale);
  EXPECT_EQ(frame(5).flaws[recipe], Flaw::good);  // on_change: good until its source is unheard for so long
  EXPECT_EQ(frame(6).flaws[recipe], Flaw::stale);
  EXPECT_EQ(frame(6).values[recipe], 3);
}

TEST_F(AlignerTest, TicksOfAnotherDayMoveNothing) {
  begin();
  for (int i = 1; i <= 5; ++i) tick(86400 + i);
  EXPECT_EQ(frames(), 0u);
  for (int i = 6; i <= 100; ++i) tick(86400 + i);
  EXPECT_EQ(frames(), 1u) << "nobody speaks, so what there is closes";
  second(5);
  EXPECT_EQ(frames(), 2u);
}

TEST_F(AlignerTest, OnChangeTagsCarryTheirLastValueWhileTheirSourceSpeaks) {
  begin();
  for (int i = 2; i < 30; ++i) second(i);
  EXPECT_EQ(frame(20).flaws[recipe], Flaw::good);
  EXPECT_EQ(frame(20).values[recipe], 3);
}

TEST_F(AlignerTest, ANullOrBadReadingKeepsTheLastValueAndIsFlagged) {
  begin();
  say(fd1, 1.5, {{flow, null}, {level, 51}});
  Sample doubtful = sample(bl1, at(1.5), {{speed, 190}});
  doubtful.values[0].opc = 64;
  run.take(doubtful);
  Sample bad = sample(bl1, at(2.5), {{speed, 1e9}});
  bad.values[0].opc = 8;
  run.take(bad);
  say(fd1, 2.5, {{flow, 6}});
  second(6);
  EXPECT_EQ(frame(1).flaws[flow], Flaw::null);
  EXPECT_EQ(frame(1).values[flow], 5);
  EXPECT_EQ(frame(1).flaws[speed], Flaw::uncertain);
  EXPECT_EQ(frame(1).values[speed], 190);
  EXPECT_EQ(frame(2).flaws[speed], Flaw::null);
  EXPECT_EQ(frame(2).values[speed], 190);
  EXPECT_EQ(fate(2), Fate::used);
}

TEST_F(AlignerTest, OneFutureStampMakesNothingLate) {
  begin();
  for (int i = 2; i < 10; ++i) second(i);
  say(fd1, 5000, {{flow, 1}});  // offset 18
  EXPECT_FALSE(fate(18));
  for (int i = 10; i < 20; ++i) second(i);
  EXPECT_EQ(fate(18), Fate::future);
  EXPECT_EQ(run.outcome.counts()[static_cast<std::size_t>(Fate::late)], 0u);
  EXPECT_EQ(frames(), 16u);
}

TEST_F(AlignerTest, AWaitingSampleWhoseSourceFallsSilentEndsAsFuture) {
  begin();
  say(tp1, 5000, {{force, 1}});
  for (int i = 1; i <= 8; ++i) tick(i);
  EXPECT_EQ(fate(2), Fate::future);
}

TEST_F(AlignerTest, TheLineJumpsWhenThreeSamplesOfASourceAgree) {
  begin();
  second(1.5);
  say(fd1, 5000.5, {{flow, 1}});
  say(fd1, 5001.5, {{flow, 2}});
  EXPECT_EQ(run.aligner.newest(), at(1.6));
  say(fd1, 5002.5, {{flow, 3}});
  EXPECT_EQ(run.aligner.newest(), at(5002.5));
  say(fd1, 5003.5, {{flow, 4}});
  ASSERT_EQ(frames(), 3u);  // 1 and 2 of the old run, none for the gap
  EXPECT_EQ(frame(1).time, at(2));
  EXPECT_FALSE(frame(1).cold);
  EXPECT_EQ(frame(2).time, at(5001));
  EXPECT_TRUE(frame(2).cold);
  EXPECT_EQ(frame(2).values[flow], 1);
  EXPECT_EQ(frame(2).flaws[speed], Flaw::missing);
  EXPECT_TRUE(std::isnan(frame(2).values[speed])) << "nothing of the old run enters the new one";
}

TEST_F(AlignerTest, TheLineJumpsWhenASecondSourceAgrees) {
  begin();
  say(fd1, 5000.5, {{flow, 1}});
  say(bl1, 4995.5, {{speed, 2}});
  say(fd1, 4999.0, {{flow, 3}});
  second(5008);
  ASSERT_GE(frames(), 2u);
  EXPECT_EQ(frame(0).time, at(1));
  EXPECT_EQ(frame(1).time, at(4996));  // the earliest sample that was there when the first frame closed
  EXPECT_TRUE(frame(1).cold);
}

TEST_F(AlignerTest, OneSourceWhoseClockIsWrongDoesNotCarryTheLineAway) {
  for (const double ahead : {24.0, 60.0}) {
    LogRun other(line, options);
    for (int i = 1; i < 200; ++i) {
      other.take(sample(fd1, at(i - 0.3 + (i > 100 ? ahead : 0)), {{flow, 5}}));
      other.take(sample(bl1, at(i - 0.2), {{speed, 200}}));
      other.take(sample(tp1, at(i - 0.1), {{force, 10}}));
      other.take(Tick{at(i)});
    }
    const Outcome& outcome = other.outcome;
    ASSERT_GT(outcome.frames.size(), 190u) << ahead;
    for (std::size_t i = 1; i < outcome.frames.size(); ++i) {
      EXPECT_FALSE(outcome.frames[i].cold) << ahead;
      EXPECT_EQ(outcome.frames[i].flaws[speed], Flaw::good) << ahead << " " << i;
    }
  }
}

TEST_F(AlignerTest, TwoFutureStampsOfOneSourceAreNotEnough) {
  begin();
  say(fd1, 5000, {{flow, 1}});
  say(fd1, 5001, {{flow, 1}});
  second(2);
  second(6);
  EXPECT_EQ(fate(2), Fate::future);
  EXPECT_EQ(fate(3), Fate::future);
  EXPECT_EQ(frames(), 3u);
}

TEST_F(AlignerTest, AGapWithinTheSkewIsFilledInWhateverOrderItsEndArrives) {
  const std::vector<Entry> head{sample(fd1, at(0.5), {{flow, 1}}), sample(bl1, at(0.5), {{speed, 1}})};
  const Entry a = sample(fd1, at(10.2), {{flow, 2}}), b = sample(fd1, at(11.1), {{flow, 3}}), c = sample(bl1, at(11.2), {{speed, 3}});
  const Entry end_a = sample(fd1, at(16), {{flow, 4}}), end_b = sample(bl1, at(16), {{speed, 4}});
  const auto in_order = [&](std::vector<Entry> tail) {
    std::vector<Entry> log = head;
    log.insert(log.end(), tail.begin(), tail.end());
    add_closing_ticks(log, line, options);
    return outcome_of(line, options, log);
  };
  const Outcome plain = in_order({a, b, c, end_a, end_b}), jumping = in_order({b, c, a, end_a, end_b});
  EXPECT_EQ(plain.bytes(), jumping.bytes());
  EXPECT_EQ(plain.counts(), jumping.counts());
  EXPECT_FALSE(plain.frames.at(1).cold);
  EXPECT_EQ(plain.frames.at(1).time, at(2));
}

TEST_F(AlignerTest, SourcesWithAConstantSkewAreAllAlignedAndNoneIsLate) {
  for (int i = 1; i < 60; ++i) {
    say(fd1, i, {{flow, 1}});
    say(bl1, i - 5, {{speed, 1}});
    say(tp1, i + 4, {{force, 1}});
    tick(i);
  }
  EXPECT_EQ(run.outcome.counts()[static_cast<std::size_t>(Fate::late)], 0u);
  EXPECT_EQ(run.outcome.counts()[static_cast<std::size_t>(Fate::future)], 0u);
  ASSERT_GT(frames(), 40u);
  for (const std::uint32_t tag : {flow, speed, force}) EXPECT_EQ(frame(30).flaws[tag], Flaw::good);
}

TEST_F(AlignerTest, ASourceFarBehindHoldsNobodyUp) {
  begin();
  say(tp1, 1, {{force, 1}});
  for (int i = 2; i < 60; ++i) {
    second(i);
    say(tp1, i / 100.0 + 1, {{force, 1}});  // its clock creeps
  }
  EXPECT_GE(frames(), 36u);
}

TEST_F(AlignerTest, TheFirstRecordsOfALineAreWhereARestartReads) {
  EXPECT_FALSE(run.aligner.cold_start());
  begin();
  second(3.5);
  EXPECT_EQ(run.aligner.cold_start(), (Position{0, 0}));
  EXPECT_EQ(run.aligner.oldest_open(), (Position{0, 2}));
}

TEST_F(AlignerTest, TheColdStartMovesToTheFirstWaitingSampleOnceTheOldRunIsDecided) {
  begin();
  second(1.5);                       // 2, 3
  say(fd1, 5000.5, {{flow, 1}});     // 4
  say(bl1, 1.9, {{speed, 2}});       // 5: still of the old run
  say(fd1, 5001.5, {{flow, 2}});     // 6
  say(fd1, 5002.5, {{flow, 3}});     // 7: jump
  EXPECT_EQ(run.aligner.cold_start(), (Position{0, 0}));
  say(fd1, 5003.5, {{flow, 4}});     // 8: the first frame closes
  EXPECT_EQ(run.aligner.oldest_open(), (Position{0, 6}));
  EXPECT_EQ(run.aligner.cold_start(), (Position{0, 0}));
  for (int i = 4; i < 9; ++i) say(fd1, 5000.5 + i, {{flow, 4}});
  EXPECT_EQ(run.aligner.cold_start(), (Position{0, 4}));
}

TEST_F(AlignerTest, ASlowLineKeepsItsRhythmWhenARecordIsLost) {
  const Line slow = small_line(10s);
  std::vector<Entry> log;
  for (int i = 1; i < 40; ++i) {
    if (i % 7 != 0) log.push_back(sample(fd1, at(i * 10 + 0.8), {{flow, 1}}));
    if (i % 9 != 0) log.push_back(sample(bl1, at(i * 10 - 0.5), {{speed, 1}, {recipe, 2}}));
    log.push_back(Tick{at(i * 10)});
  }
  add_closing_ticks(log, slow, options);
  const Outcome outcome = outcome_of(slow, options, log);
  EXPECT_EQ(outcome.fates.size(), 34u + 35u);
  EXPECT_EQ(outcome.counts()[static_cast<std::size_t>(Fate::used)], 34u + 35u);
  for (std::size_t i = 1; i < outcome.frames.size(); ++i) {
    EXPECT_EQ(outcome.frames[i].time - outcome.frames[i - 1].time, 10s);
    EXPECT_FALSE(outcome.frames[i].cold);
    EXPECT_EQ(outcome.frames[i].flaws[recipe], i < 40 ? Flaw::good : outcome.frames[i].flaws[recipe]);
  }
}

}  // namespace
}  // namespace steadyline::test
