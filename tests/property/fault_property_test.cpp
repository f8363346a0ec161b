// Whatever the fault, its severity, shape and seed: nothing before its onset, nothing of the others when it is switched off, copies live
// alike, and neither readings nor truth ever leave the numbers. rapidcheck prints the seed of a failure.
#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/twin_runs.h"
#include "twin/faults/draw_fault.h"
#include "twin/exam.h"
#include "twin/signals/noise.h"
#include "twin/faults/scenario_check.h"
#include "twin/tag_choice.h"

namespace steadyline::test {
namespace {

const Line& core_line() {
  static const Line line = core_tags(cdc1(), cdc1_parameters());
  return line;
}

/// Any row, third and shape, beginning at `on_s`.
FaultSpec any_fault(double on_s) {
  const FaultKind& kind = fault_catalogue()[*rc::gen::inRange<std::size_t>(0, fault_catalogue().size())];
  const RandomStream stream{*rc::gen::inRange<std::uint64_t>(0, 1u << 30), 1};
  FaultSpec spec = draw_fault(kind, *rc::gen::inRange(0, 3), *rc::gen::element(1.0, 5.0), stream, 0);
  if (*rc::gen::inRange(0, 3) == 0)
    spec.onset =
        *rc::gen::element(Onset::step, Onset::ramp, Onset::exponential, Onset::intermittent, Onset::oscillating, Onset::random_walk);
  spec.on_s = on_s;
  spec.duration_s = *rc::gen::element(30.0, 200.0, std::numeric_limits<double>::infinity());
  if (spec.ramp_s > 60) spec.ramp_s = 60;
  return spec;
}

Scenario any_run(std::vector<FaultSpec> faults) {
  Scenario scenario = production(*rc::gen::inRange<std::uint64_t>(0, 1u << 30), std::move(faults));
  scenario.duration_s = 600;
  return scenario;
}

/// Bits, so that NaN equals NaN.
bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

RC_GTEST_PROP(FaultProperty, NothingHappensBeforeTheOnset, ()) {
  const double on_s = *rc::gen::inRange(1, 90);
  Scenario faulty = any_run({any_fault(on_s)});
  RC_PRE(check_scenario(core_line(), cdc1_parameters(), faulty).empty());
  Simulation with{core_line(), cdc1_parameters(), faulty}, without{core_line(), cdc1_parameters(), without_faults(faulty)};
  std::vector<double> a, b;
  for (int t = 1; t <= static_cast<int>(on_s); ++t) {
    with.step(a);
    without.step(b);
    RC_ASSERT(same(a, b));
  }
}

RC_GTEST_PROP(FaultProperty, SwitchingOneOffIsARunWithoutIt, ()) {
  FaultSpec first = any_fault(20), second = any_fault(20);
  const Scenario both = any_run({first, second}), alone = [&] {
    Scenario scenario = both;
    scenario.faults.pop_back();
    return scenario;
  }();
  RC_PRE(check_scenario(core_line(), cdc1_parameters(), both).empty());
  Simulation switched{core_line(), cdc1_parameters(), both}, single{core_line(), cdc1_parameters(), alone};
  switched.switch_off(1);
  std::vector<double> a, b;
  for (int t = 1; t <= 150; ++t) {
    switched.step(a);
    single.step(b);
    RC_ASSERT(same(a, b));
  }
}

RC_GTEST_PROP(FaultProperty, ACopyLivesAlikeAndNumbersStayNumbers, ()) {
  const Scenario scenario = any_run({any_fault(10)});
  RC_PRE(check_scenario(core_line(), cdc1_parameters(), scenario).empty());
  Simulation one{core_line(), cdc1_parameters(), scenario};
  std::vector<double> a, b;
  const int cut = *rc::gen::inRange(1, 120);
  for (int t = 1; t <= cut; ++t) one.step(a);
  Simulation two = one;
  const bool missing = scenario.faults[0].id == "F22";
  for (int t = cut + 1; t <= 400; ++t) {
    one.step(a);
    two.step(b);
    RC_ASSERT(same(a, b));
    for (const double value : a) RC_ASSERT(std::isfinite(value) || missing);
    std::vector<double> row;
    append_truth(one.truth(), row);
    for (const double value : row) RC_ASSERT(std::isfinite(value));
  }
}

RC_GTEST_PROP(FaultProperty, AnyExamCanBeSimulated, ()) {
  const FaultKind& kind = fault_catalogue()[*rc::gen::inRange<std::size_t>(0, fault_catalogue().size())];
  const Scenario scenario =
      exam_scenario(kind.id, kind.variant, *rc::gen::inRange(0, 3), *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 53));
  RC_ASSERT(unsimulated(core_line(), cdc1_parameters(), scenario).empty());
  Simulation simulation{core_line(), cdc1_parameters(), scenario};
  for (int t = 0; t < 60; ++t) simulation.step();
  const Truth truth = simulation.truth();
  RC_ASSERT(truth.potency_pct > 95 && truth.potency_pct < 105);
  RC_ASSERT(truth.weight_mg > 240 && truth.weight_mg < 260);
}

}  // namespace
}  // namespace steadyline::test
