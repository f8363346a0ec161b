#include "training/row_times.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace steadyline {
namespace {

// What a reading of the times costs. A jump forward counts by its length, but never more than setting a row aside: silence is honest.
constexpr double jump_cost_at_most = 300;
constexpr double aside_cost = 1000;
constexpr double swap_cost = 1e-5;  ///< so that of two readings without a jump the written one wins
constexpr std::size_t width = 6;    ///< readings followed at once; two dates per row need few

enum class Choice : std::uint8_t { aside, written, swapped };

/// The last kept time under one way to read all rows so far.
struct Way {
  std::optional<std::int64_t> last;  ///< ms; empty before the first kept row
  std::int64_t grain = 0;
  double cost = 0;
  std::uint8_t parent = 0;
  Choice choice = Choice::aside;
};
struct Step {
  std::uint8_t parent;
  Choice choice;
};

class Search {
 public:
  Search(Milliseconds quiet, bool swaps) : quiet_{quiet.count()}, swaps_{swaps} { ways_.push_back({}); }

  void take(const std::optional<WrittenTime>& written) {
    next_.clear();
    for (std::size_t i = 0; i < ways_.size(); ++i) {
      Way aside = ways_[i];
      aside.parent = static_cast<std::uint8_t>(i);
      aside.choice = Choice::aside;
      if (!written || (written->exchanged && !swaps_)) {
        offer(aside);
        continue;
      }
      aside.cost += aside_cost;
      offer(aside);
      extend(i, written->at, written->grain, written->exchanged ? Choice::swapped : Choice::written);
      if (swaps_ && written->swapped) extend(i, *written->swapped, written->grain, Choice::swapped);
    }
    std::stable_sort(next_.begin(), next_.end(), [](const Way& a, const Way& b) { return a.cost < b.cost; });
    if (next_.size() > width) next_.resize(width);
    std::array<Step, width> steps{};
    for (std::size_t i = 0; i < next_.size(); ++i) steps[i] = {next_[i].parent, next_[i].choice};
    steps_.push_back(steps);
    ways_.swap(next_);
  }

  /// The choices of the cheapest way, row by row.
  std::vector<Choice> choices() const {
    std::vector<Choice> choices(steps_.size());
    std::size_t at = 0;  // ways_ is sorted
    for (std::size_t row = steps_.size(); row-- > 0;) {
      choices[row] = steps_[row][at].choice;
      at = steps_[row][at].parent;
    }
    return choices;
  }

 private:
  void extend(std::size_t from, EventTime at, Milliseconds grain, Choice choice) {
    Way way = ways_[from];
    const std::int64_t time = at.time_since_epoch().count();
    // A row may share a written minute with the one before, and no other time.
    if (way.last && time + grain.count() <= *way.last) return;
    const std::int64_t silence = way.last ? std::max<std::int64_t>(0, time - *way.last - std::max({quiet_, way.grain, grain.count()})) : 0;
    way.cost += std::min(jump_cost_at_most, static_cast<double>(silence) / 1000) + (choice == Choice::swapped ? swap_cost : 0);
    way.last = way.last ? std::max(*way.last, time) : time;
    way.grain = grain.count();
    way.parent = static_cast<std::uint8_t>(from);
    way.choice = choice;
    offer(way);
  }

  /// Of two ways that end at the same time the cheaper one stays.
  void offer(const Way& way) {
    for (Way& other : next_) {
      if (other.last != way.last) continue;
      if (way.cost < other.cost) other = way;
      return;
    }
    next_.push_back(way);
  }

  std::int64_t quiet_;
  bool swaps_;
  std::vector<Way> ways_, next_;
  std::vector<std::array<Step, width>> steps_;
};

/// One row that the search kept.
struct Kept {
  std::size_t row;
  std::int64_t at;  ///< ms, as written or swapped
  bool coarse;
};

/// First time of a run of rows [begin, end) that share a written minute.
std::int64_t run_start(const std::vector<Kept>& kept, std::size_t begin, std::size_t end, std::optional<std::int64_t> before,
                       std::int64_t step) {
  const std::int64_t minute = kept[begin].at;
  if (before && minute - *before <= step) {
    const auto rows = static_cast<std::int64_t>(kept[begin].row - kept[begin - 1].row);
    return std::max(minute, *before + rows * step);
  }
  // The recording begins, or begins again, within this minute: the rows lead up to the next one's.
  if (end < kept.size() && kept[end].at - minute <= 60'000) {
    return std::max(minute, kept[end].at - static_cast<std::int64_t>(kept[end].row - kept[begin].row) * step);
  }
  return minute;
}

}  // namespace

std::vector<RowTime> resolve_times(std::span<const std::optional<WrittenTime>> written, Milliseconds step, Milliseconds quiet, bool swaps) {
  Search search{quiet, swaps};
  for (const auto& time : written) search.take(time);
  const auto choices = search.choices();

  std::vector<RowTime> times(written.size());
  std::vector<Kept> kept;
  for (std::size_t row = 0; row < written.size(); ++row) {
    if (choices[row] == Choice::aside) continue;
    times[row].swapped = choices[row] == Choice::swapped;
    const EventTime at = times[row].swapped && !written[row]->exchanged ? *written[row]->swapped : written[row]->at;
    kept.push_back({row, at.time_since_epoch().count(), written[row]->grain.count() > 0});
  }

  std::optional<std::int64_t> before;
  for (std::size_t begin = 0, end = 0; begin < kept.size(); begin = end) {
    end = begin + 1;
    while (kept[begin].coarse && end < kept.size() && kept[end].coarse && kept[end].at == kept[begin].at) ++end;
    const std::int64_t start = kept[begin].coarse ? run_start(kept, begin, end, before, step.count()) : kept[begin].at;
    const auto rows = static_cast<std::int64_t>(kept[end - 1].row - kept[begin].row) + 1;
    // More rows than seconds are left: they stand closer.
    const std::int64_t apart = std::max<std::int64_t>(1, std::min(step.count(), (kept[begin].at + 60'000 - start) / rows));
    for (std::size_t i = begin; i < end; ++i) {
      const std::int64_t at = start + static_cast<std::int64_t>(kept[i].row - kept[begin].row) * apart;
      RowTime& time = times[kept[i].row];
      time.spread = kept[i].coarse;
      if (before && at <= *before) continue;  // the same time again
      time.at = EventTime{Milliseconds{at}};
      before = at;
    }
  }
  return times;
}

}  // namespace steadyline
