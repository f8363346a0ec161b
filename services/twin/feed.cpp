#include "twin/feed.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "twin/signals/noise.h"

namespace steadyline {

Feed::Feed(const Line& line, TwinParameters parameters, Scenario scenario, FeedOptions options)
    : line_{&line},
      options_{options},
      comms_{line, scenario},
      simulation_{line, std::move(parameters), scenario},
      jitter_{scenario.seed, stream_of("feed", "jitter")},
      tags_(line.units.size()),
      held_(line.units.size()),
      late_(line.units.size()) {
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) tags_[line.tags[i].unit.value].push_back(TagIndex{i});
}

bool Feed::next(std::vector<FeedRecord>& out) {
  out.clear();
  if (!simulation_.finished()) {
    simulation_.step(values_);
    if (simulation_.logged())
      add_samples(out);
    else
      ++seq_;  // what was not logged is missing in the count
    add_tick(simulation_.time(), out);
    return true;
  }
  if (closing_ >= options_.closing_ticks) return false;
  if (closing_++ == 0)
    for (auto& late : late_) std::move(late.begin(), late.end(), std::back_inserter(out));
  add_tick(simulation_.time() + std::chrono::seconds{closing_}, out);
  return true;
}

void Feed::add_samples(std::vector<FeedRecord>& out) {
  for (std::uint32_t u = 0; u < line_->units.size(); ++u)
    if (!tags_[u].empty()) add_sample(u, out);
  std::stable_sort(out.begin(), out.end(), [](const FeedRecord& a, const FeedRecord& b) { return a.time < b.time; });
  ++seq_;
}

void Feed::add_sample(std::uint32_t unit, std::vector<FeedRecord>& out) {
  sample_.clear();
  for (const TagIndex tag : tags_[unit]) sample_.push_back({tag, values_[tag.value]});
  const CommsEffects network = comms_.quiet() ? CommsEffects{} : comms_.at(UnitIndex{unit}, static_cast<double>(seq_ + 1));
  const EventTime due = stamp(unit), own = due + network.skew;
  if (network.held) {
    held_[unit].push_back({own, seq_, sample_});
    return;
  }
  // What waited for the link comes first, in its order, all at once.
  for (const Waiting& waiting : std::exchange(held_[unit], {})) {
    out.push_back(record(unit, waiting.stamp, waiting.seq, waiting.values, true));
    out.back().time = due;
  }
  FeedRecord now = record(unit, own, seq_, sample_, false);
  now.time = due;
  auto delayed = std::exchange(late_[unit], {});
  if (network.duplicate) out.push_back(now);
  (network.late ? late_[unit] : out).push_back(std::move(now));
  for (FeedRecord& before : delayed) {
    before.time = due;
    out.push_back(std::move(before));
  }
}

FeedRecord Feed::record(std::uint32_t unit, EventTime stamp, std::int64_t seq, const std::vector<SampleValue>& values,
                        bool historical) const {
  FeedRecord made{line_->id, "", "", stamp};
  encode_sample(made.bytes, *line_, UnitIndex{unit}, stamp, seq, values, historical);
  return made;
}

void Feed::add_tick(EventTime time, std::vector<FeedRecord>& out) const {
  FeedRecord tick{line_->id, "tick", "", time};
  encode_tick(tick.bytes, time);
  out.push_back(std::move(tick));
}

// Never earlier than 0.9 s before the end of the second, so that each second's sample falls into its own frame.
EventTime Feed::stamp(std::size_t unit) const {
  std::int64_t early_ms = options_.own_clocks ? static_cast<std::int64_t>(unit * 53 % 400) : 0;
  const auto draw = static_cast<std::uint64_t>(seq_) * line_->units.size() + unit;
  early_ms += static_cast<std::int64_t>(options_.jitter_s * 1000 * jitter_.uniform(draw));
  return simulation_.time() - Milliseconds{std::min<std::int64_t>(early_ms, 900)};
}

}  // namespace steadyline
