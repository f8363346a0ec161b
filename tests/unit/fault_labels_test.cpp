// What is told and planned about faults: labels, comms, exams, campaigns.
#include <array>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

#include "core/numeric.h"
#include "support/fault_specs.h"
#include "twin/campaign.h"
#include "twin/faults/comms.h"
#include "twin/machines/compression.h"
#include "twin/exam.h"
#include "twin/label_json.h"
#include "twin/faults/scenario_check.h"

namespace steadyline::test {
namespace {

// docs/faults.md tells people what the table tells the program.
TEST(Catalogue, IsTheOneOfTheDocument) {
  std::ifstream file{std::string{STEADYLINE_SOURCE_DIR} + "/docs/faults.md"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto number = [](double value) {
    std::string out;
    numeric::append_number(out, value);
    return out;
  };
  for (const FaultKind& kind : fault_catalogue()) {
    const std::string name = std::string{kind.id} + (kind.variant.empty() ? "" : " `" + std::string{kind.variant} + "`");
    const std::size_t row = text.find("| " + name + " | " + std::string{kind.words} + " | ");
    ASSERT_NE(row, std::string::npos) << name << " has no row of that name and words";
    const std::string line = text.substr(row, text.find('\n', row) - row);
    const std::string severity = number(kind.low) + (kind.low == kind.high ? "" : " .. " + number(kind.high));
    EXPECT_NE(line.find(" | " + severity), std::string::npos) << name << ": severity " << severity;
    EXPECT_NE(line.find("| " + std::to_string(kind.difficulty) + " |"), std::string::npos) << name << ": difficulty";
    const std::size_t second = text.find("| " + name + " | ", row + 2);
    ASSERT_NE(second, std::string::npos) << name << " has no second row";
    const std::string shown = text.substr(second, text.find('\n', second) - second);
    for (const std::string& tag : words_of(kind.root_tags))
      EXPECT_NE(shown.find("`" + tag + "`"), std::string::npos) << name << ": " << tag;
    for (std::string action : words_of(kind.correct_actions)) {
      std::replace(action.begin(), action.end(), '_', ' ');
      EXPECT_NE(shown.find(action), std::string::npos) << name << ": " << action;
    }
  }
}

TEST(Labels, SayWhatIsKnownBeforehand) {
  const Scenario scenario = with({usual("F12", "bl1")});
  const Label label = fault_label(scenario.faults[0], scenario.start);
  EXPECT_EQ(label.on, scenario.start + std::chrono::seconds{100});
  EXPECT_EQ(label.off, scenario.start + std::chrono::seconds{1100});
  EXPECT_EQ(label.full, label.off);  // the ramp would be longer
  EXPECT_EQ(label.kind, LabelKind::process);
  EXPECT_EQ(label.root_tags, (std::vector<std::string>{"bl1/holdup", "bl1/torque"}));
  EXPECT_EQ(fault_label(usual("F06", "fd1"), scenario.start).full, label.on);
  EXPECT_EQ(fault_label(usual("F17", "tp1"), scenario.start).full, label.off);
  FaultSpec endless = usual("F17", "tp1");
  endless.duration_s = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(fault_label(endless, scenario.start).off);
  FaultSpec gap = usual("F24", "line");
  gap.severity = 30;
  EXPECT_EQ(fault_label(gap, scenario.start).off, scenario.start + std::chrono::seconds{130});
}

TEST(Labels, AreLinesOfJson) {
  const Scenario scenario = with({usual("F01", "fd1")});
  Label label = fault_label(scenario.faults[0], scenario.start);
  label.affected = {{"fd1/feed_factor", label.on, 12.5}};
  label.breach_spec = label.on + std::chrono::seconds{206};
  label.outside = {{*label.breach_spec, *label.off}};
  label.tablets_outside = 1234;
  const auto json = nlohmann::json::parse(label_json(label, "a \"run\"", 18446744073709551615u));
  EXPECT_EQ(json["run"], "a \"run\"");
  EXPECT_EQ(json["seed"], 18446744073709551615u);
  EXPECT_EQ(json["fault_id"], "F01");
  EXPECT_EQ(json["kind"], "process");
  EXPECT_EQ(json["t_on"], "2026-01-05T07:01:40.000Z");
  EXPECT_EQ(json["severity"], 1);
  EXPECT_EQ(json["affected_tags"][0]["tag"], "fd1/feed_factor");
  EXPECT_EQ(json["affected_tags"][0]["peak_sd"], 12.5);
  EXPECT_TRUE(json["t_breach_alert"].is_null());
  EXPECT_EQ(json["oos_interval_tablet"][0][0], json["t_breach_spec"]);
  EXPECT_EQ(json["oos_tablets"], 1234);
  EXPECT_EQ(json["correct_actions"][0], "divert");
  EXPECT_EQ(json["forbidden_actions"][0], "raise_api_setpoint");
  Label stop;
  stop.id = "planned_stop";
  const auto event = nlohmann::json::parse(label_json(stop, "r", 1));
  EXPECT_EQ(event["kind"], "normal_event");
  EXPECT_TRUE(event["severity"].is_null());
}

TEST(Comms, AreHeldSkewedAndRepeatedAsSaid) {
  FaultSpec gap = usual("F24", "line"), skew = usual("F23", "bl1"), drift = usual("F23", "bl2", "drift"),
            twice = usual("F23", "fd1", "duplicate");
  gap.severity = 30;
  gap.on_s = 5000;
  skew.severity = 4;
  drift.duration_s = 36000 - 100;
  drift.severity = 100;
  twice.severity = 0.05;
  const Comms comms{line(), with({gap, skew, drift, twice})};
  const UnitIndex bl1 = *line().find_unit("bl1"), bl2 = *line().find_unit("bl2"), fd1 = *line().find_unit("fd1");
  EXPECT_FALSE(comms.at(bl1, 5000).held);
  EXPECT_TRUE(comms.at(bl1, 5001).held && comms.at(fd1, 5030).held);
  EXPECT_FALSE(comms.at(bl1, 5031).held);
  EXPECT_EQ(comms.at(bl1, 101).skew, Milliseconds{4000});
  EXPECT_EQ(comms.at(fd1, 101).skew, Milliseconds{0});
  EXPECT_EQ(comms.at(bl2, 20100).skew, Milliseconds{2000});  // counts from 2 s: 5.6 h at 100 ppm
  int repeated = 0;
  for (int t = 101; t <= 1100; ++t) repeated += comms.at(fd1, t).duplicate;
  EXPECT_NEAR(repeated, 50, 20);
  EXPECT_TRUE(Comms(line(), with({usual("F01", "fd1")})).quiet());
}

TEST(Exam, SeedsComeFromCommitFaultAndIndex) {
  EXPECT_EQ(exam_seed("abc", "F01", 0), exam_seed("abc", "F01", 0));
  std::set<std::uint64_t> seeds;
  for (std::uint64_t i = 0; i < 100; ++i) {
    seeds.insert(exam_seed("abc", "F01", i));
    seeds.insert(exam_seed("abc", "F02", i));
    seeds.insert(exam_seed("abd", "F01", i));
  }
  EXPECT_EQ(seeds.size(), 300u);
  EXPECT_LT(*seeds.rbegin(), std::uint64_t{1} << 53);
  EXPECT_GT(*seeds.rbegin(), std::uint64_t{1} << 52);
}

TEST(Exam, DrawsTheLineWithinTenPercent) {
  const TwinParameters nominal = parameters();
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const TwinParameters drawn = exam_parameters(nominal, seed);
    for (std::size_t i = 0; i < feeder_count; ++i) {
      EXPECT_NEAR(drawn.feeders[i].feed_factor_full / nominal.feeders[i].feed_factor_full, 1, 0.1);
      EXPECT_NEAR(drawn.feeders[i].feed_factor_empty / drawn.feeders[i].feed_factor_full,
                  nominal.feeders[i].feed_factor_empty / nominal.feeders[i].feed_factor_full, 1e-12);
    }
    const auto vessels = [](const TwinParameters& p) {
      return std::array{p.blender1.vessel, p.blender2.vessel, p.path.chute, p.path.feed_frame};
    };
    for (std::size_t v = 0; v < 4; ++v) {
      const VesselParameters was = vessels(nominal)[v], is = vessels(drawn)[v];
      EXPECT_NEAR(is.holdup_kg / was.holdup_kg, 1, 0.1);
      double total = 0, squares = 0, squares_before = 0;
      for (const double share : is.tank_share) {
        EXPECT_GT(share, 0);
        total += share;
        squares += share * share;
      }
      for (const double share : was.tank_share) squares_before += share * share;
      EXPECT_NEAR(total, 1, 1e-12);
      EXPECT_NEAR(squares_before / squares, 1, 0.1001);
    }
    EXPECT_NEAR(drawn.press.yield_mpa / nominal.press.yield_mpa, 1, 0.1);
    EXPECT_NEAR(drawn.press.stiffness_kn_per_mm / nominal.press.stiffness_kn_per_mm, 1, 0.1);
    const Compression pressed = compress(drawn.press, 250, drawn.press.gap_main_mm, drawn.press.yield_mpa);
    const Compression before = compress(nominal.press, 250, nominal.press.gap_main_mm, nominal.press.yield_mpa);
    EXPECT_NEAR(pressed.force_kn / before.force_kn, 1, 0.02) << seed;  // set up as always
    sum += drawn.blender1.vessel.holdup_kg / nominal.blender1.vessel.holdup_kg;
  }
  EXPECT_NEAR(sum / 200, 1, 0.02);
}

TEST(Exam, LotChangesDoNotGiveTheAnswer) {
  int at_lot = 0, runs = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Scenario scenario = exam_scenario("F04", "", static_cast<int>(i % 3), exam_seed("c", "F04", i));
    ASSERT_EQ(scenario.faults.size(), 1u);
    EXPECT_TRUE(check_scenario(line(), parameters(), scenario).empty());
    for (const LotMove& lot : scenario.lots) at_lot += lot.at_s == scenario.faults[0].on_s && lot.feeder == scenario.faults[0].target;
    ++runs;
  }
  EXPECT_NEAR(at_lot, runs / 2, 15);
  const Scenario shifted = exam_scenario("F09", "", 1, 5);
  EXPECT_GE(shifted.lots.size(), 6u);  // its own and five harmless ones
  EXPECT_TRUE(std::any_of(shifted.lots.begin(), shifted.lots.end(),
                          [&](const LotMove& lot) { return lot.at_s == shifted.faults[0].on_s && lot.feeder == "fd1"; }));
  const Scenario worn = exam_scenario("F05", "", 1, 5);
  for (const LotMove& lot : worn.lots) EXPECT_NE(lot.feeder, worn.faults[0].target);
}

TEST(Exam, EveryFaultAndThirdMakesARunThatCanBeSimulated) {
  for (const FaultKind& kind : fault_catalogue())
    for (int tercile = 0; tercile < 3; ++tercile)
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const Scenario scenario = exam_scenario(kind.id, kind.variant, tercile, seed);
        const auto errors = check_scenario(line(), parameters(), scenario);
        EXPECT_TRUE(errors.empty()) << to_line(errors.front());
        const double size = std::fabs(scenario.faults[0].severity);
        EXPECT_TRUE(size >= kind.low * (1 - 1e-12) && size <= kind.high * (1 + 1e-12)) << kind.id;
      }
}

