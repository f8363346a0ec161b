#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/monitor_service.h"
#include "app/run_summary.h"
#include "line/line.h"
#include "twin/options.h"
#include "twin/simulation.h"

namespace steadyline {

/// How the injected fault was met: from the run's own truth and the published alerts.
struct FaultMet {
  Label label;
  std::optional<SeenAlert> first_alarm;        ///< forecast_breach or low_health or bad_data of the fault's unit after its onset
  std::optional<SeenAlert> first_model_alarm;  ///< forecast_breach or low_health alone
  std::optional<Crossing> first_crossing;      ///< a hard limit of the fault's unit, after its onset
  /// Seconds of plant time by which the model alarm came before the crossing; empty where one of them is missing.
  std::optional<double> lead_s() const;
};

/// What the demo shows in the end, as JSON of one line; and whether F01 was met in time.
struct DemoReport {
  std::string json;
  std::string text;
  bool met_in_time = false;
};

DemoReport make_demo_report(const Line& line, const RunSummary& summary, const std::vector<Label>& labels,
                            const std::vector<Crossing>& crossings, double wall_s, const std::string& bootstrap, std::uint16_t http_port);

}  // namespace steadyline
