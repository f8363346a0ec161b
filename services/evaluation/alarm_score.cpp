#include "evaluation/alarm_score.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/time_text.h"
#include "frames/encode.h"
#include "monitor/pipeline.h"

namespace steadyline {
namespace {

struct Bytes {
  const char* type;
  std::string bytes;
};

/// The records a recording would have been: one whole frame and one tick a period, none across a jump, and closing ticks.
class Log {
 public:
  explicit Log(const Line& line) : line_{line} {}

  void add(const Frame& frame) {
    std::vector<SampleValue> values;
    for (std::uint32_t i = 0; i < frame.values.size(); ++i)
      if (opc(frame.flaws[i]) > 0 || frame.flaws[i] == Flaw::range) values.push_back({TagIndex{i}, frame.values[i], 192});
    if (!values.empty()) {
      std::string bytes;
      encode_frame(bytes, line_, frame.time, ++seq_, values);
      records_.push_back({"", std::move(bytes)});
    }
    tick(frame.time);
    last_ = frame.time;
  }

  void close(int ticks) {
    for (int i = 1; i <= ticks; ++i) tick(last_ + line_.period * i);
  }

  std::vector<Record> views() const {
    std::vector<Record> out;
    for (std::size_t i = 0; i < records_.size(); ++i)
      out.push_back({{0, static_cast<std::int64_t>(i)}, line_.id, records_[i].type, "", records_[i].bytes});
    return out;
  }

 private:
  void tick(EventTime time) {
    std::string bytes;
    encode_tick(bytes, time);
    records_.push_back({"tick", std::move(bytes)});
  }
  const Line& line_;
  std::vector<Bytes> records_;
  std::int64_t seq_ = 0;
  EventTime last_{};
};

bool active(const std::string& state) { return state == "unacknowledged" || state == "acknowledged"; }

/// True when `other` stands for the same trouble at the time that `alarm` was raised.
bool has_it_too(const std::vector<RaisedAlarm>& others, const RaisedAlarm& alarm, Milliseconds tolerance) {
  return std::any_of(others.begin(), others.end(), [&](const RaisedAlarm& o) {
    return o.unit == alarm.unit && o.tag == alarm.tag && o.kind == alarm.kind && o.raised - tolerance <= alarm.raised && alarm.raised <= o.ended + tolerance;
  });
}

/// Poisson probability of `events` or fewer.
double at_most(std::size_t events, double mean) {
  double sum = 0;
  double log_term = -mean;
  for (std::size_t k = 0; k <= events; ++k) {
    if (k > 0) log_term += std::log(mean / static_cast<double>(k));
    sum += std::exp(log_term);
  }
  return sum;
}

/// Where `below`, true at first, becomes false between low and high.
template <class Below>
double mean_at(double low, double high, Below below) {
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (below(middle) ? low : high) = middle;
  }
  return (low + high) / 2;
}

struct Run {
  std::size_t first, end;  // places among a recording's frames
};

std::vector<Run> runs_of(const Recording& recording) {
  std::vector<Run> runs;
  bool ran = false;
  for (std::size_t i = 0; i < recording.frames.size(); ++i) {
    const Frame& frame = recording.frames[i];
    if (frame.running && (!ran || frame.cold)) runs.push_back({i, i});
    if (frame.running) runs.back().end = i + 1;
    ran = frame.running;
  }
  return runs;
}

/// Where trials may begin: evenly over the runs' time, so that a fault meets different states of the line.
std::vector<Run> trials_of(const Recording& recording, const TrialPlan& plan, std::size_t after, std::size_t watch, std::size_t least) {
  std::vector<Run> places;
  for (const Run& run : runs_of(recording))
    for (std::size_t start = run.first + after; start + least <= run.end; start += watch) places.push_back({start, std::min(run.end, start + watch)});
  std::vector<Run> chosen;
  const std::size_t count = std::min(plan.trials_per_group, places.size());
  for (std::size_t k = 0; k < count; ++k) chosen.push_back(places[k * places.size() / count]);
  return chosen;
}

}  // namespace

std::vector<RaisedAlarm> run_monitor(const Line& line, std::shared_ptr<const Bundle> bundle, const MonitorOptions& options, std::span<const Frame> frames) {
  if (frames.empty()) return {};
  Log log{line};
  for (const Frame& frame : frames) log.add(frame);
  log.close(static_cast<int>(std::ceil(options.alignment.allowed_lateness_s * 1000 / static_cast<double>(line.period.count()))) +
            options.alignment.silent_after_periods + 3);
  Pipeline pipeline{{Pipeline::Setup{line, std::move(bundle)}}, options};
  const std::vector<Record> records = log.views();
  const Outputs outputs = pipeline.advance(records);
  std::vector<RaisedAlarm> episodes;
  std::map<std::string, std::size_t> open;  // by alert id
  for (const Output& output : outputs.records) {
    if (output.topic != Topic::alerts) continue;
    const auto alert = nlohmann::json::parse(output.value);
    const std::string id = alert.at("id");
    const EventTime time = parse_rfc3339(alert.at("time").get<std::string>()).value_or(EventTime{});
    const bool is_active = active(alert.at("state"));
    if (is_active && !open.contains(id)) {
      open[id] = episodes.size();
      episodes.push_back({alert.at("unit"), alert.at("tag"), alert.at("kind"), time, frames.back().time, alert.value("group", id)});
    } else if (const auto found = open.find(id); !is_active && found != open.end()) {
      episodes[found->second].ended = std::min(episodes[found->second].ended, time);
      // A second activation has an id of its own, so this one is over for good.
    }
  }
  return episodes;
}

