#include "app/monitor_service.h"

#include <atomic>
#include <chrono>

#include "app/activations.h"
#include "app/build_facts.h"
#include "app/ticker.h"
#include "app/worker.h"
#include "broker/kafka_sink.h"
#include "broker/kafka_source.h"
#include "operator/server.h"
#include "telemetry/liveness.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace steadyline {
namespace {

using Stopwatch = std::chrono::steady_clock;

constexpr Milliseconds heartbeat_silence_max{30'000};

std::vector<Line> lines_of(const std::vector<Pipeline::Setup>& setups) {
  std::vector<Line> lines;
  for (const auto& setup : setups) lines.push_back(setup.line);
  return lines;
}

Activations activations_of(const MonitorPlan& plan) {
  std::vector<BundleShelf::Place> places;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < plan.setups.size(); ++i) {
    places.push_back({plan.setups[i].line, i < plan.bundles.size() ? plan.bundles[i] : std::filesystem::path{}});
    ids.push_back(plan.setups[i].line.id);
  }
  return {BundleShelf{std::move(places)}, std::move(ids)};
}

void log_broker(BrokerLogLevel level, std::string_view words) {
  const auto levels = {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error};
  log::write(levels.begin()[static_cast<int>(level)], words);
}

/// What other threads may ask the worker's thread.
struct ProcessHealth {
  Heartbeat heartbeat{heartbeat_silence_max};
  std::atomic<bool> connected{false}, assigned{false}, publishing{true};

  std::string not_ready() const {
    if (!connected) return "the broker is away";
    if (!assigned) return "no partition of the input topic is assigned yet";
    if (!publishing) return "outputs cannot be published; they are kept and sent again";
    return {};
  }
};

}  // namespace

struct MonitorService::Parts {
  explicit Parts(MonitorPlan plan)
      : options{plan.broker},
        metrics{lines_of(plan.setups), build_facts()},
        activations{activations_of(plan)},
        pipeline{std::move(plan.setups), plan.monitor} {}

  BrokerOptions options;
  Metrics metrics;
  Activations activations;
  Pipeline pipeline;
  ProcessHealth health;
  std::shared_ptr<KafkaConnection> connection;
  std::unique_ptr<KafkaSource> source;
  std::unique_ptr<KafkaSink> sink;
  std::unique_ptr<Ticker> ticker;          // none where the log has its own ticks
  std::unique_ptr<OperatorServer> server;  // last: it asks the parts above

  Stopwatch::time_point turned = Stopwatch::now();
  Stopwatch::time_point lag_told{};

  void tell_lag();
  WorkerHooks hooks(std::function<void(const Outputs&)> committed);
};

Result<std::unique_ptr<MonitorService>> MonitorService::start(MonitorPlan plan) {
  const bool write_ticks = plan.write_ticks;
  const OperatorOptions http = plan.http;
  auto parts = std::make_unique<Parts>(std::move(plan));
  auto connection = KafkaConnection::open(parts->options, log_broker);
  if (!connection) return tl::unexpected(connection.error());
  parts->connection = *connection;
  parts->source = std::make_unique<KafkaSource>(parts->connection);
  parts->sink = std::make_unique<KafkaSink>(parts->connection);
  if (write_ticks) {
    auto feed = KafkaFeed::open(parts->options, {}, log_broker);
    if (!feed) return tl::unexpected(feed.error());
    parts->ticker = std::make_unique<Ticker>(std::move(*feed));
  }
  Parts* const p = parts.get();
  auto server = OperatorServer::start(
      http, {[p] { return p->metrics.text(); }, [p] { return p->health.heartbeat.alive(); }, [p] { return p->health.not_ready(); }});
  if (!server) return tl::unexpected(server.error());
  parts->server = std::move(*server);
  return std::unique_ptr<MonitorService>(new MonitorService(std::move(parts)));
}

MonitorService::MonitorService(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
MonitorService::~MonitorService() = default;

void MonitorService::Parts::tell_lag() {
  if (Stopwatch::now() - lag_told < std::chrono::seconds{1}) return;
  lag_told = Stopwatch::now();
  for (const auto& [partition, records] : source->lag()) metrics.lag(partition, records);
}

WorkerHooks MonitorService::Parts::hooks(std::function<void(const Outputs&)> committed) {
  WorkerHooks hooks;
  hooks.turned = [this] {
    health.heartbeat.beat();
    const auto now = Stopwatch::now();
    metrics.turned(std::chrono::duration<double>(now - turned).count());
    turned = now;
    tell_lag();
  };
  hooks.assigning = [this](const Assignment& assignment) { return activations.prepare(assignment, pipeline); };
  hooks.arriving = [this](std::span<const Record> records) { activations.prepare(records, pipeline); };
  hooks.connection = [this](bool connected) {
    if (connected != health.connected.exchange(connected)) log::info("broker {}", connected ? "reached" : "is away; trying again");
    metrics.connection(connected);
  };
  hooks.moved = [this](std::span<const std::int32_t> revoked, std::span<const Assignment> assigned) {
    for (const auto partition : revoked) metrics.revoked(partition);
    for (const auto& a : assigned) log::info("partition {} is ours: committed {}, reading from {}", a.partition, a.committed, a.read_from);
    health.assigned = health.assigned || !assigned.empty();
    if (ticker) ticker->moved(revoked, assigned);
  };
  hooks.committed = [this, committed = std::move(committed)](const Outputs& outputs, double seconds) {
    health.publishing = true;
    metrics.observe(outputs, seconds);
    if (committed) committed(outputs);
  };
  hooks.retrying = [this](const Error& error) {
    if (health.publishing.exchange(false)) log::warn("{}", to_line(error));
    metrics.commit_retried();
  };
  return hooks;
}

Result<void> MonitorService::run(std::stop_token stop, std::function<void(const Outputs&)> committed) {
  Worker worker{parts_->pipeline, *parts_->source, *parts_->sink, parts_->options.commit_interval_s, parts_->hooks(std::move(committed))};
  return worker.run(std::move(stop));
}

std::uint16_t MonitorService::http_port() const { return parts_->server->port(); }
std::uint64_t MonitorService::bytes_read() const { return parts_->source->bytes_read(); }
bool MonitorService::ready() const { return parts_->health.not_ready().empty(); }

}  // namespace steadyline
