#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/bundle.h"
#include "monitor/options.h"
#include "training/recordings.h"

namespace steadyline {

/// One alarm as the published alerts tell it, from being raised to its end.
struct RaisedAlarm {
  std::string unit, tag, kind;
  EventTime raised, ended;
  std::string group{};  ///< id of the first-out alarm that it followed, or its own
  friend bool operator==(const RaisedAlarm&, const RaisedAlarm&) = default;
};

/// Runs the whole monitor over recorded frames (each becomes records, with a tick a period) and returns its alarms in order of raising.
/// Alarms that last to the end of the log end there.
std::vector<RaisedAlarm> run_monitor(const Line& line, std::shared_ptr<const Bundle> bundle, const MonitorOptions& options, std::span<const Frame> frames);

/// A number of rare events with the exact Poisson 95 % interval of its rate.
struct EventRate {
  std::size_t events = 0;
  double hours = 0;
  double per_24h = 0, per_24h_low = 0, per_24h_high = 0;
};
EventRate event_rate(std::size_t events, double hours);
/// The exact interval of a Poisson mean after `events` events: Garwood 1936, the quantiles of chi-square / 2.
std::pair<double, double> poisson_interval(std::size_t events, double confidence = 0.95);

/// Episodes of one kind; those less than 60 s apart are one.
std::vector<RaisedAlarm> merge_episodes(std::vector<RaisedAlarm> episodes, std::string_view kind, Milliseconds apart = Milliseconds{60'000});

/// What an injected fault does to one tag.
struct InjectedFault {
  std::string name;  ///< "frozen main_comp"
  std::string tag;   ///< path
  enum class Form { frozen, drift_per_hour, factor } form = Form::factor;
  double amount = 0; ///< drift: share of the value at the start, per hour; factor: what the value is multiplied by
};
/// Changes the tag from `start` on, as the fault would.
void inject(const InjectedFault& fault, TagIndex tag, EventTime start, std::span<Frame> frames);

struct Detection {
  std::string fault, group;
  EventTime start;
  double watched_h = 0;
  std::optional<RaisedAlarm> by;  ///< the first alarm that the undisturbed run does not have at that time
  double delay_s = 0;              ///< with `by`
};

struct TrialPlan {
  double after_start_s = 3600;  ///< a fault begins so long after its run did
  double watch_h = 4;           ///< and is watched for so long, or to the end of the run
  double least_watch_h = 1;     ///< shorter remains are no trial
  std::size_t trials_per_group = 4;
};
/// Injects the fault into held-out runs, one trial at a time, and compares with the undisturbed replay of the same log.
std::vector<Detection> detect(const Line& line, std::shared_ptr<const Bundle> bundle, const MonitorOptions& options, const InjectedFault& fault,
                              std::span<const Recording> judged, const TrialPlan& plan = {});

/// Hours of running production.
double production_hours(const Line& line, std::span<const Recording> recordings);

}  // namespace steadyline
