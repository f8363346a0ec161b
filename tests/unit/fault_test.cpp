// The library of faults by itself: rows, shapes, what acts on machines and instruments, checks of scenarios.
#include <cmath>
#include <gtest/gtest.h>
#include <set>

#include "support/fault_specs.h"
#include "twin/campaign.h"
#include "twin/faults/faults.h"
#include "twin/faults/scenario_check.h"

namespace steadyline::test {
namespace {

Board board_of(const Line& of) {
  Board board{of, 7};
  for (const Tag& tag : of.tags) board.add(of.unit(tag.unit).id, tag.name);
  return board;
}

/// Effects and sensors of one second.
struct Acted {
  Effects effects;
  Board board;
};

Acted act(const FaultSpec& spec, double t_s) {
  Acted acted{{}, board_of(line())};
  Faults faults{line(), parameters(), with({spec}), acted.board};
  acted.board.begin_second();
  faults.act(t_s, acted.effects, acted.board);
  return acted;
}

bool nothing(const Effects& effects) {
  const Effects none;
  for (std::size_t i = 0; i < feeder_count; ++i) {
    const FeederEffects &a = effects.feeders[i], &b = none.feeders[i];
    if (a.feed_factor != b.feed_factor || a.stopped || a.outlet != 1 || a.refill_array_off || a.refill_gain != 0 || a.refill_to != 1 ||
        a.weighed_span != 0 || a.weighed_zero_g_s != 0 || a.lot_potency != 1 || a.lot_density != 0)
      return false;
  }
  for (const BlenderEffects& blender : effects.blenders)
    if (blender.speed != 1 || blender.holdup != 1 || blender.shear != 1) return false;
  for (const NirEffects& nir : effects.nir)
    if (nir.window_gain != 1) return false;
  for (const double mm : effects.press.punch_short_mm)
    if (mm != 0) return false;
  for (const double nozzle : effects.coater.nozzle)
    if (nozzle != 1) return false;
  return effects.chute.outflow == 1 && effects.feed_frame.filling == 1 && effects.press.turret == 1 && effects.press.sticking_rate == 0 &&
         effects.coater.rebalanced && effects.coater.inlet_loss_k == 0 && effects.coater.inlet_flow == 1;
}

TEST(Catalogue, HasEachOfThe26FaultsWithItsUsualWayFirst) {
  std::set<std::string> ids;
  for (const FaultKind& kind : fault_catalogue()) {
    const bool first = ids.insert(std::string{kind.id}).second;
    EXPECT_EQ(first, kind.variant.empty()) << kind.id << " " << kind.variant;
    EXPECT_LE(kind.least, kind.low) << kind.id;
    EXPECT_LE(kind.low, kind.high) << kind.id;
    EXPECT_LE(kind.high, kind.most) << kind.id;
    EXPECT_TRUE(kind.difficulty >= 1 && kind.difficulty <= 5) << kind.id;
    EXPECT_FALSE(kind.root_tags.empty() || kind.correct_actions.empty() || kind.forbidden_actions.empty()) << kind.id;
  }
  EXPECT_EQ(ids.size(), 26u);
  EXPECT_EQ(*ids.begin(), "F01");
  EXPECT_EQ(*ids.rbegin(), "F26");
  EXPECT_EQ(find_fault_kind("F27"), nullptr);
  EXPECT_EQ(find_fault_kind("F01", "zero"), nullptr);
}

TEST(Catalogue, RootTagsExistOnTheReferenceLine) {
  for (const FaultKind& kind : fault_catalogue()) {
    if (kind.kind == LabelKind::comms) continue;
    std::vector<std::string> targets = words_of(kind.targets);
    if (kind.target_kind == TargetKind::station) targets = {"tp1/st07"};
    if (kind.target_kind == TargetKind::nozzle) targets = {"ct1/noz2"};
    if (kind.target_kind == TargetKind::tag || kind.target_kind == TargetKind::tag_or_unit) targets = {"tp1/force_pre_mean"};
    ASSERT_FALSE(targets.empty()) << kind.id;
    for (const std::string& target : targets)
      for (const std::string& tag : root_tags(kind, target))
        EXPECT_TRUE(line().find_tag(tag)) << kind.id << " on " << target << ": " << tag;
  }
  EXPECT_EQ(root_tags(*find_fault_kind("F07"), "fd6").front(), "tp1/ejection_max");
  EXPECT_EQ(root_tags(*find_fault_kind("F07"), "fd1").front(), "ch1/nir1_api");
  EXPECT_EQ(root_tags(*find_fault_kind("F23"), "bl1"), std::vector<std::string>{"bl1/*"});
  EXPECT_EQ(root_tags(*find_fault_kind("F24"), "line"), std::vector<std::string>{"*"});
  EXPECT_EQ(root_tags(*find_fault_kind("F22"), "tp1"), std::vector<std::string>{"tp1/*"});
}

TEST(Onset, HasEachShape) {
  FaultSpec spec;
  spec.ramp_s = 100;
  spec.period_s = 60;
  spec.duty = 0.25;
  const auto at = [&](Onset onset, double t_s) {
    spec.onset = onset;
    return grown(spec, t_s);
  };
  for (const Onset onset : {Onset::step, Onset::ramp, Onset::exponential, Onset::intermittent, Onset::oscillating})
    EXPECT_EQ(at(onset, 0), 0);
  EXPECT_EQ(at(Onset::step, 1), 1);
  EXPECT_DOUBLE_EQ(at(Onset::ramp, 25), 0.25);
  EXPECT_EQ(at(Onset::ramp, 1e6), 1);
  EXPECT_NEAR(at(Onset::exponential, 100), 1 - std::exp(-1), 1e-12);
  EXPECT_EQ(at(Onset::intermittent, 15), 1);
  EXPECT_EQ(at(Onset::intermittent, 16), 0);
  EXPECT_EQ(at(Onset::intermittent, 61), 1);
  EXPECT_NEAR(at(Onset::oscillating, 30), 1, 1e-12);
  EXPECT_NEAR(at(Onset::oscillating, 60), 0, 1e-12);
  EXPECT_NEAR(swing(spec, 15), 1, 1e-12);
  EXPECT_NEAR(swing(spec, 45), -1, 1e-12);
}

TEST(Onset, RandomWalkReachesItsSpreadAndStaysInside) {
  FaultSpec spec;
  spec.onset = Onset::random_walk;
  spec.ramp_s = 400;
  double squares = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Growth growth{spec, seed, 0};
    double at = 0;
    for (int t = 1; t <= 400; ++t) {
      at = growth.at(t, spec);
      ASSERT_TRUE(at >= 0 && at <= 1);
    }
    squares += at * at;
  }
  EXPECT_NEAR(std::sqrt(squares / 300), 0.65, 0.1);  // sd 1, folded into 0..1
  Growth one{spec, 3, 0}, again{spec, 3, 0}, other{spec, 3, 1};
  EXPECT_EQ(one.at(5, spec), again.at(5, spec));
  EXPECT_NE(one.at(6, spec), other.at(6, spec));
}

TEST(Faults, ActOnWhatTheirRowNames) {
  const auto feeder = [](std::string_view id, std::string_view target, double t_s, std::string_view variant = {}) {
    return act(usual(id, target, variant), t_s).effects.feeders[static_cast<std::size_t>(target[2] - '1')];
  };
  EXPECT_NEAR(feeder("F01", "fd1", 190).feed_factor, std::exp(-1), 1e-12);
  EXPECT_NEAR(feeder("F02", "fd2", 190).feed_factor, std::exp(-1), 1e-12);
  const FeederEffects overshoot = feeder("F03", "fd3", 101);
  EXPECT_TRUE(overshoot.refill_array_off);
  EXPECT_DOUBLE_EQ(overshoot.refill_gain, 0.40);
  EXPECT_DOUBLE_EQ(overshoot.refill_to, 1.2);
  EXPECT_DOUBLE_EQ(feeder("F04", "fd2", 1000).weighed_span, 5.0 / 100 * 900 / 3600);
  EXPECT_NEAR(feeder("F04", "fd2", 1000, "zero").weighed_zero_g_s, 0.05 * 3.4028, 1e-4);
  EXPECT_DOUBLE_EQ(feeder("F05", "fd1", 1000).feed_factor, 1 - 0.30 * 900 / 86400);
  EXPECT_TRUE(feeder("F06", "fd6", 101).stopped);
  EXPECT_NEAR(feeder("F07", "fd6", 1000).outlet, 0, 1e-12);
  EXPECT_NEAR(feeder("F08", "fd6", 1000).outlet, 2.5, 1e-12);
  EXPECT_DOUBLE_EQ(feeder("F09", "fd1", 101).lot_potency, 1.08);
  EXPECT_DOUBLE_EQ(feeder("F10", "fd2", 101).lot_density, 0.15);
  EXPECT_NEAR(act(usual("F08", "bl2", "shear"), 1000).effects.blenders[1].shear, 2.5, 1e-12);
  EXPECT_NEAR(act(usual("F11", "bl1"), 1000).effects.blenders[0].speed, 0, 1e-12);
  EXPECT_DOUBLE_EQ(act(usual("F12", "bl2"), 1000).effects.blenders[1].holdup, 1 + 0.6 * 900 / 3600);
  EXPECT_NEAR(act(usual("F13", "ch1"), 1000).effects.chute.outflow, 0, 1e-12);
  EXPECT_NEAR(act(usual("F14", "ff1"), 1000).effects.feed_frame.filling, 0.85, 1e-12);
  FaultSpec swinging = usual("F15", "tp1");
  swinging.period_s = 40;
  EXPECT_NEAR(act(swinging, 110).effects.press.turret, 1.10, 1e-12);
  EXPECT_NEAR(act(swinging, 130).effects.press.turret, 0.90, 1e-12);
  swinging.onset = Onset::step;  // at once, and still an oscillation
  EXPECT_NEAR(act(swinging, 130).effects.press.turret, 0.90, 1e-12);
  EXPECT_NEAR(act(usual("F16", "tp1"), 1000).effects.press.turret, 1.40, 1e-12);
  EXPECT_DOUBLE_EQ(act(usual("F18", "tp1"), 101).effects.press.sticking_rate, 3);
  EXPECT_DOUBLE_EQ(act(usual("F19", "tp1/st07"), 101).effects.press.punch_short_mm[6], 0.10);
  EXPECT_NEAR(act(usual("F20", "ff1"), 1000).effects.nir[1].window_gain, 1 - 0.15 * 900 / 1800, 1e-12);
  const Effects clogged = act(usual("F25", "ct1/noz2", "fixed_pump"), 1000).effects;
  EXPECT_NEAR(clogged.coater.nozzle[1], 0, 1e-12);
  EXPECT_FALSE(clogged.coater.rebalanced);
  EXPECT_TRUE(act(usual("F25", "ct1/noz2"), 1000).effects.coater.rebalanced);
  EXPECT_NEAR(act(usual("F26", "ct1"), 220).effects.coater.inlet_loss_k, 20 * (1 - std::exp(-1)), 1e-9);
  EXPECT_NEAR(act(usual("F26", "ct1", "flow"), 1e3).effects.coater.inlet_flow, 0.7, 1e-3);
}

TEST(Faults, OfSensorsActOnTheirInstrumentAlone) {
  const auto sensor = [](Acted& acted, std::string_view tag) { return acted.board.sensor(*acted.board.find(tag)); };
  Acted drifted = act(usual("F17", "tp1"), 1000);
  EXPECT_DOUBLE_EQ(sensor(drifted, "tp1/force_main_mean").gain, 1 + 0.04 * 900 / 3600);
  EXPECT_TRUE(nothing(drifted.effects));
  Acted stuck = act(usual("F21", "tp1/force_pre_mean"), 101);
  EXPECT_TRUE(sensor(stuck, "tp1/force_pre_mean").stuck);
  EXPECT_FALSE(sensor(stuck, "tp1/force_main_mean").stuck);
  EXPECT_TRUE(nothing(stuck.effects));
}

TEST(Faults, MissingReadingsAndSpikesComeAsOftenAsSaid) {
  Board board = board_of(line());
  FaultSpec spec = usual("F22", "tp1/force_pre_mean");
  spec.severity = 0.2;
  spec.duration_s = 6000;
  Faults faults{line(), parameters(), with({spec}), board};
  const SignalId id = *board.find("tp1/force_pre_mean");
  int missing = 0, spikes = 0, longest = 0, run = 0;
  for (int t = 1; t <= 6200; ++t) {
    board.begin_second();
    board.set(id, 2.0);
    Effects effects;
    faults.act(t, effects, board);
    const SensorFault& sensor = board.sensor(id);
    EXPECT_TRUE((t > 100 && t <= 6100) || !(sensor.missing || sensor.bias != 0)) << t;
    missing += sensor.missing;
    run = sensor.bias != 0 ? run + 1 : 0;
    spikes += run == 1;
    longest = std::max(longest, run);
    EXPECT_TRUE(sensor.bias == 0 || std::fabs(std::fabs(sensor.bias) - 10 * board.spread(id)) < 1e-9) << t;
    board.finish_second();
  }
  EXPECT_NEAR(missing, 1200, 100);
  EXPECT_NEAR(spikes, 100, 30);  // one a minute
  EXPECT_GE(longest, 2);
  EXPECT_LE(longest, 6);  // two of them may touch
}

TEST(Faults, DoNothingBeforeOnsetAfterTheEndAndSwitchedOff) {
  for (const FaultKind& kind : fault_catalogue()) {
    if (kind.kind == LabelKind::comms) continue;
    std::string target = words_of(kind.targets).empty() ? "tp1/force_pre_mean" : words_of(kind.targets).front();
    if (kind.target_kind == TargetKind::station) target = "tp1/st07";
    if (kind.target_kind == TargetKind::nozzle) target = "ct1/noz2";
    const FaultSpec spec = usual(kind, target);
    Board board = board_of(line());
    Faults faults{line(), parameters(), with({spec}), board};
    for (const double t_s : {1.0, 99.0, 100.0, 1101.0, 5000.0}) {
      Effects effects;
      board.begin_second();
      faults.act(t_s, effects, board);
      EXPECT_TRUE(nothing(effects)) << kind.id << " at " << t_s;
      EXPECT_FALSE(faults.active(0, t_s));
    }
    EXPECT_TRUE(faults.active(0, 101));
    faults.switch_off(0);
    Effects effects;
    faults.act(150, effects, board);
    EXPECT_TRUE(nothing(effects)) << kind.id << " switched off";
  }
}

TEST(Faults, ACollapsingBridgeSurges) {
  FaultSpec spec = usual("F01", "fd1");
  spec.surge = true;
  spec.severity = 0.5;
  EXPECT_DOUBLE_EQ(act(spec, 1101).effects.feeders[0].feed_factor, 1.15);
  EXPECT_DOUBLE_EQ(act(spec, 1120).effects.feeders[0].feed_factor, 1.15);
  EXPECT_TRUE(nothing(act(spec, 1121).effects));
}

TEST(ScenarioCheck, SaysNothingAboutTheCampaigns) {
  for (const Campaign& campaign : campaigns())
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const auto errors = check_scenario(line(), parameters(), campaign_scenario(campaign, seed, parameters()));
      EXPECT_TRUE(errors.empty()) << campaign.name << " " << seed << ": " << (errors.empty() ? "" : to_line(errors.front()));
    }
}

