#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <thread>

#include "app/addresses.h"
#include "app/demo_report.h"
#include "app/duration_text.h"
#include "app/load_plan.h"
#include "app/pace.h"
#include "app/set_point_listener.h"
#include "app/signals.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "broker/embedded_broker.h"
#include "broker/kafka_feed.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "telemetry/log.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

using Stopwatch = std::chrono::steady_clock;

struct Choices {
  std::string lasts, scenario;
  double speed = 60;
  int port = 0;
  bool json = false;
};

double seconds_since(Stopwatch::time_point began) { return std::chrono::duration<double>(Stopwatch::now() - began).count(); }

/// Feeds the twin into the embedded broker until the scenario ends or a stop; a fault of the broker ends the demo.
void feed_twin(Feed& twin, KafkaFeed& out, SetPointListener& listener, const MonitorService& service, double speed, const std::stop_token& stop) {
  while (!service.ready() && !stop.stop_requested()) std::this_thread::sleep_for(Milliseconds{20});
  Pace pace{speed};
  std::vector<FeedRecord> records;
  for (std::int64_t second = 0; twin.next(records) && pace.wait(static_cast<double>(second), stop); ++second) {
    obey(twin, listener.take());
    for (const FeedRecord& record : records) {
      if (const auto done = out.produce(record.key, record.type, record.bytes, stop); !done) {
        if (!stop.stop_requested()) log::error("{}", to_line(done.error()));
        return;
      }
    }
  }
  (void)out.flush(Milliseconds{1'000});
}

void show(const RunSummary& summary, Stopwatch::time_point began, std::optional<double> lasts_s, const std::stop_token& stop) {
  Terminal terminal;
  for (int turn = 0; !stop.stop_requested(); ++turn) {
    auto lines = summary.lines(terminal.width());
    lines.insert(lines.begin(), lasts_s ? fmt::format("{} of {}", to_duration_text(seconds_since(began)), to_duration_text(*lasts_s))
                                        : fmt::format("{}; Ctrl-C ends the demo", to_duration_text(seconds_since(began))));
    if (terminal.live())
      terminal.draw(lines);
    else if (turn % 20 == 0 && lines.size() > 1)
      for (const auto& line : lines) terminal.say(line);
    std::this_thread::sleep_for(Milliseconds{500});
  }
}

int run(const Choices& choices, std::optional<double> lasts_s) {
  log::start({.level = LogLevel::warn});
  auto plan = load_plan(home() / "config/monitor.yaml");
  if (!plan) return report(plan.error());
  const Line line = plan->setups.front().line;
  const auto parameters = read_twin(home() / "config/twin/cdc1.yaml");
  if (!parameters) return report(parameters.error());
  const auto scenario = read_scenario(choices.scenario, line, [&](const Scenario& read) { return unsimulated(line, *parameters, read); });
  if (!scenario) return report(scenario.error());

  StopSignals signals;
  const auto broker = EmbeddedBroker::start(plan->broker);
  if (!broker) return report(broker.error());
  plan->broker.bootstrap_servers = (*broker)->bootstrap();
  plan->http.port = static_cast<std::uint16_t>(choices.port);
  plan->write_ticks = false;  // the twin's own seconds are in the log
  const BrokerOptions addresses = plan->broker;
  const auto service = MonitorService::start(std::move(*plan));
  if (!service) return report(service.error());
  auto out = KafkaFeed::open(addresses, {.ahead_bytes_max = embedded_ahead_bytes, .bytes_read = [&] { return (*service)->bytes_read(); }});
  if (!out) return report(out.error());
  const auto listener = SetPointListener::open(addresses, line);
  if (!listener) return report(listener.error());
  std::fprintf(stderr, "%s\nThe simulated line runs at %g times real time.\n  metrics  %s\n  alerts   %s\n", version_text().c_str(),
               choices.speed, curl_text((*service)->http_port()).c_str(), kcat_text(addresses).c_str());

  const auto began = Stopwatch::now();
  RunSummary summary;
  Feed twin{line, *parameters, *scenario};
  std::jthread timer, feeder, viewer;
  feeder = std::jthread([&](const std::stop_token& stop) { feed_twin(twin, **out, **listener, **service, choices.speed, stop); });
  viewer = std::jthread([&](const std::stop_token& stop) { show(summary, began, lasts_s, stop); });
  if (lasts_s)
    timer = std::jthread([&](const std::stop_token& stop) {
      if (Pace{1}.wait(*lasts_s, stop)) signals.request_stop();
    });
  const auto done = (*service)->run(signals.token(), [&](const Outputs& outputs) { summary.observe(outputs); });
  for (auto* thread : {&feeder, &viewer, &timer}) thread->request_stop();
  for (auto* thread : {&feeder, &viewer, &timer})
    if (thread->joinable()) thread->join();
  if (!done) return report(done.error());

  const auto result = make_demo_report(line, summary, twin.simulation().labels(), twin.simulation().crossings(), seconds_since(began),
                                       addresses.bootstrap_servers, (*service)->http_port());
  if (choices.json) std::printf("%s\n", result.json.c_str());
  std::fprintf(stderr, "%s", result.text.c_str());
  return exit_done;
}

}  // namespace

void add_demo(CLI::App& app, int& exit_code) {
  auto* const verb =
      app.add_subcommand("demo", "Shows it all on this machine: a simulated line with faults, a broker inside, alarms and metrics");
  const auto choices = std::make_shared<Choices>();
  choices->scenario = (home() / "config/scenarios/demo.yaml").string();
  verb->add_option("--for", choices->lasts, "how long, e.g. 60s or 5min; without it until Ctrl-C or the scenario's end");
  verb->add_option("--speed", choices->speed, "times real time")->check(CLI::Range(0.1, 200.0))->capture_default_str();
  verb->add_option("--scenario", choices->scenario, "what happens when")->default_str("config/scenarios/demo.yaml");
  verb->add_option("--port", choices->port, "HTTP port; 0: any free one")->check(CLI::Range(0, 65535))->capture_default_str();
  verb->add_flag("--json", choices->json, "ends with a summary for programs on standard output");
  verb->footer("Example: steadyline demo --for 60s --json");
  verb->callback([choices, &exit_code] {
    const auto lasts = choices->lasts.empty() ? std::optional<double>{} : parse_duration_s(choices->lasts);
    if (!choices->lasts.empty() && !lasts)
      exit_code =
          report(Error{Errc::usage, "\"" + choices->lasts + "\" is not a duration", "--for", "give seconds, minutes or hours, e.g. 60s"});
    else
      exit_code = run(*choices, lasts);
  });
}

}  // namespace steadyline
