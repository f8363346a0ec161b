#include "app/ticker.h"

#include <condition_variable>

namespace steadyline {
namespace {

EventTime now() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }

}  // namespace

Ticker::Ticker(std::unique_ptr<KafkaFeed> feed) : feed_{std::move(feed)}, thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void Ticker::moved(std::span<const std::int32_t> revoked, std::span<const Assignment> assigned) {
  const std::lock_guard lock{mutex_};
  for (const auto partition : revoked) partitions_.erase(partition);
  for (const auto& assignment : assigned) partitions_.insert(assignment.partition);
}

void Ticker::run(const std::stop_token& stop) {
  std::condition_variable_any wake;
  std::mutex idle;
  std::unique_lock waiting{idle};
  auto next = std::chrono::ceil<std::chrono::seconds>(now());
  while (!stop.stop_requested()) {
    wake.wait_until(waiting, stop, next, [] { return false; });
    if (stop.stop_requested()) return;
    std::set<std::int32_t> partitions;
    {
      const std::lock_guard lock{mutex_};
      partitions = partitions_;
    }
    for (const auto partition : partitions) (void)feed_->tick(partition, next, stop);
    next = std::max(next + std::chrono::seconds{1}, std::chrono::ceil<std::chrono::seconds>(now()));
  }
}

}  // namespace steadyline
