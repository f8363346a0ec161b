#include "telemetry/metrics.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <algorithm>
#include <chrono>
#include <limits>
#include <mutex>
#include <optional>

#include "monitor/alarm.h"

namespace steadyline {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using Labels = prometheus::Labels;

// Words of AlarmKind, Topic and the decoder's reasons: known beforehand, so that every series exists from the start with the value 0.
constexpr std::array agreement_words = {"none", "both", "champion", "challenger"};
constexpr std::array role_words = {"champion", "challenger"};
constexpr std::array kind_words = {"control_limit", "hard_limit", "forecast_breach", "low_health", "bad_data", "drift", "standstill"};
static_assert(kind_words.size() == alarm_kind_count);
constexpr std::array topic_words = {"alerts", "assessments", "rejected"};
constexpr std::array reason_words = {"malformed", "encoding", "too_large", "unknown_line", "unknown_unit", "unknown_tag", "time",
                                     "value", "schema", "empty", "unknown_type", "content_type", "second_partition", "late", "future", "unknown_alarm", "unknown_command", "unknown_bundle"};

constexpr double seconds_of(EventTime time) { return static_cast<double>(time.time_since_epoch().count()) / 1000; }

const prometheus::Histogram::BucketBoundaries buckets_s = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

}  // namespace

struct Metrics::Parts {
  struct LineParts {
    std::string id;
    std::vector<Gauge*> values;
    std::array<Gauge*, alarm_kind_count> alarms{};
    std::array<Gauge*, flaw_count> flaws{};
    std::array<Gauge*, verdict_count> verdicts{};
    struct SoftSensorParts {
      std::string attribute;
      std::array<Gauge*, 3> estimate{};
      Gauge *offset = nullptr, *steps = nullptr, *set_aside = nullptr, *disagrees = nullptr;
    };
    std::vector<SoftSensorParts> soft_sensors;
    std::array<Gauge*, 4> challenger_frames{};  // by agreement_words
    Gauge *challenger_health = nullptr, *challenger_alarms = nullptr, *challenger_difference = nullptr;
    Counter* frames = nullptr;
    Gauge *running = nullptr, *verdict = nullptr, *health = nullptr, *trend = nullptr, *change = nullptr, *conformance = nullptr, *share = nullptr, *horizon = nullptr, *time = nullptr, *age = nullptr;
    std::array<std::pair<std::string, Gauge*>, role_words.size()> bundles;  // hash and series of each role; null: none
    std::optional<EventTime> newest;
  };

  explicit Parts(std::function<EventTime()> clock) : now{std::move(clock)} {}

  MetricRow row(const std::string& name) const {
    for (const MetricRow& known : table) {
      if (known.name == name) return known;
    }
    STEADYLINE_ASSERT(false, "every metric has a row in Metrics::rows");
    return {};
  }
  Family<Counter>& counters(const std::string& name) { return prometheus::BuildCounter().Name(name).Help(row(name).meaning).Register(registry); }
  Family<Gauge>& gauges(const std::string& name) { return prometheus::BuildGauge().Name(name).Help(row(name).meaning).Register(registry); }
  Histogram& histogram(const std::string& name) {
    return prometheus::BuildHistogram().Name(name).Help(row(name).meaning).Register(registry).Add({}, buckets_s);
  }
  Gauge& line_gauge(const std::string& name, const std::string& line, double initial) {
    Gauge& gauge = gauges(name).Add({{"line", line}});
    gauge.Set(initial);
    return gauge;
  }

  void add_build(const std::map<std::string, std::string>& build);
  void add_line(const Line& line);
  void add_soft_sensors(const Line& line, LineParts& parts);
  void observe(const LineStatus& status);
  void observe_bundles(const LineStatus& status, LineParts& line);
  LineParts* find(const std::string& id);

  const std::vector<MetricRow> table = Metrics::rows();
  std::function<EventTime()> now;
  prometheus::Registry registry;
  std::mutex mutex;  // guards the members below, which the worker changes and the HTTP thread reads; metrics themselves are atomic
  std::vector<LineParts> lines;
  std::map<std::int32_t, Gauge*> lags, offsets;

