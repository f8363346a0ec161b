#include "app/replay_run.h"

#include <atomic>
#include <numeric>
#include <thread>

#include "frames/align.h"

namespace steadyline {
namespace {

using Stopwatch = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{60};

std::uint64_t fated(const RunSummary& summary) {
  const auto fates = summary.fates();
  return std::accumulate(fates.begin(), fates.end(), std::uint64_t{0});
}

}  // namespace

Result<SentCounts> send_all(const ReplayFeed& feed, KafkaFeed& out, const std::stop_token& stop) {
  Result<void> done;
  const int closing = closing_ticks(feed.line, feed.alignment);
  const auto sent =
      send_recording(feed.line, feed.rows, feed.disturbance, feed.alignment.max_skew_s, closing, [&](auto key, auto type, auto bytes) {
        done = out.produce(key, type, bytes, stop);
        return done.has_value();
      });
  if (!done) return tl::unexpected(done.error());
  if (auto flushed = out.flush(Milliseconds{60'000}); !flushed) return tl::unexpected(flushed.error());
  return sent;
}

Result<ReplayOutcome> send_and_watch(const ReplayFeed& feed, KafkaFeed& out, MonitorService& service, StopSignals& signals,
                                     RunSummary& summary) {
  std::atomic<std::uint64_t> expected{0};
  Stopwatch::time_point began{}, last = Stopwatch::now();
  Result<SentCounts> outcome;
  std::jthread feeder{[&](const std::stop_token& stop) {
    while (!service.ready() && !stop.stop_requested()) std::this_thread::sleep_for(Milliseconds{5});
    began = Stopwatch::now();
    outcome = send_all(feed, out, stop);
    if (outcome)
      expected = outcome->records();
    else
      signals.request_stop();
  }};
  std::jthread watch{[&](const std::stop_token& stop) {
    for (std::uint64_t seen = 0; !stop.stop_requested(); std::this_thread::sleep_for(Milliseconds{5})) {
      const auto now_seen = fated(summary);
      if (now_seen != seen) last = Stopwatch::now();
      seen = now_seen;
      if ((expected > 0 && seen >= expected) || Stopwatch::now() - last > patience) signals.request_stop();
    }
  }};
  const auto done = service.run(signals.token(), [&](const Outputs& outputs) { summary.observe(outputs); });
  for (auto* thread : {&feeder, &watch}) thread->request_stop(), thread->join();
  if (!done) return tl::unexpected(done.error());
  if (!outcome) return tl::unexpected(outcome.error());
  return ReplayOutcome{.sent = *outcome, .seconds = std::chrono::duration<double>(last - began).count()};
}

}  // namespace steadyline
