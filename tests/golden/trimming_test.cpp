// A recording contaminated by faults in 3 % of its hours: the stretches are found and named, and what is learned without them is what clean
// production would have taught.
#include "training/trimming.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <string>

#include "frames/check.h"
#include "support/twin_runs.h"
#include "training/trainer.h"

namespace steadyline {
namespace {

constexpr int runs = 16;
constexpr double run_s = 7200;

/// A dozen of the modelled tags: enough for the faults to show, few enough to train in seconds.
Line small_part() {
  const std::set<std::string> kept{"fd1/screw_speed_pv",  "fd1/feed_factor",   "fd1/massflow_pv", "fd2/screw_speed_pv", "ch1/nir1_api",  "ff1/nir2_api",
                                   "tp1/force_main_mean", "tp1/force_pre_mean", "tp1/fill_pv",     "tp1/ejection_max",   "tp1/turret_pv", "bl1/holdup"};
  Line line = test::cdc1();
  std::erase_if(line.tags, [&](const Tag& tag) { return !kept.contains(tag.path); });
  line.running_tag = line.find_tag("tp1/turret_pv");
  line.state_tag = line.recipe_tag = std::nullopt;
  for (Unit& unit : line.units) unit.mode_tag = unit.lot_tag = unit.phase_tag = std::nullopt;
  return line;
}

FaultSpec fault(const char* id, const char* target, double on_s, double duration_s, double severity, Onset onset, double ramp_s) {
  FaultSpec spec;
  spec.id = id;
  spec.target = target;
  spec.on_s = on_s;
  spec.duration_s = duration_s;
  spec.severity = severity;
  spec.onset = onset;
  spec.ramp_s = ramp_s;
  return spec;
}

/// Bridging, a frozen force and a fouling window: 3600 s of 115,200 s, 3 %.
std::vector<FaultSpec> faults_of(int run) {
  if (run == 3) return {fault("F01", "fd1", 4000, 600, 0.6, Onset::exponential, 90)};
  if (run == 7) return {fault("F21", "tp1/force_pre_mean", 3000, 1200, 1, Onset::step, 0)};
  if (run == 12) return {fault("F20", "ch1", 3000, 1800, 0.15, Onset::ramp, 900)};
  return {};
}

Recording live_through(const Line& line, int run, bool contaminated) {
  Scenario scenario = test::production(600 + static_cast<std::uint64_t>(run), contaminated ? faults_of(run) : std::vector<FaultSpec>{});
  scenario.start += std::chrono::seconds{20000 * run};
  scenario.duration_s = run_s;
  scenario.lot_size_share = 0.25;
  scenario.coating = false;
  Simulation simulation{line, test::cdc1_parameters(), scenario};
  Checker checker{line};
  Recording recording{"run " + std::to_string(run), {}};
  while (!simulation.finished()) {
    Frame frame;
    simulation.step(frame.values);
    frame.time = simulation.time();
    frame.cold = recording.frames.empty();
    for (const double value : frame.values) frame.flaws.push_back(std::isnan(value) ? Flaw::null : Flaw::good);
    checker.check(frame);
    recording.frames.push_back(std::move(frame));
  }
  return recording;
}

Split recorded(const Line& line, bool contaminated) {
  Split split;
  for (int run = 0; run < runs; ++run) (run < 10 ? split.train : split.calibrate).push_back(live_through(line, run, contaminated));
  return split;
}

double health_limit(const Line& line, const Split& split) {
  TrainOptions options;
  options.epochs = 0;
  options.hidden = 2;
  options.horizons_s = {10};
  options.autoencoder_epochs = 2;
  const auto bundle = train_bundle(line, split.train, split.calibrate, options);
  EXPECT_TRUE(bundle) << to_line(bundle.error());
  return bundle ? bundle->health.e_limit : 0;
}

TEST(Trimming, ContaminatedStretchesAreNamedAndDoNotMoveTheHealthLimit) {
  const Line line = small_part();
  const Split clean = recorded(line, false);
  const Split dirty = recorded(line, true);
  Split trimmed = dirty;
  std::map<std::string, std::string> facts;
  trim(line, trimmed, facts);
  std::printf("left out: %s\n", facts["left out"].c_str());
  EXPECT_NE(facts["left out"].find("run 3 from"), std::string::npos);
  EXPECT_NE(facts["left out"].find("run 7 from"), std::string::npos);
  EXPECT_NE(facts["left out"].find("run 12 from"), std::string::npos);
  EXPECT_FALSE(facts.contains("left out, warning"));
  const auto frames = [](const Split& split) {
    std::size_t count = 0;
    for (const auto* part : {&split.train, &split.calibrate})
      for (const Recording& recording : *part) count += recording.frames.size();
    return static_cast<double>(count);
  };
  EXPECT_GT(frames(trimmed), 0.93 * frames(dirty)) << "most of what was good is kept";
  const double of_clean = health_limit(line, clean), of_dirty = health_limit(line, dirty), of_trimmed = health_limit(line, trimmed);
  std::printf("health limit: clean %.4g, contaminated %.4g, trimmed %.4g\n", of_clean, of_dirty, of_trimmed);
  EXPECT_NEAR(of_trimmed / of_clean, 1, 0.25);
  EXPECT_GT(std::fabs(of_dirty / of_clean - 1), 1.5 * std::fabs(of_trimmed / of_clean - 1)) << "or trimming changes nothing";
}

TEST(Trimming, CleanProductionLosesNextToNothing) {
  const Line line = small_part();
  std::vector<Recording> recordings;
  for (int run = 0; run < 8; ++run) recordings.push_back(live_through(line, 40 + run, false));
  const Contamination found = find_contamination(line, recordings);
  EXPECT_GE(found.windows, 8U * 11);
  EXPECT_LE(found.beyond, found.windows / 50);
}

}  // namespace
}  // namespace steadyline
