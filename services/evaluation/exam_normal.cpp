#include "evaluation/exam_normal.h"

#include <cmath>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/philox.h"
#include "evaluation/exam_monitor.h"
#include "evaluation/in_parallel.h"
#include "twin/exam.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

constexpr double day_s = 86400, running_share = 0.9;  // at least, of a day: stops, start-ups, cleaning

double seconds_between(EventTime from, EventTime to) { return std::chrono::duration<double>(to - from).count(); }

NormalRow live_day(const ExamPlan& plan, std::uint64_t index) {
  NormalRow row;
  row.index = index;
  row.seed = exam_seed(plan.commit, "normal", index);
  const Scenario scenario = normal_scenario(row.seed, index);
  MonitoredTwin day{plan, scenario};
  std::size_t running = 0;
  while (!day.simulation.finished()) running += day.step().frame.running ? 1 : 0;
  row.running_h = static_cast<double>(running) / 3600;
  const Calm calm = judge_calm(day.log.alarms(), day.simulation.labels());
  row.stops = calm.stops;
  row.stops_told = calm.stops_told;
  for (const FalseAlarm& e : calm.episodes)
    row.episodes.push_back({seconds_between(scenario.start, e.first.raised), e.first.kind, e.first.unit, e.first.tag, e.during, e.alarms});
  if (!day.baselines) return row;
  for (std::size_t b = 0; b < baseline_count; ++b) {
    std::vector<float>& minutes = row.minutes.emplace_back();
    for (const auto& minute : day.baselines->minutes()) minutes.push_back(std::round(minute[b] * 1000) / 1000);
  }
  return row;
}

}  // namespace

Scenario normal_scenario(std::uint64_t seed, std::uint64_t index) {
  const RandomStream chance{seed, stream_of("exam", "normal")};
  const auto time = [&](std::uint64_t draw, double from_h, double to_h) {
    return std::floor(3600 * (from_h + (to_h - from_h) * chance.uniform(draw)));
  };
  Scenario day;
  day.start = EventTime{std::chrono::seconds{1767596400}};  // Monday 2026-01-05, 07:00
  day.seed = seed;
  day.exam = true;
  day.duration_s = day_s;
  day.stops = StopStatistics::line;
  day.scheduled_stops = true;
  day.start_in_production = index % 3 != 0;
  if (index % 3 == 1) day.shutdown_at_s = day_s - 1800;
  const bool other_strength = index % 4 == 2;
  const std::optional<double> strength = other_strength ? std::optional{0.10} : std::nullopt;
  day.recipes.push_back({.at_s = time(0, 2, 6), .throughput_kg_h = chance.uniform(1) < 0.5 ? 20.0 : 30.0, .api_share = {}});
  day.recipes.push_back({.at_s = time(2, 8, 12), .throughput_kg_h = 25, .api_share = {}});
  day.recipes.push_back({.at_s = time(3, 14, 20),
                         .throughput_kg_h = other_strength            ? 25.0
                                            : chance.uniform(4) < 0.5 ? 20.0
                                                                      : 30.0,
                         .api_share = strength});
  return day;
}

Result<std::vector<NormalRow>> examine_normal(const ExamPlan& plan, double hours, std::size_t jobs, ExamStore& store,
                                              const ExamWatcher& watcher, const std::stop_token& stop) {
  const auto days = static_cast<std::size_t>(std::ceil(hours / (24 * running_share)));
  std::map<std::uint64_t, NormalRow> kept;
  for (const std::string& text : store.rows())
    if (auto row = normal_row(text); row && row->minutes.empty() == !plan.baselines) kept[row->index] = *row;
  std::vector<std::optional<NormalRow>> rows(days);
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < days; ++i) {
    if (const auto found = kept.find(i); found != kept.end())
      rows[i] = found->second;
    else
      missing.push_back(i);
  }
  std::mutex telling;
  ExamProgress progress{days - missing.size(), days, 0, ""};
  const auto done = in_parallel(missing.size(), jobs, stop, [&](std::size_t place) -> Result<void> {
    const std::size_t i = missing[place];
    rows[i] = live_day(plan, i);
    if (auto added = store.add(to_json(*rows[i])); !added) return added;
    const std::lock_guard lock{telling};
    ++progress.done;
    ++progress.lived;
    progress.last = "day " + std::to_string(i);
    if (watcher) watcher(progress);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  std::vector<NormalRow> found;
  for (auto& row : rows)
    if (row) found.push_back(std::move(*row));
  return found;
}

std::string to_json(const NormalRow& row) {
  nlohmann::ordered_json json{{"suite", "normal"},          {"index", row.index}, {"seed", row.seed},
                              {"running_h", row.running_h}, {"stops", row.stops}, {"stops_told", row.stops_told}};
  json["episodes"] = nlohmann::ordered_json::array();
  for (const NormalRow::Episode& e : row.episodes)
    json["episodes"].push_back(
        {{"at_s", e.at_s}, {"kind", e.kind}, {"unit", e.unit}, {"tag", e.tag}, {"during", e.during}, {"alarms", e.alarms}});
  if (!row.minutes.empty()) json["minutes"] = row.minutes;
  return json.dump();
}

std::optional<NormalRow> normal_row(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("suite", "") != "normal") return {};
  try {
    NormalRow row{json.at("index"), json.at("seed"), json.at("running_h"), {}, json.at("stops"), json.at("stops_told"), {}};
    if (json.contains("minutes")) row.minutes = json["minutes"].get<std::vector<std::vector<float>>>();
    for (const auto& e : json.at("episodes"))
      row.episodes.push_back({e.at("at_s"), e.at("kind"), e.at("unit"), e.at("tag"), e.at("during"), e.at("alarms")});
    return row;
  } catch (const nlohmann::json::exception&) {
    return {};
  }
}

}  // namespace steadyline