std::pair<double, double> poisson_interval(std::size_t events, double confidence) {
  const double tail = (1 - confidence) / 2;
  const double n = static_cast<double>(events);
  const double beyond = n + 20 * std::sqrt(n + 1) + 20;  // no interval of use reaches so far
  // Lower end: events or more would be seen with probability `tail`; upper end: events or fewer.
  const double low = events == 0 ? 0 : mean_at(0, n, [&](double mean) { return 1 - at_most(events - 1, mean) < tail; });
  return {low, mean_at(n, beyond, [&](double mean) { return at_most(events, mean) > tail; })};
}

EventRate event_rate(std::size_t events, double hours) {
  if (!(hours > 0)) return {events, 0, 0, 0, 0};
  const auto [low, high] = poisson_interval(events);
  return {events, hours, static_cast<double>(events) / hours * 24, low / hours * 24, high / hours * 24};
}

std::vector<RaisedAlarm> merge_episodes(std::vector<RaisedAlarm> episodes, std::string_view kind, Milliseconds apart) {
  std::erase_if(episodes, [&](const RaisedAlarm& e) { return e.kind != kind; });
  std::sort(episodes.begin(), episodes.end(), [](const RaisedAlarm& a, const RaisedAlarm& b) { return a.raised < b.raised; });
  std::vector<RaisedAlarm> merged;
  for (RaisedAlarm& e : episodes) {
    if (!merged.empty() && e.raised - merged.back().ended < apart) {
      merged.back().ended = std::max(merged.back().ended, e.ended);
    } else {
      merged.push_back(std::move(e));
    }
  }
  return merged;
}

void inject(const InjectedFault& fault, TagIndex tag, EventTime start, std::span<Frame> frames) {
  std::optional<double> held;
  for (Frame& frame : frames) {
    if (frame.time < start) continue;
    double& value = frame.values[tag.value];
    if (!held && !std::isnan(value)) held = value;
    if (!held) continue;
    const double hours = std::chrono::duration<double, std::ratio<3600>>(frame.time - start).count();
    switch (fault.form) {
      case InjectedFault::Form::frozen: value = *held; break;
      case InjectedFault::Form::drift_per_hour: value += *held * fault.amount * hours; break;
      case InjectedFault::Form::factor: value *= fault.amount; break;
    }
  }
}

std::vector<Detection> detect(const Line& line, std::shared_ptr<const Bundle> bundle, const MonitorOptions& options, const InjectedFault& fault,
                              std::span<const Recording> judged, const TrialPlan& plan) {
  std::vector<Detection> detections;
  const auto tag = line.find_tag(fault.tag);
  if (!tag) return detections;
  const double period_s = static_cast<double>(line.period.count()) / 1000;
  const auto frames_of = [period_s](double seconds) { return static_cast<std::size_t>(std::llround(seconds / period_s)); };
  const std::size_t after = frames_of(plan.after_start_s), watch = frames_of(plan.watch_h * 3600), least = frames_of(plan.least_watch_h * 3600);
  for (const Recording& recording : judged)
    for (const Run& trial : trials_of(recording, plan, after, watch, least)) {
      std::vector<Frame> frames(recording.frames.begin() + static_cast<std::ptrdiff_t>(trial.first - after), recording.frames.begin() + static_cast<std::ptrdiff_t>(trial.end));
      const EventTime start = recording.frames[trial.first].time;
      const auto undisturbed = run_monitor(line, bundle, options, frames);
      inject(fault, *tag, start, frames);
      const auto disturbed = run_monitor(line, bundle, options, frames);
      Detection found{fault.name, recording.group, start, static_cast<double>(trial.end - trial.first) * period_s / 3600, {}, 0};
      for (const RaisedAlarm& alarm : disturbed) {
        if (alarm.raised < start || has_it_too(undisturbed, alarm, Milliseconds{60'000})) continue;
        found.by = alarm;
        found.delay_s = std::chrono::duration<double>(alarm.raised - start).count();
        break;
      }
      detections.push_back(std::move(found));
    }
  return detections;
}

double production_hours(const Line& line, std::span<const Recording> recordings) {
  std::size_t running = 0;
  for (const Recording& recording : recordings)
    running += static_cast<std::size_t>(std::count_if(recording.frames.begin(), recording.frames.end(), [](const Frame& f) { return f.running; }));
  return static_cast<double>(running) * static_cast<double>(line.period.count()) / 3'600'000;
}

}  // namespace steadyline
