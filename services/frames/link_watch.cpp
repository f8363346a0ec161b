#include "frames/link_watch.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double off_s = 1.5, right_s = 1, apart_s = 20, fades_s = 900;
constexpr std::size_t offsets_needed = 20, units_needed = 3;
constexpr int counted_needed = 10, lost_most = 3600, unheard_ticks = 60, overtaken_ticks = 10;
constexpr int backfill_least = 5, backfill_calm_ticks = 60;
constexpr std::array kinds{Trouble::clock, Trouble::duplicates, Trouble::disorder, Trouble::lost_records, Trouble::backfill};

double middle_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

LinkWatch::LinkWatch(const Line& line)
    : line_{&line},
      period_s_{static_cast<double>(line.period.count()) / 1000},
      kept_{numeric::exp(-period_s_ / fades_s)},
      sources_(line.units.size() + 1) {}

void LinkWatch::begin_anew() {
  sources_.assign(sources_.size(), Source{});
  troubles_.clear();
}

void LinkWatch::take(const Sample& sample) {
  Source& source = sources_[sample.source.value];
  if (sample.historical) {
    ++source.backfilled;
    source.calm = 0;
    source.seq.reset();  // the count goes on behind the backfill
    return;
  }
  source.unheard = 0;
  if (std::find(source.contents.begin(), source.contents.end(), sample.content) != source.contents.end())
    return source.duplicates.add(apart_s);
  source.contents[source.place++ % recent_samples] = sample.content;
  if (source.newest && sample.time < *source.newest) {
    source.hole.reset();
    return source.disorder.add(apart_s);
  }
  source.newest = sample.time;
  source.arrived = sample.time;
  count_seq(source, sample.seq);
}

void LinkWatch::count_seq(Source& source, std::int64_t seq) {
  const std::int64_t leap = source.seq ? seq - *source.seq : 0;
  source.seq = seq;
  if (leap > 1 && leap <= lost_most && source.counted >= counted_needed) source.hole = 0;
  source.counted = leap == 1 ? source.counted + 1 : leap > 1 && source.counted >= counted_needed ? counted_needed : 0;
}

void LinkWatch::count_holes(Source& source) {
  if (!source.hole || ++*source.hole <= overtaken_ticks) return;
  source.hole.reset();
  source.losses.add(apart_s);
}

void LinkWatch::tick(EventTime time) {
  std::size_t speaking = 0;
  for (Source& source : sources_) {
    for (LeakyCount* const count : {&source.duplicates, &source.disorder, &source.losses}) count->pass(period_s_, kept_);
    if (source.backfilled > 0 && ++source.calm > backfill_calm_ticks) source.backfilled = 0;
    if (source.newest && source.unheard < unheard_ticks) ++speaking;
    count_holes(source);
    note_offset(source, time);
  }
  judge_clocks();
  troubles_.clear();
  for (const Trouble kind : kinds) gather(kind, speaking);
}

void LinkWatch::note_offset(Source& source, EventTime tick) const {
  if (!source.arrived) {
    if (++source.unheard >= unheard_ticks) source.offsets = 0;
    return;
  }
  constexpr Milliseconds::rep most = 1'000'000'000;
  const auto ahead = std::clamp((*source.arrived - tick).count(), -most, most);
  source.arrived.reset();
  source.offsets_ms[source.offsets++ % clock_ticks] = static_cast<std::int32_t>(ahead);
  if (source.offsets < offsets_needed) return;
  auto sorted = source.offsets_ms;
  const std::size_t count = std::min(source.offsets, clock_ticks);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count / 2),
                   sorted.begin() + static_cast<std::ptrdiff_t>(count));
  source.offset_s = static_cast<double>(sorted[count / 2]) / 1000;
}

void LinkWatch::judge_clocks() {
  medians_.clear();
  const auto tells = [&](std::size_t i) { return i < line_->units.size() && sources_[i].offsets >= offsets_needed; };
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (tells(i)) medians_.push_back(sources_[i].offset_s);
  const bool verdict = medians_.size() >= units_needed;
  const double middle = verdict ? middle_of(medians_) : 0, slack = std::max(1.0, period_s_);
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    Source& source = sources_[i];
    source.ahead_s = source.offset_s - middle;
    source.off = verdict && tells(i) && std::fabs(source.ahead_s) > (source.off ? right_s : off_s) * slack;
  }
}

std::optional<double> LinkWatch::measure(const Source& source, Trouble kind) {
  const auto of = [](const LeakyCount& count) { return count.raised() ? std::optional{count.count()} : std::nullopt; };
  switch (kind) {
    case Trouble::clock:
      return source.off ? std::optional{source.ahead_s} : std::nullopt;
    case Trouble::duplicates:
      return of(source.duplicates);
    case Trouble::disorder:
      return of(source.disorder);
    case Trouble::lost_records:
      return of(source.losses);
    default:
      return source.backfilled >= backfill_least ? std::optional{static_cast<double>(source.backfilled)} : std::nullopt;
  }
}

void LinkWatch::gather(Trouble kind, std::size_t speaking) {
  const std::size_t before = troubles_.size();
  double most = 0;
  for (std::uint32_t i = 0; i < sources_.size(); ++i) {
    const auto told = measure(sources_[i], kind);
    if (!told) continue;
    most = std::max(most, *told);
    troubles_.push_back({kind, i < line_->units.size() ? std::optional{UnitIndex{i}} : std::nullopt, std::nullopt, *told});
  }
  const std::size_t told = troubles_.size() - before;
  if (kind == Trouble::clock || told < units_needed || 2 * told <= speaking) return;
  troubles_.resize(before);
  troubles_.push_back({kind, std::nullopt, std::nullopt, most});
}

}  // namespace steadyline