  std::array<Counter*, fate_count> fates{};
  std::array<Counter*, topic_words.size()> published{};
  Counter& set_aside = counters("steadyline_values_set_aside_total").Add({});
  Counter& commits = counters("steadyline_commits_total").Add({});
  Counter& retries = counters("steadyline_commit_retries_total").Add({});
  Histogram& commit_seconds = histogram("steadyline_commit_seconds");
  Histogram& loop_seconds = histogram("steadyline_loop_seconds");
  Gauge& connected = gauges("steadyline_broker_connected").Add({});
};

void Metrics::Parts::add_build(const std::map<std::string, std::string>& build) {
  Labels labels;
  for (const char* const name : {"version", "libtorch", "blas", "vector_target"}) {
    const auto found = build.find(name);
    labels[name] = found == build.end() ? "" : found->second;
  }
  gauges("steadyline_build_info").Add(labels).Set(1);
}

void Metrics::Parts::add_line(const Line& line) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  LineParts parts;
  parts.id = line.id;
  for (const Tag& tag : line.tags) {
    parts.values.push_back(&gauges("steadyline_tag_value").Add({{"line", line.id}, {"unit", line.unit(tag.unit).id}, {"tag", tag.name}}));
    parts.values.back()->Set(unknown);
  }
  for (std::size_t i = 0; i < alarm_kind_count; ++i) parts.alarms[i] = &gauges("steadyline_active_alarms").Add({{"line", line.id}, {"kind", kind_words[i]}});
  for (std::size_t i = 0; i < flaw_count; ++i) {
    parts.flaws[i] = &gauges("steadyline_flawed_tags").Add({{"line", line.id}, {"flaw", std::string{to_text(static_cast<Flaw>(i))}}});
  }
  for (std::size_t i = 0; i < verdict_count; ++i) {
    parts.verdicts[i] = &gauges("steadyline_verdict_state").Add({{"line", line.id}, {"verdict", std::string{to_text(static_cast<Verdict>(i))}}});
  }
  add_soft_sensors(line, parts);
  for (std::size_t i = 0; i < agreement_words.size(); ++i)
    parts.challenger_frames[i] = &gauges("steadyline_challenger_frames").Add({{"line", line.id}, {"agreement", agreement_words[i]}});
  parts.challenger_health = &line_gauge("steadyline_challenger_health_score", line.id, unknown);
  parts.challenger_alarms = &line_gauge("steadyline_challenger_alarms", line.id, 0);
  parts.challenger_difference = &line_gauge("steadyline_challenger_health_difference", line.id, unknown);
  parts.frames = &counters("steadyline_frames_closed_total").Add({{"line", line.id}});
  parts.running = &line_gauge("steadyline_running", line.id, 0);
  parts.verdict = &line_gauge("steadyline_verdict", line.id, 0);
  parts.health = &line_gauge("steadyline_health_score", line.id, unknown);
  parts.trend = &line_gauge("steadyline_health_trend", line.id, unknown);
  parts.change = &line_gauge("steadyline_health_change", line.id, unknown);
  parts.conformance = &line_gauge("steadyline_conformance_index", line.id, unknown);
  parts.share = &line_gauge("steadyline_forecast_worst_share", line.id, unknown);
  parts.horizon = &line_gauge("steadyline_forecast_worst_horizon_seconds", line.id, unknown);
  parts.time = &line_gauge("steadyline_frame_time_seconds", line.id, unknown);
  parts.age = &line_gauge("steadyline_data_age_seconds", line.id, unknown);
  lines.push_back(std::move(parts));
}

void Metrics::Parts::add_soft_sensors(const Line& line, LineParts& parts) {
  for (const SoftSensorDescription& sensor : line.soft_sensors) {
    const Labels labels{{"line", line.id}, {"attribute", sensor.name}};
    LineParts::SoftSensorParts own{sensor.name};
    for (std::size_t i = 0; i < own.estimate.size(); ++i) {
      Labels with = labels;
      with["quantile"] = std::array{"0.05", "0.5", "0.95"}[i];
      own.estimate[i] = &gauges("steadyline_soft_sensor_estimate").Add(with);
      own.estimate[i]->Set(std::numeric_limits<double>::quiet_NaN());
    }
    own.offset = &gauges("steadyline_soft_sensor_offset").Add(labels);
    own.steps = &gauges("steadyline_soft_sensor_steps").Add(labels);
    own.set_aside = &gauges("steadyline_soft_sensor_set_aside").Add(labels);
    own.disagrees = &gauges("steadyline_soft_sensor_disagrees").Add(labels);
    parts.soft_sensors.push_back(own);
  }
}

