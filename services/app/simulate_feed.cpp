#include "app/simulate_feed.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include "app/duration_text.h"
#include "app/pace.h"
#include "app/set_point_listener.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "broker/kafka_feed.h"
#include "broker/topics.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

Result<void> pump(Feed& feed, KafkaFeed& out, SetPointListener& listener, double speed, double duration_s, const std::stop_token& stop) {
  Terminal terminal;
  Pace pace{speed};
  const auto began = std::chrono::steady_clock::now();
  std::vector<FeedRecord> records;
  for (std::int64_t second = 0; feed.next(records); ++second) {
    if (!pace.wait(static_cast<double>(second), stop)) break;
    obey(feed, listener.take());
    for (const FeedRecord& record : records)
      if (auto done = out.produce(record.key, record.type, record.bytes, stop); !done) return done;
    if (second % 60 != 0) continue;
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const double left = second > 0 ? wall / static_cast<double>(second) * (duration_s - static_cast<double>(second)) : 0;
    terminal.draw({fmt::format("simulated {} of {}, {} left", to_duration_text(static_cast<double>(second)), to_duration_text(duration_s), to_duration_text(left))});
  }
  return out.flush(Milliseconds{30'000});
}

}  // namespace

int simulate_to_broker(const SimulatePlan& plan, const FeedTarget& target, const std::stop_token& stop) {
  BrokerOptions broker;
  broker.bootstrap_servers = target.brokers;
  broker.input = target.topic;
  if (target.speed == 0)
    if (auto real = refuse_embedded(broker, Milliseconds{15'000}); !real) return report(real.error());
  auto out = KafkaFeed::open(broker);
  if (!out) return report(out.error());
  auto listener = SetPointListener::open(broker, plan.line);
  if (!listener) return report(listener.error());
  Feed feed{plan.line, plan.parameters, plan.scenario};
  if (auto done = pump(feed, **out, **listener, target.speed, plan.scenario.duration_s, stop); !done) return report(done.error());
  std::printf("{\"sent\":%llu,\"delivered\":%llu,\"failed\":%llu}\n", static_cast<unsigned long long>((*out)->sent()),
              static_cast<unsigned long long>((*out)->delivered()), static_cast<unsigned long long>((*out)->failed()));
  return (*out)->failed() == 0 ? exit_done : exit_trouble;
}

}  // namespace steadyline
