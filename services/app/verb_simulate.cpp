#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <memory>

#include "app/duration_text.h"
#include "app/pace.h"
#include "app/signals.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "broker/kafka_feed.h"
#include "broker/topics.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

struct Choices {
  std::string line, scenario, brokers = "127.0.0.1:9092", topic = "steadyline.input", speed = "1", start;
};

/// Pumps the twin into the input topic, with a line of progress a second.
Result<void> pump(Feed& feed, KafkaFeed& out, double speed, double duration_s, std::stop_token stop) {
  Terminal terminal;
  Pace pace{speed};
  const auto began = std::chrono::steady_clock::now();
  std::vector<FeedRecord> records;
  for (std::int64_t second = 0; feed.next(records); ++second) {
    if (!pace.wait(static_cast<double>(second), stop)) break;
    for (const FeedRecord& record : records)
      if (auto done = out.produce(record.key, record.type, record.bytes, stop); !done) return done;
    if (second % 60 != 0) continue;
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const double left = second > 0 ? wall / static_cast<double>(second) * (duration_s - static_cast<double>(second)) : 0;
    terminal.draw({fmt::format("simulated {} of {}, {} left", to_duration_text(static_cast<double>(second)), to_duration_text(duration_s),
                               to_duration_text(left))});
  }
  return out.flush(Milliseconds{30'000});
}

int run(const Choices& choices) {
  const auto line = read_line(choices.line);
  if (!line) return report(line.error());
  const auto scenario = read_scenario(choices.scenario, *line);
  if (!scenario) return report(scenario.error());
  if (const auto faults = unsimulated(*line, {}, *scenario); !faults.empty()) return report(faults);
  const double speed = choices.speed == "max" ? 0 : parse_duration_s(choices.speed).value_or(-1);
  if (speed < 0)
    return report(Error{Errc::usage, "\"" + choices.speed + "\" is not a speed", "--speed", "give a positive number, e.g. 60, or max"});
  StopSignals signals;
  BrokerOptions broker;
  broker.bootstrap_servers = choices.brokers;
  broker.input = choices.topic;
  if (speed == 0)
    if (auto real = refuse_embedded(broker, Milliseconds{15'000}); !real) return report(real.error());
  auto out = KafkaFeed::open(broker);
  if (!out) return report(out.error());
  Feed feed{*line, {}, *scenario};
  if (auto done = pump(feed, **out, speed, scenario->duration_s, signals.token()); !done) return report(done.error());
  std::printf("{\"sent\":%llu,\"delivered\":%llu,\"failed\":%llu}\n", static_cast<unsigned long long>((*out)->sent()),
              static_cast<unsigned long long>((*out)->delivered()), static_cast<unsigned long long>((*out)->failed()));
  return (*out)->failed() == 0 ? exit_done : exit_trouble;
}

}  // namespace

void add_simulate(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand("simulate", "Sends the simulated line into the input topic");
  const auto choices = std::make_shared<Choices>();
  choices->line = (home() / "config/lines/cdc1.yaml").string();
  choices->scenario = (home() / "config/scenarios/demo.yaml").string();
  verb->add_option("--scenario", choices->scenario, "what happens when")->default_str("config/scenarios/demo.yaml");
  verb->add_option("--line", choices->line, "line description")->default_str("config/lines/cdc1.yaml");
  verb->add_option("--brokers", choices->brokers, "bootstrap servers")->capture_default_str();
  verb->add_option("--topic", choices->topic, "input topic")->capture_default_str();
  verb->add_option("--speed", choices->speed, "times real time, or max")->capture_default_str();
  verb->footer("Example: steadyline simulate --scenario config/scenarios/normal.yaml --brokers 127.0.0.1:9092 --speed 60");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
