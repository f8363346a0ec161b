// How surely and how soon faults of sensors' data and of the link are called (F21 to F24), and how calm the same rules are without them.
//
//   data_bench faults F22/spikes SEEDS     rate and delay per third of severity, on development seeds
//   data_bench calm HOURS SEED             bad_data alarms in normal production with stops, start-ups and lots, all tags of the line
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/time_text.h"
#include "monitor/frame_monitor.h"
#include "monitor/pipeline.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"
#include "settings/settings.h"
#include "twin/exam.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

const std::filesystem::path home = STEADYLINE_SOURCE_DIR;
constexpr double washed_out_s = 401;

struct Called {
  std::string unit, tag, text;
  EventTime time;
};

struct Plant {
  Line line;
  TwinParameters twin;
  MonitorOptions options;
};

/// The line with fewer tags: those with limits.
Line slim(const Line& line) {
  Line part = line;
  std::erase_if(part.tags, [](const Tag& tag) { return tag.tag_class == TagClass::aux && !tag.hard.bounded() && !tag.control.bounded(); });
  const auto again = [&](std::optional<TagIndex>& tag) {
    if (tag) tag = part.find_tag(line.tag(*tag).path);
  };
  for (auto* tag : {&part.running_tag, &part.state_tag, &part.recipe_tag}) again(*tag);
  for (Unit& unit : part.units)
    for (auto* tag : {&unit.mode_tag, &unit.lot_tag, &unit.phase_tag}) again(*tag);
  return part;
}

double seconds_between(EventTime from, EventTime to) { return std::chrono::duration<double>(to - from).count(); }

/// Frames straight from the simulation: all that a fault of a sensor needs.
void live_on_frames(const Plant& plant, const Scenario& scenario, std::vector<Called>& called) {
  Simulation simulation{plant.line, plant.twin, scenario};
  FrameMonitor monitor{{plant.line, nullptr}, plant.options};
  std::vector<Alert> alerts;
  for (bool cold = true; !simulation.finished(); cold = false) {
    Frame frame;
    simulation.step(frame.values);
    frame.time = simulation.time();
    frame.cold = cold;
    for (const double value : frame.values) frame.flaws.push_back(std::isnan(value) ? Flaw::null : Flaw::good);
    alerts.clear();
    monitor.take(std::move(frame), alerts);
    for (const Alert& alert : alerts)
      if (alert.kind == AlarmKind::bad_data && alert.seq == 0) called.push_back({alert.unit, alert.tag, alert.text, alert.time});
  }
}

/// Through records: what a fault of the link needs. Until the first alarm after `on`.
void live_on_records(const Plant& plant, const Scenario& scenario, EventTime on, std::vector<Called>& called) {
  Pipeline pipeline{{{plant.line, nullptr}}, plant.options};
  pipeline.assign(0, 0);
  Feed feed{plant.line, plant.twin, scenario};
  std::vector<FeedRecord> records;
  std::vector<Record> views;
  std::int64_t place = 0;
  while (feed.next(records)) {
    views.clear();
    for (const FeedRecord& r : records)
      views.push_back({.at = {0, place++}, .key = r.key, .type = r.type, .content_type = {}, .bytes = r.bytes});
    for (const Output& output : pipeline.advance(views).records) {
      if (output.topic != Topic::alerts) continue;
      const auto alert = nlohmann::json::parse(output.value);
      if (alert.at("kind") != "bad_data" || alert.at("seq") != 0) continue;
      called.push_back({alert.at("unit"), alert.at("tag"), alert.at("text"), *parse_rfc3339(alert.at("time").get<std::string>())});
    }
    if (!called.empty() && called.back().time > on) return;
  }
}

bool names(const Called& alarm, const std::string& target) {
  if (part_of(target).empty()) return alarm.unit == target || (target == "line" && alarm.unit == "*");
  return alarm.unit == unit_of(target) && (alarm.tag == part_of(target) || alarm.tag == target);
}

