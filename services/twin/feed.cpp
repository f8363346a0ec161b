#include "twin/feed.h"

#include <algorithm>

#include "frames/encode.h"
#include "twin/disturbance.h"

namespace steadyline {

Feed::Feed(const Line& line, TwinParameters parameters, Scenario scenario, FeedOptions options)
    : line_{&line}, options_{options}, simulation_{line, std::move(parameters), scenario}, jitter_{scenario.seed, stream_of("feed", "jitter")} {}

bool Feed::next(std::vector<FeedRecord>& out) {
  out.clear();
  if (!simulation_.finished()) {
    simulation_.step(values_);
    add_samples(out);
    add_tick(simulation_.time(), out);
    return true;
  }
  if (closing_ >= options_.closing_ticks) return false;
  ++closing_;
  add_tick(simulation_.time() + std::chrono::seconds{closing_}, out);
  return true;
}

void Feed::add_samples(std::vector<FeedRecord>& out) {
  std::vector<SampleValue> sample;
  for (std::uint32_t u = 0; u < line_->units.size(); ++u) {
    sample.clear();
    for (std::uint32_t i = 0; i < line_->tags.size(); ++i)
      if (line_->tags[i].unit == UnitIndex{u}) sample.push_back({TagIndex{i}, values_[i]});
    if (sample.empty()) continue;
    FeedRecord record{line_->id, "", "", stamp(u)};
    encode_sample(record.bytes, *line_, UnitIndex{u}, record.time, seq_, sample);
    out.push_back(std::move(record));
  }
  std::stable_sort(out.begin(), out.end(), [](const FeedRecord& a, const FeedRecord& b) { return a.time < b.time; });
  ++seq_;
}

void Feed::add_tick(EventTime time, std::vector<FeedRecord>& out) const {
  FeedRecord record{line_->id, "tick", "", time};
  encode_tick(record.bytes, time);
  out.push_back(std::move(record));
}

// Never earlier than 0.9 s before the end of the second, so that each second's sample falls into its own frame.
EventTime Feed::stamp(std::size_t unit) const {
  std::int64_t early_ms = options_.own_clocks ? static_cast<std::int64_t>(unit * 53 % 400) : 0;
  const auto draw = static_cast<std::uint64_t>(seq_) * line_->units.size() + unit;
  early_ms += static_cast<std::int64_t>(options_.jitter_s * 1000 * jitter_.uniform(draw));
  return simulation_.time() - Milliseconds{std::min<std::int64_t>(early_ms, 900)};
}

}  // namespace steadyline
