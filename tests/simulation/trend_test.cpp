#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "support/monitor_log.h"

namespace steadyline::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const Line line = feeding_line();
constexpr std::int64_t length_s = 13000;

/// One feeder's screw gains 100 rpm in two hours from the end of the first on: far from any limit, and no step of it is news.
MonitorLog falling_log() {
  MonitorLog log{line};
  const auto hum = [](std::int64_t s, int tag) { return static_cast<double>((s * 37 + tag * 11) % 17 - 8) / 8; };
  for (std::int64_t s = 0; s < length_s; ++s) {
    const EventTime now = EventTime{1'700'000'000s} + std::chrono::seconds{s};
    const double speed = 106 + 100 * std::max(0.0, static_cast<double>(s - 3600) / 7200);
    log.sample(0, now,
               std::vector<SampleValue>{
                   {TagIndex{0}, 5 + 0.02 * hum(s, 0)}, {TagIndex{1}, speed + 0.2 * hum(s, 1)}, {TagIndex{2}, 22 + hum(s, 2)}});
    log.sample(
        1, now,
        std::vector<SampleValue>{{TagIndex{3}, 5 + 0.02 * hum(s, 3)}, {TagIndex{4}, 106 + 0.2 * hum(s, 4)}, {TagIndex{5}, 22 + hum(s, 5)}});
    log.sample(2, now, std::vector<SampleValue>{{TagIndex{6}, 300 + hum(s, 6)}});
    log.tick(now);
  }
  return log;
}

std::unique_ptr<Pipeline> pipeline() {
  Bundle bundle = trend_bundle(line);
  bundle.health.error_scale.assign(2 * bundle.features.tag_count(), 0.4);
  return std::make_unique<Pipeline>(std::vector<Pipeline::Setup>{setup_of(line, std::move(bundle))}, MonitorOptions{});
}

std::string state_in(const std::string& text) {
  const json told = json::parse(text.substr(text.find('{')));
  return told.contains("trend") ? told["trend"]["state"].get<std::string>() : std::string{};
}

TEST(TrendOfABatch, IsToldInAssessmentsAndOutlivesARestart) {
  const MonitorLog log = falling_log();
  const std::vector<Record> records = log.records();
  const std::vector<std::string> whole = texts_of(pipeline()->advance(records));
  std::vector<std::string> states;
  for (const std::string& text : whole) {
    if (text.front() != '1') continue;  // assessments
    if (const std::string state = state_in(text); !state.empty() && (states.empty() || states.back() != state)) states.push_back(state);
  }
  EXPECT_EQ(states, (std::vector<std::string>{"unknown", "steady", "down"})) << whole.back();

  const auto first = pipeline();
  Outputs before = first->advance(std::span{records}.first(records.size() * 4 / 5));
  const Progress committed = before.progress.at(0);
  const auto second = pipeline();
  second->bring_back(committed.in_force);
  second->assign(0, committed.next);
  before.append(second->advance(std::span{records}.subspan(static_cast<std::size_t>(committed.read_from))));
  std::vector<std::string> together;
  std::set<std::string> known;
  for (std::string& text : texts_of(before))
    if (known.insert(text).second) together.push_back(std::move(text));  // what was published but not committed comes twice
  EXPECT_TRUE(together == whole);
}

}  // namespace
}  // namespace steadyline::test