Metrics::Parts::LineParts* Metrics::Parts::find(const std::string& id) {
  for (LineParts& parts : lines) {
    if (parts.id == id) return &parts;
  }
  return nullptr;
}

Metrics::Metrics(std::span<const Line> lines, std::map<std::string, std::string> build, std::function<EventTime()> now)
    : parts_{std::make_unique<Parts>(std::move(now))} {
  parts_->add_build(build);
  for (std::size_t i = 0; i < fate_count; ++i) {
    parts_->fates[i] = &parts_->counters("steadyline_records_total").Add({{"fate", std::string{to_text(static_cast<Fate>(i))}}});
  }
  for (std::size_t i = 0; i < topic_words.size(); ++i) {
    parts_->published[i] = &parts_->counters("steadyline_published_records_total").Add({{"topic", topic_words[i]}});
  }
  for (const char* const reason : reason_words) parts_->counters("steadyline_rejected_records_total").Add({{"reason", reason}});
  for (const Line& line : lines) parts_->add_line(line);
}

Metrics::~Metrics() = default;

EventTime Metrics::system_now() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

/// A bundle's series goes with it.
void Metrics::Parts::observe_bundles(const LineStatus& status, LineParts& line) {
  constexpr std::size_t digits = 16;
  const std::array<std::string, role_words.size()> in_use{status.bundle.substr(0, digits), status.challenger.substr(0, digits)};
  for (std::size_t i = 0; i < in_use.size(); ++i) {
    auto& [hash, gauge] = line.bundles[i];
    if (hash == in_use[i]) continue;
    if (gauge != nullptr) gauges("steadyline_bundle_info").Remove(gauge);
    hash = in_use[i];
    gauge = hash.empty() ? nullptr : &gauges("steadyline_bundle_info").Add({{"line", status.line}, {"role", role_words[i]}, {"bundle", hash}});
    if (gauge != nullptr) gauge->Set(1);
  }
}

void Metrics::Parts::observe(const LineStatus& status) {
  LineParts* const line = find(status.line);
  if (line == nullptr) return;
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  line->newest = status.time;
  line->time->Set(seconds_of(status.time));
  line->running->Set(status.running ? 1 : 0);
  observe_bundles(status, *line);
  line->verdict->Set(status.verdict == Verdict::inside ? 1 : 0);
  for (std::size_t i = 0; i < verdict_count; ++i) line->verdicts[i]->Set(status.verdict == static_cast<Verdict>(i) ? 1 : 0);
  line->health->Set(scored(status.verdict) ? status.health : unknown);
  const bool trend_known = scored(status.verdict) && status.trend.state != TrendState::unknown;
  line->trend->Set(!trend_known ? unknown : status.trend.state == TrendState::up ? 1 : status.trend.state == TrendState::down ? -1 : 0);
  line->change->Set(trend_known ? status.trend.change : unknown);
  line->conformance->Set(status.conformance_known ? status.conformance : unknown);
  const Agreement& agreed = status.agreement;
  const double compared = status.challenger.empty() ? 0 : static_cast<double>(agreed.frames);
  line->challenger_health->Set(compared > 0 ? status.challenger_health : unknown);
  line->challenger_difference->Set(compared > 0 ? agreed.health_difference / compared : unknown);
  line->challenger_alarms->Set(static_cast<double>(agreed.alarms));
  const std::array by_agreement{agreed.frames - agreed.both_alarm - agreed.only_champion - agreed.only_challenger, agreed.both_alarm, agreed.only_champion, agreed.only_challenger};
  for (std::size_t i = 0; i < by_agreement.size(); ++i) line->challenger_frames[i]->Set(static_cast<double>(by_agreement[i]));
  line->share->Set(status.worst_tag.empty() ? unknown : status.worst_share);
  line->horizon->Set(status.worst_tag.empty() ? unknown : status.worst_horizon_s);
  for (const QualityStatus& quality : status.quality) {
    for (LineParts::SoftSensorParts& own : line->soft_sensors) {
      if (own.attribute != quality.attribute) continue;
      own.estimate[0]->Set(quality.known ? quality.low : unknown);
      own.estimate[1]->Set(quality.known ? quality.median : unknown);
      own.estimate[2]->Set(quality.known ? quality.high : unknown);
      own.offset->Set(quality.offset);
      own.steps->Set(static_cast<double>(quality.steps));
      own.set_aside->Set(static_cast<double>(quality.set_aside));
      own.disagrees->Set(quality.disagrees ? 1 : 0);
    }
  }
  for (std::size_t i = 0; i < std::min(line->values.size(), status.values.size()); ++i) line->values[i]->Set(status.values[i]);
  for (std::size_t i = 0; i < std::min(line->alarms.size(), status.alarms_by_kind.size()); ++i) line->alarms[i]->Set(static_cast<double>(status.alarms_by_kind[i]));
  for (std::size_t i = 0; i < flaw_count; ++i) line->flaws[i]->Set(static_cast<double>(status.flaws[i]));
}

