#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "twin/options.h"
#include "twin/parameters.h"

namespace steadyline {

/// One of the runs that this project trains, shows and examines with (LINE §8).
struct Campaign {
  std::string_view name, words;
  double duration_s;
  int readings_per_s;   ///< 10: physics at 1 s, held between, noise at 0.1 s
  bool core_tags_only;  ///< the modelled ones, without auxiliary signals
  bool tablets;         ///< each tablet's weight, thickness, hardness and force, too
};

/// C0 .. C5.
std::span<const Campaign> campaigns();
std::optional<Campaign> find_campaign(std::string_view name);

/// What happens in a campaign: a function of its arguments alone.
///
/// C0  start-up, refills, and a trip of the API feeder
/// C1  steady production with F01, F20, F17 (one after the other, drifts hurried) and the coating of a sub-lot
/// C2  no fault: two throughputs, four planned stops, lots so small that each main material shows 24
/// C3  24 h without fault, then 40 faults: each of the 26 at least once, two of them outages of the network; between them a pause from
/// `washed_out_s` on,
///     longer by an exponential number; the three thirds of the severities in turn; slow drifts five times as fast; three planned stops,
///     then a change of strength; lots as in C2
/// C4  steady production with one F01
/// C5  a short punch, gross outliers, starved dies and overspeed: what the reject gate sees
Scenario campaign_scenario(const Campaign& campaign, std::uint64_t seed, const TwinParameters& parameters);

}  // namespace steadyline
