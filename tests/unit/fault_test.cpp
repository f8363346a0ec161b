// The library of faults by itself: rows, shapes, what acts on machines and instruments, checks of scenarios, labels, comms, exams,
// campaigns.
#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

#include "settings/read_line.h"
#include "support/twin_parameters.h"
#include "twin/campaign.h"
#include "twin/comms.h"
#include "twin/compression.h"
#include "twin/exam.h"
#include "twin/faults.h"
#include "twin/label_json.h"
#include "twin/scenario_check.h"

namespace steadyline::test {
namespace {

const Line& line() {
  static const Line read = *read_line(std::string{STEADYLINE_SOURCE_DIR} + "/config/lines/cdc1.yaml");
  return read;
}

TwinParameters parameters() {
  TwinParameters p = twin_parameters();
  p.procedure.planned_stop_s = 1200;
  p.procedure.equilibrate_s = 529;
  return p;
}

Scenario with(std::vector<FaultSpec> faults) {
  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1767596400}};
  scenario.duration_s = 36000;
  scenario.seed = 7;
  scenario.faults = std::move(faults);
  return scenario;
}

FaultSpec usual(const FaultKind& kind, std::string_view target, double on_s = 100) {
  FaultSpec spec;
  spec.id = kind.id;
  spec.variant = kind.variant;
  spec.target = target;
  spec.on_s = on_s;
  spec.duration_s = 1000;
  spec.severity = kind.high;
  spec.onset = kind.onset;
  spec.ramp_s = std::max(1.0, kind.ramp_low_s);
  return spec;
}

FaultSpec usual(std::string_view id, std::string_view target, std::string_view variant = {}) {
  return usual(*find_fault_kind(id, variant), target);
}

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