namespace {

/// "line|unit|tag|kind|state" → labels; empty when it has not five parts.
Labels transition_labels(const std::string& key) {
  std::vector<std::string> words{""};
  for (const char c : key) {
    if (c == '|') words.emplace_back();
    else words.back() += c;
  }
  if (words.size() != 5) return {};
  return {{"line", words[0]}, {"unit", words[1]}, {"tag", words[2]}, {"kind", words[3]}, {"state", words[4]}};
}

}  // namespace

void Metrics::observe(const Outputs& committed, double commit_seconds) {
  const std::lock_guard lock{parts_->mutex};
  for (std::size_t i = 0; i < std::min(fate_count, committed.fates.size()); ++i) parts_->fates[i]->Increment(static_cast<double>(committed.fates[i]));
  std::array<double, topic_words.size()> published{};
  for (const Output& output : committed.records) published[static_cast<std::size_t>(output.topic)] += 1;
  for (std::size_t i = 0; i < published.size(); ++i) parts_->published[i]->Increment(published[i]);
  for (const auto& [reason, count] : committed.rejected) {
    parts_->counters("steadyline_rejected_records_total").Add({{"reason", reason}}).Increment(static_cast<double>(count));
  }
  for (const auto& [key, count] : committed.transitions) {
    const Labels labels = transition_labels(key);
    if (!labels.empty()) parts_->counters("steadyline_alert_transitions_total").Add(labels).Increment(static_cast<double>(count));
  }
  for (const auto& [line, count] : committed.frames) {
    if (auto* const parts = parts_->find(line)) parts->frames->Increment(static_cast<double>(count));
  }
  parts_->set_aside.Increment(static_cast<double>(committed.values_set_aside));
  for (const LineStatus& status : committed.status) parts_->observe(status);
  for (const auto& [partition, progress] : committed.progress) {
    Gauge*& gauge = parts_->offsets[partition];
    if (gauge == nullptr) gauge = &parts_->gauges("steadyline_committed_offset").Add({{"partition", std::to_string(partition)}});
    gauge->Set(static_cast<double>(progress.next));
  }
  parts_->commits.Increment();
  parts_->commit_seconds.Observe(commit_seconds);
}

void Metrics::turned(double loop_seconds) { parts_->loop_seconds.Observe(loop_seconds); }
void Metrics::connection(bool connected) { parts_->connected.Set(connected ? 1 : 0); }
void Metrics::commit_retried() { parts_->retries.Increment(); }

void Metrics::lag(std::int32_t partition, std::int64_t records) {
  const std::lock_guard lock{parts_->mutex};
  Gauge*& gauge = parts_->lags[partition];
  if (gauge == nullptr) gauge = &parts_->gauges("steadyline_partition_lag_records").Add({{"partition", std::to_string(partition)}});
  gauge->Set(static_cast<double>(records));
}

void Metrics::revoked(std::int32_t partition) {
  const std::lock_guard lock{parts_->mutex};
  if (const auto found = parts_->lags.find(partition); found != parts_->lags.end()) {
    parts_->gauges("steadyline_partition_lag_records").Remove(found->second);
    parts_->lags.erase(found);
  }
  if (const auto found = parts_->offsets.find(partition); found != parts_->offsets.end()) {
    parts_->gauges("steadyline_committed_offset").Remove(found->second);
    parts_->offsets.erase(found);
  }
}

std::string Metrics::text() const {
  const std::lock_guard lock{parts_->mutex};
  for (Parts::LineParts& line : parts_->lines) {
    if (line.newest) line.age->Set(seconds_of(parts_->now()) - seconds_of(*line.newest));
  }
  return prometheus::TextSerializer{}.Serialize(parts_->registry.Collect());
}

}  // namespace steadyline
