#pragma once

#include <functional>
#include <vector>

#include "line/line.h"
#include "training/production.h"
#include "twin/options.h"
#include "twin/parameters.h"

namespace steadyline {

/// `runs` runs of the twin under one scenario with seeds from `scenario.seed` on, lived through anew each time. `line` may be a part of the
/// described one: no reading depends on which others are asked for.
Production twin_production(Line line, TwinParameters parameters, Scenario scenario, std::size_t runs);
/// The same for runs that each have a scenario of their own, by number.
Production twin_production(Line line, TwinParameters parameters, std::function<Scenario(std::size_t)> scenario_of, std::size_t runs);

/// Whole days of plants ±10 % with all that belongs to normal production: start-ups, moves of throughput and strength, planned and
/// unplanned stops, lots. The days number `first` to `first + days` of those to teach with: their seeds are never those of an exam.
Production teaching_days(Line line, TwinParameters parameters, std::size_t first, std::size_t days);

/// One production after the other; runs are counted on.
Production chained(std::vector<Production> parts);

/// The line with its modelled, limited and context-giving tags only: what models and judge look at. The auxiliary rest of 694 tags would
/// cost most of the time.
Line watched_part(const Line& line);

}  // namespace steadyline
