#include "evaluation/disturbed_runs.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/philox.h"
#include "twin/faults/draw_fault.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

struct Kind {
  const char *id, *variant;
};
// Those that within minutes change what is forecast come more often: they can be foreseen.
constexpr std::array<Kind, 21> kinds{{{"F01", ""}, {"F01", ""}, {"F01", ""}, {"F02", ""}, {"F02", ""}, {"F02", ""}, {"F03", ""},
                                      {"F06", ""}, {"F06", ""}, {"F07", ""}, {"F08", ""}, {"F09", ""}, {"F10", ""}, {"F11", ""}, {"F11", ""},
                                      {"F13", ""}, {"F13", ""}, {"F14", ""}, {"F14", ""}, {"F16", ""}, {"F22", "missing"}}};
constexpr double first_s = 700, apart_s = 1300, spread_s = 200, longest_s = 900;

void add_faults(Scenario& scenario, const RandomStream& chance) {
  std::uint64_t draw = 1000;
  for (double on_s = first_s; on_s + apart_s < scenario.duration_s; on_s += apart_s, draw += 32) {
    const Kind& kind = kinds[pick(kinds.size(), chance.uniform(draw))];
    FaultSpec fault =
        draw_fault(*find_fault_kind(kind.id, kind.variant), static_cast<int>(pick(3, chance.uniform(draw + 1))), 1, chance, draw + 4);
    fault.on_s = std::floor(on_s + spread_s * chance.uniform(draw + 2));
    fault.duration_s = std::min(fault.duration_s, std::floor(longest_s * (0.5 + 0.5 * chance.uniform(draw + 3))));
    fault.ramp_s = std::min(fault.ramp_s, fault.duration_s / 2);
    if (fault.id == "F22") fault.target = "fd1/massflow_pv";
    scenario.faults.push_back(std::move(fault));
  }
}

void add_moves(Scenario& scenario, const Events& events, const RandomStream& chance) {
  const std::size_t count = events.least_moves + pick(events.most_moves - events.least_moves + 1, chance.uniform(1));
  for (std::size_t i = 0; i < count; ++i) {
    const double share = (static_cast<double>(i) + 0.2 + 0.6 * chance.uniform(10 + 2 * i)) / static_cast<double>(count);
    scenario.recipes.push_back({.at_s = std::floor(900 + share * (scenario.duration_s - 1800)),
                                .throughput_kg_h = std::round(2 * (20 + 10 * chance.uniform(11 + 2 * i))) / 2,
                                .api_share = {}});
  }
}

}  // namespace

Scenario disturbed_scenario(const Scenario& base, std::uint64_t seed, bool faults, const Events& events) {
  const RandomStream chance{seed, stream_of("exam", "disturbed run")};
  Scenario scenario = base;
  scenario.seed = seed;
  scenario.start_in_production = chance.uniform(0) >= events.start_share;
  scenario.faults.clear();
  scenario.recipes.clear();
  add_moves(scenario, events, chance);
  if (faults) add_faults(scenario, chance);
  return scenario;
}

}  // namespace steadyline