TEST(ScenarioCheck, ListsEveryMistakeAtOnce) {
  Scenario scenario = with({usual("F01", "fd1"), usual("F06", "bl1"), usual("F21", "tp1/nothing"), usual("F19", "tp1/st37")});
  scenario.faults[0].id = "F99";
  scenario.faults[0].where = "bad.yaml:12";
  FaultSpec far = usual("F14", "ff1");
  far.severity = 3;
  far.on_s = 1e9;
  scenario.faults.push_back(far);
  FaultSpec strange = usual("F23", "bl1");
  strange.variant = "backwards";
  scenario.faults.push_back(strange);
  scenario.faults.push_back(usual("F21", "fd1/massflow_sp"));
  FaultSpec surging = usual("F13", "ch1");
  surging.surge = true;
  scenario.faults.push_back(surging);
  scenario.set_points = {{.at_s = 10, .tag = "fd1/massflow_sp", .value = 99}, {.at_s = 10, .tag = "fd1/massflow_pv", .value = 5}};
  scenario.recipes = {{.at_s = 10, .throughput_kg_h = 100, .api_share = 0.9}};
  scenario.lots = {{.at_s = -1, .feeder = "fd9"}};
  scenario.planned_stops = {{.at_s = 10, .duration_s = 0}};
  const auto errors = check_scenario(line(), parameters(), scenario);
  std::string all;
  for (const Error& error : errors) all += to_line(error) + "\n";
  for (const char* words :
       {"bad.yaml:12: \"F99\" is no fault", "cannot strike \"bl1\"", "\"tp1/nothing\"", "\"tp1/st37\"", "severity 3 is outside physics",
        "not within the scenario", "no variant \"backwards\"", "\"fd1/massflow_sp\"; choose a measured tag", "F13 cannot surge",
        "\"fd9\" is no feeder", "throughput of 100", "api_share 0.9", "planned_stops"})
    EXPECT_NE(all.find(words), std::string::npos) << words << "\n" << all;
  EXPECT_EQ(errors.size(), 16u) << all;
}

