// How early a bundle sees a fault, and how calm it is without one: scenarios through feed and pipeline, offline.
//
//   alarm_bench early BUNDLE SCENARIO SEED...   per seed: first alarm of each kind and first hard limit crossed, seconds after the first
//   fault's onset alarm_bench calm BUNDLE SCENARIO SEED...    alarms raised, by kind and tag, over all seeds
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/time_text.h"
#include "monitor/pipeline.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "settings/settings.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

const std::filesystem::path home = STEADYLINE_SOURCE_DIR;

struct Raised {
  std::string kind, subject;
  EventTime time;
};

struct Lived {
  std::vector<Raised> raised;  // in order of time
  std::vector<Crossing> crossings;
  std::vector<Label> labels;
};

double seconds_between(EventTime from, EventTime to) { return std::chrono::duration<double>(to - from).count(); }

void note(const Output& output, std::vector<Raised>& raised) {
  if (output.topic != Topic::alerts) return;
  const auto alert = nlohmann::json::parse(output.value);
  if (alert.at("state") != "unacknowledged" || alert.at("seq") != 0) return;
  const auto tag = alert.at("tag").get<std::string>();
  raised.push_back({alert.at("kind"), alert.at("unit").get<std::string>() + "/" + tag.substr(tag.find('/') + 1),
                    *parse_rfc3339(alert.at("time").get<std::string>())});
}

Lived live(const Pipeline::Setup& setup, const MonitorOptions& options, const TwinParameters& twin, const Scenario& scenario) {
  Pipeline pipeline{{setup}, options};
  pipeline.assign(0, 0);
  Feed feed{setup.line, twin, scenario};
  Lived lived;
  std::vector<FeedRecord> records;
  std::vector<Record> views;
  std::int64_t place = 0;
  while (feed.next(records)) {
    views.clear();
    for (const FeedRecord& r : records)
      views.push_back({.at = {0, place++}, .key = r.key, .type = r.type, .content_type = {}, .bytes = r.bytes});
    for (const Output& output : pipeline.advance(views).records) note(output, lived.raised);
  }
  lived.crossings = feed.simulation().crossings();
  lived.labels = feed.simulation().labels();
  return lived;
}

void tell_early(const Line& line, const Scenario& scenario, const Lived& lived) {
  const EventTime on = lived.labels.front().on;
  std::string text = "seed " + std::to_string(scenario.seed);
  std::map<std::string, double> first;
  for (const Raised& alarm : lived.raised) {
    if (alarm.time < on)
      text += "  EARLY " + alarm.kind + " " + alarm.subject;
    else if (first.try_emplace(alarm.kind, seconds_between(on, alarm.time)).second)
      text += "  " + alarm.kind + " " + alarm.subject + " " + std::to_string(static_cast<int>(first[alarm.kind]));
  }
  for (const Crossing& crossing : lived.crossings) {
    if (!crossing.outside || crossing.time < on) continue;
    text += "  | crossed " + line.tag(crossing.tag).path + " " + std::to_string(static_cast<int>(seconds_between(on, crossing.time)));
    break;
  }
  std::printf("%s\n", text.c_str());
}

void tell_calm(const Scenario& scenario, const Lived& lived, std::map<std::string, std::size_t>& counts) {
  for (const Raised& alarm : lived.raised) {
    ++counts[alarm.kind + " " + alarm.subject];
    if (alarm.kind == "low_health" || alarm.kind == "forecast_breach" || alarm.kind == "hard_limit")
      std::printf("  seed %llu: %s %s at %.0f s\n", static_cast<unsigned long long>(scenario.seed), alarm.kind.c_str(),
                  alarm.subject.c_str(), seconds_between(scenario.start, alarm.time));
  }
  for (const Label& label : lived.labels)
    if (label.id != "refill" && label.id != "sub_lot" && std::getenv("EVENTS"))
      std::printf("    event %s %s at %.0f s\n", label.id.c_str(), label.target.c_str(), seconds_between(scenario.start, label.on));
}

int run(int argc, char** argv) {
  if (argc < 5) return std::fprintf(stderr, "alarm_bench early|calm BUNDLE SCENARIO SEED...\n"), 2;
  const auto line = read_line(home / "config/lines/cdc1.yaml");
  if (!line) return std::fprintf(stderr, "%s\n", to_line(line.error().front()).c_str()), 1;
  const auto bundle = load_bundle(argv[2], *line);
  if (!bundle) return std::fprintf(stderr, "%s\n", to_line(bundle.error().front()).c_str()), 1;
  const auto settings = read_settings(home / "config/monitor.yaml");
  const auto twin = read_twin(home / "config/twin/cdc1.yaml");
  auto scenario = read_scenario(argv[3], *line);
  if (!settings || !twin || !scenario) return std::fprintf(stderr, "settings, twin or scenario cannot be read\n"), 1;
  const Pipeline::Setup setup{*line, std::make_shared<const Bundle>(*bundle)};
  std::map<std::string, std::size_t> counts;
  for (int i = 4; i < argc; ++i) {
    scenario->seed = std::stoull(argv[i]);
    const Lived lived = live(setup, settings->monitor, *twin, *scenario);
    if (std::string{argv[1]} == "early")
      tell_early(*line, *scenario, lived);
    else
      tell_calm(*scenario, lived, counts);
    std::fflush(stdout);
  }
  const double days = scenario->duration_s * (argc - 4) / 86400;
  for (const auto& [what, n] : counts) std::printf("%6.2f per 24 h (%zu)  %s\n", static_cast<double>(n) / days, n, what.c_str());
  return 0;
}

}  // namespace
}  // namespace steadyline

int main(int argc, char** argv) { return steadyline::run(argc, argv); }
