#include "settings/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "settings/section.h"

namespace steadyline {
namespace {

constexpr Limits delay_s{0, 3600};

AlignmentOptions read_alignment(Section section) {
  AlignmentOptions alignment;
  alignment.allowed_lateness_s = section.number("allowed_lateness_s", alignment.allowed_lateness_s, {0, 600}, "how long a frame waits for late samples, e.g. 2");
  alignment.max_skew_s = section.number("max_skew_s", alignment.max_skew_s, {1, 3600}, "how far a source's clock may run ahead before its samples need agreement, e.g. 10");
  alignment.silent_after_periods = static_cast<int>(section.integer("silent_after_periods", alignment.silent_after_periods, {1, 1000}, "a source unheard for so many periods holds nobody up, e.g. 3"));
  alignment.stale_after_s = section.number("stale_after_s", alignment.stale_after_s, {0.1, 86400}, "a tag with clock `period` is stale after so long without a value, e.g. 5");
  section.reject_unknown_keys();
  return alignment;
}

AlarmTiming read_timing(Section section, AlarmTiming timing) {
  timing.on_delay_s = section.number("on_delay_s", timing.on_delay_s, delay_s, "seconds the condition must last before the alarm is raised");
  timing.off_delay_s = section.number("off_delay_s", timing.off_delay_s, delay_s, "seconds it must be gone before the alarm ends");
  section.reject_unknown_keys();
  return timing;
}

AlarmOptions read_alarms(Section section) {
  AlarmOptions alarms;
  alarms.control = read_timing(section.section("control", "value outside its control limits"), alarms.control);
  alarms.hard = read_timing(section.section("hard", "value outside its hard limits"), alarms.hard);
  alarms.forecast = read_timing(section.section("forecast", "forecast outside the hard limits"), alarms.forecast);
  alarms.health = read_timing(section.section("health", "low health score"), alarms.health);
  alarms.data = read_timing(section.section("data", "stale or bad readings"), alarms.data);
  alarms.drift = read_timing(section.section("drift", "signal or balance that has drifted"), alarms.drift);
  alarms.deadband = section.number("deadband", alarms.deadband, {0, 0.5}, "share of the band's width that a value must come back inside its limit");
  alarms.health_raise_below = section.number("health_raise_below", alarms.health_raise_below, {0, 100}, "health score under which the low-health alarm is raised; 50 is the calibrated limit");
  alarms.health_clear_above = section.number("health_clear_above", alarms.health_clear_above, {0, 100}, "health score above which it ends");
  alarms.warm_up_s = section.number("warm_up_s", alarms.warm_up_s, {0, 86400}, "after a start, a jump of time or a standstill, alarms of models and limits wait so long");
  alarms.control_group_max_per_10min = static_cast<int>(section.integer("control_group_max_per_10min", alarms.control_group_max_per_10min, {1, 1000}, "control-limit alarms of one unit beyond this are gathered into the first"));
  alarms.plant_constants = section.texts("plant_constants", "names of tags whose level each plant has for itself, such as feed factors");
  alarms.plant_tolerance = section.number("plant_tolerance", alarms.plant_tolerance, {0, 0.5}, "hard limits of plant_constants are wider by so much of the band's middle");
  alarms.of_one_product = section.texts("of_one_product", "names of tags whose limits say nothing at another product, beside quality attributes");
  if (alarms.health_raise_below >= alarms.health_clear_above) {
    section.fault("health_clear_above", fmt::format("is {}, not above health_raise_below ({})", alarms.health_clear_above, alarms.health_raise_below),
                  "the gap between the two keeps the alarm from chattering");
  }
  section.reject_unknown_keys();
  return alarms;
}

/// Properties that Steadyline sets itself: delivery rests on them.
constexpr std::array ours = {"bootstrap.servers", "metadata.broker.list", "group.id", "enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset",
                             "enable.partition.eof", "partitioner", "acks", "request.required.acks", "enable.idempotence"};

BrokerOptions read_broker(Section section) {
  BrokerOptions broker;
  broker.bootstrap_servers = section.text("bootstrap_servers", broker.bootstrap_servers, "host:port of one or more brokers, separated by commas");
  broker.group = section.text("group", broker.group, "consumer group; processes with the same group share the work");
  Section topics = section.section("topics", "names of the topics");
  broker.input = topics.text("input", broker.input, "samples, ticks and commands, in");
  broker.alerts = topics.text("alerts", broker.alerts, "every change of an alarm, out");
  broker.assessments = topics.text("assessments", broker.assessments, "one record for each line and frame, out");
  broker.rejected = topics.text("rejected", broker.rejected, "records that could not be used, out");
  topics.reject_unknown_keys();
  std::set<std::string> seen;
  for (const std::string& topic : {broker.input, broker.alerts, broker.assessments, broker.rejected}) {
    const bool good = topic.size() <= 249 && topic != "." && topic != ".." && topic.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string::npos;
    if (!good) section.fault("topics", fmt::format("has \"{}\", no name that Kafka takes", topic), "1..249 letters, digits, . _ -");
    if (!seen.insert(topic).second) section.fault("topics", fmt::format("names \"{}\" twice", topic), "give each of the four a topic of its own");
  }
  broker.commit_interval_s = section.number("commit_interval_s", broker.commit_interval_s, {0.01, 60}, "outputs gather for so long before they are published and committed; an alert closes the interval at once");
  broker.librdkafka = section.words("librdkafka", "further librdkafka properties by name, e.g. security.protocol: SASL_SSL");
  for (const char* property : ours) {
    if (broker.librdkafka.count(property) != 0) section.fault("librdkafka", fmt::format("sets {}", property), "Steadyline sets it itself, or by a key of its own; remove it");
  }
  section.reject_unknown_keys();
  return broker;
}

OperatorOptions read_http(Section section) {
  OperatorOptions http;
  http.address = section.text("address", http.address, "where the HTTP server listens; 0.0.0.0 opens it to the network");
  http.port = static_cast<std::uint16_t>(section.integer("port", http.port, {0, 65535}, "its port; 0: any free one"));
  section.reject_unknown_keys();
  return http;
}

LogOptions read_log(Section section) {
  LogOptions log;
  log.level = section.choice<LogLevel>("level", {{"info", LogLevel::info}, {"debug", LogLevel::debug}, {"warn", LogLevel::warn}, {"error", LogLevel::error}}, "the least that is written");
  log.json = section.flag("json", log.json, "one JSON object a line instead of text");
  section.reject_unknown_keys();
  return log;
}

std::vector<LineSource> read_lines(Section& top, const std::filesystem::path& folder) {
  std::vector<LineSource> lines;
  std::set<std::filesystem::path> seen;
  for (Section& item : top.list("lines", "the lines to watch, each with its description and, once trained, its bundle", true)) {
    LineSource line;
    const std::string description = item.text("description", "file that describes the line, relative to this file");
    const std::string bundle = item.text("bundle", "", "folder of its trained models, relative to this file; left out: limits and data quality only");
    const std::string bundles = item.text("bundles", "", "folder whose folders hold the bundles that an activation may name, relative to this file");
    line.description = (folder / description).lexically_normal();
    if (!bundle.empty()) line.bundle = (folder / bundle).lexically_normal();
    if (!bundles.empty()) line.bundles = (folder / bundles).lexically_normal();
    if (!description.empty() && !seen.insert(line.description).second) item.fault("description", fmt::format("is \"{}\", named twice", description), "a line is watched once; remove one");
    item.reject_unknown_keys();
    lines.push_back(std::move(line));
  }
  return lines;
}

void read_top(Section& top, Settings& settings, const std::filesystem::path& folder) {
  settings.lines = read_lines(top, folder);
  settings.broker = read_broker(top.section("broker", "Kafka"));
  settings.monitor.alignment = read_alignment(top.section("alignment", "how records become frames"));
  settings.monitor.alarms = read_alarms(top.section("alarms", "when alarms are raised and end"));
  Section assessments = top.section("assessments", "what is published of each frame");
  settings.monitor.fan_every_frames = static_cast<int>(assessments.integer("fan_every_frames", settings.monitor.fan_every_frames, {1, 1000000}, "the whole forecast fan goes into every so many assessments, and into each while an alarm is active"));
  assessments.reject_unknown_keys();
  settings.http = read_http(top.section("http", "metrics and health"));
  settings.log = read_log(top.section("log", "what is written to standard error"));
}

}  // namespace

Checked<Settings> parse_settings(std::string_view text, const std::filesystem::path& file) {
  return read_yaml<Settings>(text, file.string(), [&](Section& top, Settings& settings) { read_top(top, settings, file.parent_path()); });
}

Checked<Settings> read_settings(const std::filesystem::path& file) {
  const auto text = read_settings_file(file.string());
  if (!text) return tl::unexpected(std::vector{text.error()});
  return parse_settings(*text, file);
}

std::vector<SettingKey> settings_keys() {
  return keys_of<Settings>([](Section& top, Settings& settings) { read_top(top, settings, {}); });
}

}  // namespace steadyline
