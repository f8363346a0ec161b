// Soft sensors against the truth of simulated plants that they have never seen: coverage and error in normal running, and what a drifting
// load cell does to them.
#include "training/learn.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "evaluation/twin_production.h"
#include "frames/check.h"
#include "support/twin_runs.h"
#include "twin/exam.h"

namespace steadyline {
namespace {

constexpr std::uint64_t teach_seed = 4000, calibrate_seed = 4400, judge_seed = 4800;

/// The line with what the soft sensors look at, and nothing else: most of the time goes into readings.
Line quality_part() {
  Line line = test::cdc1();
  std::set<std::string> kept{"tp1/turret_pv"};
  for (const SoftSensorDescription& sensor : line.soft_sensors) {
    for (const auto* list : {&sensor.from, &sensor.share_among, &sensor.probes}) kept.insert(list->begin(), list->end());
    kept.insert({sensor.result, sensor.scatter_tag});
  }
  std::erase_if(line.tags, [&](const Tag& tag) { return !kept.contains(tag.path); });
  line.running_tag = line.find_tag("tp1/turret_pv");
  line.state_tag = line.recipe_tag = std::nullopt;
  for (Unit& unit : line.units) unit.mode_tag = unit.lot_tag = unit.phase_tag = std::nullopt;
  return line;
}

Scenario plants(std::uint64_t seed, double hours) {
  Scenario scenario = test::production(seed);
  scenario.duration_s = hours * 3600;
  scenario.exam = true;
  scenario.lot_size_share = 0.25;
  scenario.stops = StopStatistics::line;
  scenario.coating = false;
  return scenario;
}

/// The quality of this second's tablets when the tester takes them, fresh: the truth's thickness has relaxed for half an hour.
double truth_of(const std::string& attribute, const Truth& truth) {
  const PressParameters& press = test::cdc1_parameters().press;
  const double relaxed = 1 - std::exp(-press.buffer_s / press.relaxation_tau_s);
  if (attribute == "weight") return truth.weight_mg;
  if (attribute == "thickness") return truth.thickness_mm / (1 + press.relaxation * relaxed);
  if (attribute == "hardness") return truth.hardness_n;
  return 0.2 * truth.potency_pct;
}

struct Score {
  double seconds = 0, covered = 0, squares = 0, held_squares = 0, width = 0, disagreed_h = 0, first_off_s = -1;
  double coverage() const { return covered / seconds; }
  double rmse() const { return std::sqrt(squares / seconds); }
  double held_rmse() const { return std::sqrt(held_squares / seconds); }  ///< of the last result, held
};
using Scores = std::map<std::string, Score>;

/// Lives through one run; counts from `from_s` on where three results have come (or none ever do).
void live_through(const Line& line, const SoftSensors& model, const Scenario& scenario, double from_s, Scores& scores) {
  Simulation simulation{line, test::cdc1_parameters(), scenario};
  Checker checker{line};
  SoftSensorState state;
  std::vector<SoftEstimate> said;
  std::map<std::string, double> held;
  Frame frame;
  double second = 0;
  for (bool cold = true; !simulation.finished(); cold = false) {
    simulation.step(frame.values);
    frame.time = simulation.time();
    frame.cold = cold;
    frame.flaws.assign(frame.values.size(), Flaw::good);
    for (std::size_t i = 0; i < frame.values.size(); ++i)
      if (std::isnan(frame.values[i])) frame.flaws[i] = Flaw::null;
    checker.check(frame);
    model.step(frame, {}, state, said);
    ++second;
    const Truth truth = simulation.truth();
    for (std::size_t i = 0; i < said.size(); ++i) {
      const SoftSensor& sensor = model.sensors()[i];
      Score& score = scores[sensor.name];
      if (said[i].result) held[sensor.name] = said[i].result->value;
      if (second >= from_s && said[i].disagrees) {
        score.disagreed_h += 1.0 / 3600;
        if (score.first_off_s < 0) score.first_off_s = second - from_s;
      }
      if (!said[i].known || truth.tablets_now <= 0 || second < from_s || (!sensor.result.empty() && said[i].steps < 3)) continue;
      const double value = truth_of(sensor.name, truth);
      score.seconds += 1;
      score.covered += value >= said[i].low && value <= said[i].high ? 1 : 0;
      score.squares += (said[i].median - value) * (said[i].median - value);
      score.held_squares += (held[sensor.name] - value) * (held[sensor.name] - value);
      score.width += said[i].high - said[i].low;
    }
  }
}

void print(const char* what, const Scores& scores) {
  for (const auto& [attribute, score] : scores)
    std::printf("%s %-9s %6.1f h: coverage of the 90 %% interval %.1f %%, its width %.4g, rmse %.4g (last result held: %.4g), disagrees %.2f h, first after %.0f s\n", what,
                attribute.c_str(), score.seconds / 3600, 100 * score.coverage(), score.width / score.seconds, score.rmse(), score.held_rmse(),
                score.disagreed_h, score.first_off_s);
}

class SoftSensorsOnTheTwin : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    line = std::make_unique<Line>(quality_part());
    const auto production = [&](std::uint64_t seed, std::size_t runs) { return twin_production(*line, test::cdc1_parameters(), plants(seed, 6), runs); };
    const SoftSensorSpec spec = learn_soft_sensors(*line, production(teach_seed, 32), production(calibrate_seed, 16), {});
    model = std::make_unique<SoftSensors>(spec, *line);
  }
  static void TearDownTestSuite() {
    model.reset();
    line.reset();
  }
  static std::unique_ptr<Line> line;
  static std::unique_ptr<SoftSensors> model;
};
std::unique_ptr<Line> SoftSensorsOnTheTwin::line;
std::unique_ptr<SoftSensors> SoftSensorsOnTheTwin::model;

TEST_F(SoftSensorsOnTheTwin, NormalRunningOfUnseenPlants) {
  Scores scores;
  for (std::uint64_t plant = 0; plant < 14; ++plant) live_through(*line, *model, plants(judge_seed + plant, 6), 0, scores);
  print("normal", scores);
  ASSERT_EQ(scores.size(), 4U);
  for (const auto& [attribute, score] : scores) {
    EXPECT_GT(score.coverage(), 0.84) << attribute;
    EXPECT_LT(score.coverage(), 0.96) << attribute;  // single plants vary: their offsets are drawn once each
    EXPECT_LT(score.disagreed_h, 0.02 * 84) << attribute;
    EXPECT_GT(score.seconds, 0.8 * 84 * 3600) << attribute;
  }
  for (const char* attribute : {"weight", "thickness", "hardness"}) EXPECT_LT(scores[attribute].rmse(), 0.6 * scores[attribute].held_rmse()) << attribute;
  EXPECT_LT(scores["content"].rmse(), 0.06);
}

TEST_F(SoftSensorsOnTheTwin, ADriftingForceCellShowsAsDisagreement) {
  Scores scores;
  int shown = 0;
  for (std::uint64_t i = 0; i < 4; ++i) {
    Scenario scenario = exam_scenario("F17", "", 2, exam_seed("soft sensors in development", "F17", i));
    scenario.coating = false;
    Scores own;
    live_through(*line, *model, scenario, scenario.faults.front().on_s, own);
    print("F17", own);
    if (own["weight"].first_off_s >= 0 || own["thickness"].first_off_s >= 0) ++shown;
  }
  EXPECT_GE(shown, 3);
}

}  // namespace
}  // namespace steadyline
