#include "app/replay_plan.h"

#include <algorithm>
#include <cmath>
#include <queue>

#include "core/philox.h"
#include "frames/encode.h"

namespace steadyline {
namespace {

Milliseconds ms(double seconds) { return Milliseconds{static_cast<std::int64_t>(seconds * 1000)}; }

/// One record on its way: `order` keeps equal arrival times in the order of their making.
struct Arrival {
  EventTime at;
  std::uint64_t order;
  bool tick;
  std::string bytes;
  friend bool operator>(const Arrival& a, const Arrival& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
};

/// Makes arrivals row by row and releases them once no later row can arrive before them.
class Road {
 public:
  Road(const Line& line, const Disturbance& disturbance) : line_{line}, disturbance_{disturbance} {}

  void add_row(const DataRow& row) {
    ++counts.rows;
    for (std::uint32_t unit = 0; unit < line_.units.size(); ++unit) add_sample(row, unit);
  }
  void add_tick(EventTime at) {
    std::string bytes;
    encode_tick(bytes, at);
    ++counts.ticks;
    arrivals_.push({at, next_order_++, true, std::move(bytes)});
  }
  /// Sends what has arrived before `until`; false when the receiver wants no more.
  template <class Send>
  bool release(EventTime until, const Send& send) {
    while (!arrivals_.empty() && arrivals_.top().at < until) {
      if (!send(line_.id, arrivals_.top().tick ? "tick" : "", arrivals_.top().bytes)) return false;
      arrivals_.pop();
    }
    return true;
  }

  SentCounts counts;

 private:
  void add_sample(const DataRow& row, std::uint32_t unit) {
    values_.clear();
    for (std::uint32_t i = 0; i < line_.tags.size(); ++i)
      if (line_.tags[i].unit.value == unit)
        values_.push_back({TagIndex{i}, row.values[i], std::uint8_t(std::isnan(row.values[i]) ? 0 : 192)});
    if (values_.empty()) return;
    const RandomStream random{disturbance_.seed, unit};
    const std::uint64_t at = 4 * row.number;
    const double skew = disturbance_.skew_s * (2 * RandomStream{disturbance_.seed, 1'000 + unit}.uniform(0) - 1);
    std::string bytes;
    encode_sample(bytes, line_, UnitIndex{unit}, row.time + ms(skew), static_cast<std::int64_t>(row.number), values_);
    if (random.uniform(at) < disturbance_.loss) {
      ++counts.lost;
      return;
    }
    if (random.uniform(at + 1) < disturbance_.duplicates) {
      ++counts.duplicates;
      arrivals_.push({row.time + ms(disturbance_.jitter_s * random.uniform(at + 2)), next_order_++, false, bytes});
    }
    ++counts.samples;
    arrivals_.push({row.time + ms(disturbance_.jitter_s * random.uniform(at + 3)), next_order_++, false, std::move(bytes)});
  }

  const Line& line_;
  const Disturbance& disturbance_;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
  std::vector<SampleValue> values_;
  std::uint64_t next_order_ = 0;
};

EventTime next_period(const Line& line, EventTime t) {
  const auto since = t.time_since_epoch();
  return EventTime{(since / line.period + 1) * line.period};
}

}  // namespace

SentCounts send_recording(const Line& line, std::span<const DataRow> rows, const Disturbance& disturbance, double gap_s, int closing_ticks,
                          const std::function<bool(std::string_view, std::string_view, std::string_view)>& send) {
  Road road{line, disturbance};
  EventTime tick{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool begins = i == 0 || rows[i].time - rows[i - 1].time > ms(gap_s);
    if (begins && i > 0 && !road.release(EventTime::max(), send)) return road.counts;
    if (begins) tick = next_period(line, rows[i].time);
    for (; tick <= rows[i].time; tick += line.period) road.add_tick(tick);
    road.add_row(rows[i]);
    if (!road.release(rows[i].time, send)) return road.counts;
  }
  for (int i = 0; i < closing_ticks && !rows.empty(); ++i, tick += line.period) road.add_tick(tick);
  road.release(EventTime::max(), send);
  return road.counts;
}

}  // namespace steadyline
