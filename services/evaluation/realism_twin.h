#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "evaluation/press_statistics.h"
#include "evaluation/realism_fit.h"
#include "line/line.h"
#include "twin/options.h"
#include "twin/simulation.h"

namespace steadyline {

/// A twin: what it looks like and what its numbers are.
struct TwinDescription {
  Line line;
  TwinParameters parameters;
};

/// The auxiliary tags only follow the others: a twin without them lives the same and faster.
void leave_out_auxiliary(TwinDescription& twin);

/// Gives the press of a twin the fitted behaviour: force by a powder that yields so much earlier or later, fill level by the die-filled
/// density, SREL by the weight scatter of single tablets, ejection by the share of the pressure on the wall; loop, disturbances and noises
/// as fitted. Everything else of the line stays.
void set_press(const PressFit& fit, TwinDescription& twin);

/// Runs the twin's whole line and logs its press (unit "tp1") every ten seconds. `force_mean_s`: the logged force is the running mean of so
/// many readings. `look`: called with each logged second.
std::vector<PressReading> log_press(const TwinDescription& twin, const Scenario& scenario, double force_mean_s = 1,
                                    const std::function<void(const Simulation&)>& look = {});

/// One batch of a fitted press: a short trial run corrects its levels, which lots and wear of the line have moved, then `hours` with
/// unplanned stops like those of recorded presses.
PressBatch twin_batch(const TwinDescription& twin, const PressFit& fit, double hours, std::uint64_t seed);

}  // namespace steadyline
