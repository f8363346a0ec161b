#include <CLI/CLI.hpp>
#include <memory>

#include "app/load_plan.h"
#include "app/monitor_service.h"
#include "app/signals.h"
#include "app/verbs.h"
#include "telemetry/log.h"

namespace steadyline {
namespace {

struct Choices {
  std::string settings, brokers, group, ticks = "own";
  int port = -1;
};

int run(const Choices& choices) {
  const auto settings = read_settings(choices.settings);
  if (!settings) return report(settings.error());
  log::start(settings->log);
  auto plan = load_plan(*settings);
  if (!plan) return report(plan.error());
  if (!choices.brokers.empty()) plan->broker.bootstrap_servers = choices.brokers;
  if (!choices.group.empty()) plan->broker.group = choices.group;
  if (choices.port >= 0) plan->http.port = static_cast<std::uint16_t>(choices.port);
  plan->write_ticks = choices.ticks == "own";

  StopSignals signals;
  log::info("{}", version_text());
  auto service = MonitorService::start(std::move(*plan));
  if (!service) return report(service.error());
  log::info("http on port {}: /metrics /healthz /readyz", (*service)->http_port());
  const auto done = (*service)->run(signals.token(), {});
  if (!done) return report(done.error());
  log::info("stopped; everything read so far is committed");
  return exit_done;
}

}  // namespace

void add_monitor(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand("monitor", "Watches the lines of a settings file: Kafka in, alerts, assessments and metrics out");
  const auto choices = std::make_shared<Choices>();
  verb->add_option("--settings", choices->settings, "settings file")
      ->default_str("config/monitor.yaml")
      ->default_val((home() / "config/monitor.yaml").string());
  verb->add_option("--brokers", choices->brokers, "bootstrap servers, instead of the settings' own");
  verb->add_option("--group", choices->group, "consumer group, instead of the settings' own");
  verb->add_option("--port", choices->port, "HTTP port, instead of the settings' own; 0: any free one")->check(CLI::Range(0, 65535));
  verb->add_option("--ticks", choices->ticks, "who writes the ticks: this process (own), or they are in the log already (log)")
      ->check(CLI::IsMember({"own", "log"}))
      ->capture_default_str();
  verb->footer("Example: steadyline monitor --settings config/monitor.yaml --brokers kafka1:9092");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
