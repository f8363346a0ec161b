#include "app/set_point_listener.h"

#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <utility>
#include <variant>

#include "broker/topic_reader.h"
#include "frames/decode.h"
#include "telemetry/log.h"

namespace steadyline {
namespace {
constexpr Milliseconds look_every{200}, patience{10'000};
}

struct SetPointListener::State {
  std::vector<Line> lines;
  std::unique_ptr<TopicReader> reader;
  std::mutex mutex;
  std::vector<SetPointOrder> orders;  // guarded by mutex
  std::jthread thread;

  void listen(const std::stop_token& stop) {
    Decoder decoder{lines};
    while (!stop.stop_requested()) {
      const auto read = reader->read_to_end([&](const Record& record) { hear(decoder, record); }, patience);
      if (!read) log::warn("{}", to_line(read.error()));
      std::this_thread::sleep_for(look_every);
    }
  }

  void hear(Decoder& decoder, const Record& record) {
    if (record.type != "command") return;
    const auto message = decoder.decode(record);
    if (!message) return;  // the monitor rejects it aloud
    const auto* const command = std::get_if<Command>(&*message);
    if (!command || command->kind != "set-point") return;
    const std::lock_guard lock{mutex};
    orders.push_back({command->tag, command->value, command->request, command->user});
  }
};

Result<std::unique_ptr<SetPointListener>> SetPointListener::open(const BrokerOptions& broker, const Line& line) {
  auto reader = TopicReader::open(broker, broker.input);
  if (!reader) return tl::unexpected(reader.error());
  if (auto skipped = (*reader)->skip_to_end(patience); !skipped) return tl::unexpected(skipped.error());
  auto state = std::make_unique<State>();
  state->lines = {line};
  state->reader = std::move(*reader);
  return std::unique_ptr<SetPointListener>{new SetPointListener{std::move(state)}};
}

SetPointListener::SetPointListener(std::unique_ptr<State> state) : state_{std::move(state)} {
  state_->thread = std::jthread{[own = state_.get()](const std::stop_token& stop) { own->listen(stop); }};
}

SetPointListener::~SetPointListener() = default;

void obey(Feed& feed, const std::vector<SetPointOrder>& orders) {
  for (const SetPointOrder& order : orders) {
    const auto moved = feed.move_set_point(order.tag, order.value);
    if (moved)
      log::info("set-point {} to {:g} by {}", order.tag, order.value, order.user);
    else
      log::warn("set-point {} by {} is refused: {}", order.tag, order.user, to_line(moved.error()));
  }
}

std::vector<SetPointOrder> SetPointListener::take() {
  const std::lock_guard lock{state_->mutex};
  return std::exchange(state_->orders, {});
}

}  // namespace steadyline
