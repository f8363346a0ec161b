#include <gtest/gtest.h>

#include <cstring>
#include <rapidcheck/gtest.h>

#include "support/twin_runs.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

using test::demo_line;
using test::production;

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

FaultSpec any_fault(const Line& line) {
  FaultSpec fault;
  fault.id = *rc::gen::element<std::string>("F01", "F06", "F21");
  fault.target = fault.id == "F21" ? line.tags[*rc::gen::inRange<std::size_t>(0, line.tags.size())].path : "fd" + std::to_string(*rc::gen::inRange(1, 7));
  fault.on_s = *rc::gen::inRange(1, 300);
  fault.severity = *rc::gen::inRange(1, 11) / 10.0;
  fault.onset = *rc::gen::element(Onset::step, Onset::ramp, Onset::exponential);
  return fault;
}

RC_GTEST_PROP(Simulation, GivesTheSameBytesForTheSameSeedAndOthersForAnother, ()) {
  static const Line line = demo_line();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Simulation one{line, {}, production(seed)}, same{line, {}, production(seed)}, other{line, {}, production(seed + 1)};
  const auto first = test::run(one, 120);
  RC_ASSERT(same_bits(first, test::run(same, 120)));
  RC_ASSERT(!same_bits(first, test::run(other, 120)));
}

RC_GTEST_PROP(Simulation, IsUntouchedByAFaultBeforeItsOnset, ()) {
  static const Line line = demo_line();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const FaultSpec fault = any_fault(line);
  Simulation with{line, {}, production(seed, {fault})}, without{line, {}, production(seed)};
  const int before = static_cast<int>(fault.on_s);
  RC_ASSERT(same_bits(test::run(with, before), test::run(without, before)));
  if (fault.id != "F21") RC_ASSERT(!same_bits(test::run(with, 200), test::run(without, 200)));
}

// A tag more or less in the line description changes no other tag's readings.
RC_GTEST_PROP(Simulation, KeepsEachTagsReadingsWhenOthersAreLeftOut, ()) {
  static const Line line = demo_line();
  Line fewer = line;
  const auto left_out = *rc::gen::inRange<std::size_t>(0, line.tags.size());
  fewer.tags.erase(fewer.tags.begin() + static_cast<std::ptrdiff_t>(left_out));
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Simulation all{line, {}, production(seed)}, some{fewer, {}, production(seed)};
  std::vector<double> a, b;
  for (int t = 0; t < 60; ++t) {
    all.step(a);
    some.step(b);
    a.erase(a.begin() + static_cast<std::ptrdiff_t>(left_out));
    RC_ASSERT(same_bits(a, b));
  }
}

RC_GTEST_PROP(Feed, GivesTheSameBytesWhenTwoAreReadInTurns, ()) {
  static const Line line = demo_line();
  Scenario scenario = production(*rc::gen::arbitrary<std::uint64_t>());
  scenario.duration_s = 20;
  const auto all = [](Feed& feed, std::string& bytes) {
    std::vector<FeedRecord> records;
    if (!feed.next(records)) return false;
    for (const FeedRecord& record : records) bytes += record.type + record.bytes + "\n";
    return true;
  };
  Feed alone{line, {}, scenario}, left{line, {}, scenario}, right{line, {}, scenario};
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
