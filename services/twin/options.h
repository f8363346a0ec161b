#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/units.h"
#include "twin/parameters.h"

namespace steadyline {

/// How a fault grows from its onset: at once; in a straight line over `ramp_s`; as 1 - exp(-t / ramp_s); on for `duty` of each `period_s`;
/// as a sine of `period_s`; as a random walk that reaches sd 1 after `ramp_s` (held in 0..1).
enum class Onset { step, ramp, exponential, intermittent, oscillating, random_walk };

/// One injected fault; docs/twin.md lists the 26 with equation and target (services/twin/faults/fault_catalogue.h).
struct FaultSpec {
  std::string id;                 ///< "F01"
  std::string target;             ///< unit ("fd1"), tag ("tp1/force_pre_mean"), station ("tp1/st07") or nozzle ("ct1/noz2"), as the fault's row says
  double on_s = 0;                ///< onset, seconds after the start of the scenario
  double duration_s = std::numeric_limits<double>::infinity();
  double severity = 1;            ///< s of the fault's equation, in its unit
  Onset onset = Onset::step;
  double ramp_s = 90;             ///< of the ramp, or time constant of the exponential
  double duty = 0.3, period_s = 60;
  bool surge = false;             ///< F01, F02: the bridge collapses at its end, feed factor +30 % * severity for 20 s
  std::string variant{};          ///< another way in which the fault comes, e.g. "drift" of F23; empty: the usual one (services/twin/faults/fault_catalogue.h)
  std::string where{};            ///< "file:line" for messages; empty: not from a file
};

/// A set-point moved by the scenario, as an operator's command would.
struct SetPointMove {
  double at_s = 0;
  std::string tag;                ///< "fd1/massflow_sp"
  double value = 0;
  std::string where{};            ///< "file:line" for messages; empty: not from a file
};

/// The refill station of a feeder takes its next lot, beside the changes when a lot runs out.
struct LotMove {
  double at_s = 0;
  std::string feeder;             ///< "fd1"
  std::string where{};            ///< "file:line" for messages; empty: not from a file
};

/// A change of recipe: throughput, and with `api_share` the strength (MCC makes up).
struct RecipeMove {
  double at_s = 0;
  double throughput_kg_h = 25;
  std::optional<double> api_share;
  std::string where{};            ///< "file:line" for messages; empty: not from a file
};

struct PlannedStop {
  double at_s = 0;
  double duration_s = 1200;
};

/// Unplanned stops: none, the line's default (ProcedureParameters), or the statistics of recorded presses.
enum class StopStatistics { none, line, zagar };

/// One run of the twin: what happens when. A plain value, read from config/scenarios/*.yaml by settings.
struct Scenario {
  EventTime start;                  ///< time of the last moment before the first second
  double duration_s = 3600;
  std::uint64_t seed = 1;
  bool start_in_production = true;  ///< in steady production; false: an empty line, stopped, then started up by the procedure
  std::vector<FaultSpec> faults;
  std::vector<SetPointMove> set_points;
  std::vector<RecipeMove> recipes;
  std::vector<LotMove> lots;
  std::vector<PlannedStop> planned_stops;
  StopStatistics stops = StopStatistics::none;
  bool scheduled_stops = false;     ///< the procedure's own planned stops and cleanings
  double lot_size_share = 1;        ///< lots cut short: factor on the lot sizes
  double shutdown_at_s = std::numeric_limits<double>::infinity();
  bool coating = true;              ///< the coater takes sub-lots
  bool data_traps = false;          ///< gaps in the log, empty cells, copied tags, counters in thousands (twin/data_traps.h); CSV files with local stamps
  bool exam = false;                ///< hold-ups, tank numbers, feed factors and press constants drawn within +-10 % per seed
  bool open_loop = false;           ///< test mode: feeders give their set-point exactly, total flow of the others unchanged
};

}  // namespace steadyline