struct Tally {
  int found = 0, runs = 0;
  std::vector<double> delays_s;
};

void tell(const std::string& name, int tercile, Tally& tally) {
  std::sort(tally.delays_s.begin(), tally.delays_s.end());
  const auto at = [&](double share) {
    return tally.delays_s.empty() ? std::nan("")
                                  : tally.delays_s[static_cast<std::size_t>(share * static_cast<double>(tally.delays_s.size() - 1))];
  };
  std::printf("%-13s third %d: %d of %d, delay %.0f s (p90 %.0f s)\n", name.c_str(), tercile + 1, tally.found, tally.runs, at(0.5),
              at(0.9));
  std::fflush(stdout);
}

void examine(const Plant& plant, const std::string& name, std::uint64_t seeds) {
  const std::string fault = name.substr(0, 3), variant = name.size() > 4 ? name.substr(4) : "";
  for (int tercile = 0; tercile < 3; ++tercile) {
    Tally tally;
    for (std::uint64_t i = 0; i < seeds; ++i) {
      const Scenario scenario = exam_scenario(fault, variant, tercile, exam_seed("development", fault + variant, 3 * i + tercile));
      const FaultSpec& spec = scenario.faults.front();
      const Label label = fault_label(spec, scenario.start);
      std::vector<Called> called;
      if (fault >= "F23")
        live_on_records(plant, scenario, label.on, called);
      else
        live_on_frames(plant, scenario, called);
      ++tally.runs;
      bool found = false;
      for (const Called& alarm : called) {
        const double delay_s = seconds_between(label.on, alarm.time);
        const bool in_time = delay_s > 0 && alarm.time < *label.off + Milliseconds{static_cast<int>(washed_out_s * 1000)};
        if (!in_time || !names(alarm, spec.target)) {
          std::printf("  false: %.0f s, %s\n", delay_s, alarm.text.c_str());
        } else if (!found) {
          found = true;
          tally.delays_s.push_back(delay_s);
        }
        if (i == 0 && in_time) std::printf("  %s %.3g: %s\n", spec.target.c_str(), spec.severity, alarm.text.c_str());
      }
      tally.found += found ? 1 : 0;
      if (!found) std::printf("  missed: %s %.3g\n", spec.target.c_str(), spec.severity);
    }
    tell(name, tercile, tally);
  }
}

void stay_calm(const Plant& plant, double hours, std::uint64_t seed) {
  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1767596400}};
  scenario.seed = seed;
  scenario.exam = true;
  scenario.duration_s = hours * 3600;
  scenario.lot_size_share = 0.25;
  scenario.stops = StopStatistics::line;
  scenario.scheduled_stops = true;
  std::vector<Called> called;
  live_on_frames(plant, scenario, called);
  std::map<std::string, int> counts;
  for (const Called& alarm : called)
    if (++counts[alarm.text] <= 2) std::printf("  %.0f s: %s\n", seconds_between(scenario.start, alarm.time), alarm.text.c_str());
  std::printf("calm: %zu alarms in %.0f h\n", called.size(), hours);
}

int run(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "data_bench faults FAULT[/VARIANT] SEEDS | calm HOURS SEED\n"), 2;
  const auto line = read_line(home / "config/lines/cdc1.yaml");
  const auto twin = read_twin(home / "config/twin/cdc1.yaml");
  const auto settings = read_settings(home / "config/monitor.yaml");
  if (!line || !twin || !settings) return std::fprintf(stderr, "line, twin or settings cannot be read\n"), 1;
  Plant plant{*line, *twin, settings->monitor};
  if (std::string{argv[1]} == "calm") return stay_calm(plant, std::stod(argv[2]), std::stoull(argv[3])), 0;
  plant.line = slim(*line);
  examine(plant, argv[2], std::stoull(argv[3]));
  return 0;
}

}  // namespace
}  // namespace steadyline

int main(int argc, char** argv) { return steadyline::run(argc, argv); }