TEST(ScenarioCheck, RefusesOverlapsOfOneMechanismOnOneTarget) {
  const auto clash = [](FaultSpec a, FaultSpec b) {
    return !check_scenario(line(), parameters(), with({std::move(a), std::move(b)})).empty();
  };
  EXPECT_TRUE(clash(usual("F01", "fd1"), usual("F05", "fd1")));
  EXPECT_TRUE(clash(usual("F15", "tp1"), usual("F16", "tp1")));
  EXPECT_TRUE(clash(usual("F17", "tp1"), usual("F21", "tp1/force_main_mean")));
  EXPECT_TRUE(clash(usual("F22", "tp1"), usual("F21", "tp1/force_pre_mean")));
  EXPECT_TRUE(clash(usual("F24", "line"), usual("F24", "bl1")));
  EXPECT_FALSE(clash(usual("F05", "fd1"), usual("F05", "fd2")));
  EXPECT_FALSE(clash(usual("F04", "fd1"), usual("F09", "fd1")));
  EXPECT_FALSE(clash(usual("F19", "tp1/st07"), usual("F19", "tp1/st08")));
  FaultSpec later = usual("F05", "fd1");
  later.on_s = 1100;
  EXPECT_FALSE(clash(usual("F01", "fd1"), later));
  FaultSpec surging = usual("F01", "fd1");
  surging.surge = true;
  EXPECT_TRUE(clash(surging, later));
}

}  // namespace
}  // namespace steadyline::test
