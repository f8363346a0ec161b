#include <cmath>
#include <gtest/gtest.h>

#include "models/drift.h"
#include "training/learn.h"
#include "training/recorded_production.h"

namespace steadyline {
namespace {

/// A press with a force and a row every ten seconds.
Line press() {
  Line line;
  line.id = "p";
  line.period = Milliseconds{10'000};
  line.units.push_back({});
  line.units[0].id = "u";
  Tag tag;
  tag.name = "force";
  tag.path = "u/force";
  tag.hard = {0, 10};
  line.tags.push_back(tag);
  return line;
}

/// Reproducible noise within ±1.
struct Noise {
  std::uint64_t state = 7;
  double next() {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 40) / static_cast<double>(1ULL << 23) - 1;
  }
};

/// Hours of a force about `level`, with a stop of five minutes every four hours; from `drift_from_h` on it rises by 1 % an hour.
Recording campaign(const std::string& group, double level, double hours, Noise& noise, double drift_from_h = 1e9) {
  Recording recording;
  recording.group = group;
  for (int i = 0; i < static_cast<int>(hours * 360); ++i) {
    Frame frame;
    frame.time = EventTime{Milliseconds{10'000LL * i}};
    frame.cold = i == 0;
    frame.running = i % 1440 < 1410;
    const double gone_h = std::max(0.0, i / 360.0 - drift_from_h);
    frame.values = {level * (1 + 0.01 * gone_h) + 0.1 * noise.next()};
    frame.flaws = {Flaw::good};
    recording.frames.push_back(std::move(frame));
  }
  return recording;
}

double worst_excess(const DriftSpec& spec, const Line& line, const Recording& recording) {
  const DriftModel model{spec, line};
  DriftState state;
  DriftReading reading;
  double worst = 0;
  recorded_production(line, std::span{&recording, 1})([&](std::size_t, const Frame& frame, const Context& context) {
    model.step(frame, context, state, reading);
    for (const float excess : reading.excess) worst = std::max(worst, std::fabs(static_cast<double>(excess)));
  });
  return worst;
}

TEST(RecordedProduction, GivesTheFramesOfAllCampaignsEachTimeAndEachCampaignBeginsCold) {
  const Line line = press();
  Noise noise;
  std::vector<Recording> campaigns{campaign("a", 5, 1, noise), campaign("b", 6, 1, noise)};
  campaigns[1].frames.front().cold = false;
  campaigns[1].frames[100].cold = true;
  const Production production = recorded_production(line, campaigns);
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<double> values;
    std::vector<std::size_t> begins;
    production([&](std::size_t run, const Frame& frame, const Context&) {
      if (frame.cold) begins.push_back(values.size());
      EXPECT_EQ(run + 1, begins.size());
      values.push_back(frame.values[0]);
    });
    EXPECT_EQ(begins, (std::vector<std::size_t>{0, 360, 460}));
    ASSERT_EQ(values.size(), 720U);
    EXPECT_EQ(values[400], campaigns[1].frames[40].values[0]);
  }
}

TEST(RecordedDrift, FindsOnePercentAnHourOnACampaignOfAnotherLevelAndLeavesItsNeighbourAlone) {
  const Line line = press();
  Noise noise;
  const std::vector<Recording> known{campaign("a", 5, 24, noise), campaign("b", 6, 24, noise), campaign("c", 5.5, 24, noise)};
  const DriftSpec spec = learn_recorded_drift(line, known, {});
  ASSERT_EQ(spec.signals.size(), 1U);
  EXPECT_TRUE(spec.anew_after_stop);
  EXPECT_GT(spec.signals[0].unrest, 0);
  EXPECT_LT(worst_excess(spec, line, campaign("calm", 7, 3.8, noise)), 1);
  EXPECT_GT(worst_excess(spec, line, campaign("drifts", 7, 3, noise, 1)), 1);
}

TEST(RecordedDrift, ATagBeyondItsHardLimitsTeachesNothing) {
  const Line line = press();
  Noise noise;
  const std::vector<Recording> known{campaign("dead", 12, 24, noise)};
  EXPECT_TRUE(learn_recorded_drift(line, known, {}).signals.empty());
}

TEST(RecordedDrift, ItsFileKeepsUnrestAndStops) {
  const Line line = press();
  Noise noise;
  const std::vector<Recording> known{campaign("a", 5, 12, noise)};
  const DriftSpec spec = learn_recorded_drift(line, known, {});
  const auto read = read_drift(write_drift(spec), "drift.json");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->anew_after_stop);
  ASSERT_EQ(read->signals.size(), 1U);
  EXPECT_EQ(read->signals[0].unrest, spec.signals[0].unrest);
}

}  // namespace
}  // namespace steadyline
