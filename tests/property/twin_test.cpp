#include <gtest/gtest.h>

#include <cstring>
#include <rapidcheck/gtest.h>

#include "support/twin_runs.h"
#include "twin/faults/draw_fault.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

using test::cdc1;
using test::cdc1_parameters;
using test::cdc1_run;
using test::production;

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// Any fault of the library, as it is drawn for exams.
FaultSpec any_fault() {
  const auto kinds = fault_catalogue();
  const FaultKind& kind = kinds[*rc::gen::inRange<std::size_t>(0, kinds.size())];
  FaultSpec fault = draw_fault(kind, *rc::gen::inRange(0, 3), 1, RandomStream{*rc::gen::arbitrary<std::uint64_t>(), 1}, 0);
  fault.on_s = *rc::gen::inRange(1, 300);
  return fault;
}

/// A run with something of everything in it.
Scenario eventful(std::uint64_t seed) {
  Scenario scenario = production(seed);
  scenario.start_in_production = *rc::gen::arbitrary<bool>();
  scenario.stops = StopStatistics::zagar;
  scenario.lot_size_share = 0.02;
  scenario.planned_stops = {{.at_s = static_cast<double>(*rc::gen::inRange(1, 400)), .duration_s = 40}};
  scenario.recipes = {{.at_s = static_cast<double>(*rc::gen::inRange(1, 400)), .throughput_kg_h = 22, .api_share = 0.15}};
  scenario.set_points = {{.at_s = static_cast<double>(*rc::gen::inRange(1, 400)), .tag = "bl1/rpm_sp", .value = 320}};
  return scenario;
}

RC_GTEST_PROP(Simulation, GivesTheSameBytesForTheSameSeedAndOthersForAnother, ()) {
  const Scenario scenario = eventful(*rc::gen::arbitrary<std::uint64_t>());
  Scenario another = scenario;
  another.seed += 1;
  Simulation one = cdc1_run(scenario), same = cdc1_run(scenario), other = cdc1_run(another);
  const auto first = test::run(one, 120);
  RC_ASSERT(same_bits(first, test::run(same, 120)));
  RC_ASSERT(!same_bits(first, test::run(other, 120)));
}

// A copy goes on as the original does, and neither disturbs the other: a run may be split anywhere.
RC_GTEST_PROP(Simulation, GoesOnTheSameAsItsCopy, ()) {
  Scenario scenario = eventful(*rc::gen::arbitrary<std::uint64_t>());
  scenario.faults = {any_fault()};
  Simulation whole = cdc1_run(scenario), begun = cdc1_run(scenario);
  const int split = *rc::gen::inRange(0, 400);
  test::live(whole, split);
  test::live(begun, split);
  Simulation copy = begun;
  test::live(begun, 37);
  const auto rest = test::run(whole, 100);
  RC_ASSERT(same_bits(rest, test::run(copy, 100)));
  RC_ASSERT(whole.labels().size() == copy.labels().size());
  std::vector<double> a, b;
  append_truth(whole.truth(), a);
  append_truth(copy.truth(), b);
  RC_ASSERT(same_bits(a, b));
}

RC_GTEST_PROP(Simulation, IsUntouchedByAFaultBeforeItsOnset, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const FaultSpec fault = any_fault();
  Simulation with = cdc1_run(production(seed, {fault})), without = cdc1_run(production(seed));
  const int before = static_cast<int>(fault.on_s);
  RC_ASSERT(same_bits(test::run(with, before), test::run(without, before)));
  with.switch_off(0);
  RC_ASSERT(same_bits(test::run(with, 60), test::run(without, 60)));
}

// A tag more or less in the line description changes no other tag's readings, unless a loop or a soft sensor reads it: without its tag an instrument
// does not scatter.
RC_GTEST_PROP(Simulation, KeepsEachTagsReadingsWhenOthersAreLeftOut, ()) {
  const auto is_read = [](const std::string& path) {
    for (const std::string_view read : {"/massflow_pv", "/netweight_pv", "/screw_speed_pv", "ch1/level", "tp1/force_main_mean", "tp1/gap_main_pv", "tp1/turret_pv"})
      if (path.ends_with(read)) return true;
    return false;
  };
  Line fewer = cdc1();
  const auto left_out = *rc::gen::inRange<std::size_t>(0, fewer.tags.size());
  RC_PRE(!is_read(fewer.tags[left_out].path));
  fewer.tags.erase(fewer.tags.begin() + static_cast<std::ptrdiff_t>(left_out));
  const Scenario scenario = production(*rc::gen::arbitrary<std::uint64_t>());
  Simulation all = cdc1_run(scenario), some{fewer, cdc1_parameters(), scenario};
  std::vector<double> a, b;
  for (int t = 0; t < 60; ++t) {
    all.step(a);
    some.step(b);
    a.erase(a.begin() + static_cast<std::ptrdiff_t>(left_out));
    RC_ASSERT(same_bits(a, b));
  }
}

// Whatever happens: no powder is lost, none is negative, and readings are numbers or missing.
RC_GTEST_PROP(Simulation, LosesNoPowderWhateverHappens, ()) {
  Scenario scenario = eventful(*rc::gen::arbitrary<std::uint64_t>());
  scenario.faults = {any_fault()};
  scenario.exam = *rc::gen::arbitrary<bool>();
  Simulation simulation = cdc1_run(scenario);
  std::vector<double> values;
  for (int t = 0; t < 900; ++t) {
    simulation.step(values);
    for (const double value : values) RC_ASSERT(std::isnan(value) || std::isfinite(value));
    if (t % 30 != 0) continue;
    const Truth truth = simulation.truth();
    RC_ASSERT(std::fabs(truth.lost_kg) < 1e-9);
    for (const double kg : {truth.blender1_kg, truth.blender2_kg, truth.feed_frame_kg, truth.chute_level_pct, truth.fed_kg, truth.pressed_kg}) RC_ASSERT(kg >= 0);
  }
}

RC_GTEST_PROP(Feed, GivesTheSameBytesWhenTwoAreReadInTurns, ()) {
  Scenario scenario = production(*rc::gen::arbitrary<std::uint64_t>(), {any_fault()});
  scenario.duration_s = 20;
  scenario.faults[0].on_s = 5;
  const auto all = [](Feed& feed, std::string& bytes) {
    std::vector<FeedRecord> records;
    if (!feed.next(records)) return false;
    for (const FeedRecord& record : records) bytes += record.type + record.bytes + "\n";
    return true;
  };
  Feed alone{cdc1(), cdc1_parameters(), scenario}, left{cdc1(), cdc1_parameters(), scenario}, right{cdc1(), cdc1_parameters(), scenario};
  std::string a, l, r;
  while (all(alone, a)) {
  }
  bool left_more = true, right_more = true;
  while (left_more || right_more) {
    if (*rc::gen::arbitrary<bool>()) left_more = all(left, l);
    else right_more = all(right, r);
  }
  RC_ASSERT(a == l);
  RC_ASSERT(a == r);
}

}  // namespace
}  // namespace steadyline
