#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "evaluation/alarm_score.h"
#include "evaluation/forecast_score.h"
#include "training/trainer.h"

namespace steadyline {

/// What a judgement of one group or the pool of several found.
struct GroupReport {
  std::string group;                     ///< "70", or "pooled"
  std::string trained_on, calibrated_on;
  double hours = 0;                      ///< of running production
  ForecastScore forecasts;
  EventRate health_alarms;               ///< false by definition: recorded normal production
  double health_alarm_share = 0;         ///< of the production hours that lie under a health alarm
  EventRate calls;                          ///< groups of alarms, one first-out alarm each: how often an operator is called
  std::map<std::string, EventRate> alarms;  ///< of every kind, each alarm on its own
  std::vector<Detection> detections;
};

struct EvaluationReport {
  std::string line;
  std::vector<GroupReport> groups;
  GroupReport pooled;
};

/// Judges one trained bundle on recordings that it has not seen; baselines learn from `train`.
EvaluationReport evaluate_bundle(const Line& line, std::shared_ptr<const Bundle> bundle, const MonitorOptions& options, std::span<const Recording> train,
                                 std::span<const Recording> judged, std::span<const InjectedFault> faults);

/// Trains with each group held out in turn and judges the bundle on it. The group newest before the held-out one (or, for the first, the one after it) calibrates,
/// all others teach. Needs three groups.
Result<EvaluationReport> hold_out_each_group(const Line& line, std::span<const Recording> recordings, const TrainOptions& train, const MonitorOptions& options,
                                             std::span<const InjectedFault> faults, const TrainProgress& progress = {});

/// The faults of the recorded press: frozen main_comp, +1 %/h drift of main_comp, ejection +30 %; those whose tag the line has.
std::vector<InjectedFault> standard_faults(const Line& line);

std::string to_json(const EvaluationReport& report);      ///< one object, indented
std::string to_markdown(const EvaluationReport& report);  ///< tables for people

}  // namespace steadyline