TEST(Campaign, TheLongExamHasWhatItsTableSays) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Scenario c3 = campaign_scenario(*find_campaign("C3"), seed, parameters());
    ASSERT_EQ(c3.faults.size(), 40u);
    std::set<std::string> ids;
    int outages = 0;
    double before_s = 24 * 3600;
    for (const FaultSpec& spec : c3.faults) {
      ids.insert(spec.id);
      outages += spec.id == "F24";
      EXPECT_GE(spec.on_s, before_s - 1) << seed << " " << spec.id;
      before_s = fault_end_s(spec) + washed_out_s;
    }
    EXPECT_LE(before_s, c3.duration_s);
    EXPECT_EQ(ids.size(), 26u);
    EXPECT_EQ(outages, 2);
    EXPECT_EQ(c3.planned_stops.size(), 3u);
    EXPECT_EQ(c3.recipes.size(), 1u);
    EXPECT_EQ(c3.duration_s, 120 * 3600);
    for (const PlannedStop& stop : c3.planned_stops)
      for (const FaultSpec& spec : c3.faults)
        EXPECT_TRUE(stop.at_s + stop.duration_s <= spec.on_s || stop.at_s >= fault_end_s(spec)) << seed << " " << spec.id;
  }
}

TEST(Campaign, LotsOfTheTrainingRunAreSmallEnough) {
  const TwinParameters p = parameters();
  const Scenario c2 = campaign_scenario(*find_campaign("C2"), 1, p);
  EXPECT_TRUE(c2.faults.empty());
  for (std::size_t i = 0; i < 3; ++i) EXPECT_GE(p.nominal_feed_kg_h(i) * 96 / (p.feeders[i].lot.size_kg * c2.lot_size_share), 24);
  EXPECT_EQ(c2.planned_stops.size(), 4u);
  EXPECT_FALSE(find_campaign("C6"));
}

}  // namespace
}  // namespace steadyline::test
