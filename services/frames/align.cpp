#include "frames/align.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace steadyline {
namespace {

constexpr std::size_t waiting_max = 16;    // per source
constexpr std::size_t agreeing_samples = 3;  // of one source
constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

Milliseconds span_of(double seconds) { return Milliseconds{std::llround(seconds * 1000)}; }
Milliseconds distance(EventTime a, EventTime b) { return a < b ? b - a : a - b; }

Milliseconds silence_of(const Line& line, const AlignmentOptions& options) {
  return options.silent_after_periods * line.period + span_of(options.allowed_lateness_s);
}
Milliseconds skew_of(const Line& line, const AlignmentOptions& options) {
  return std::max(span_of(options.max_skew_s), silence_of(line, options) + line.period);
}

}  // namespace

Aligner::Aligner(const Line& line, AlignmentOptions options)
    : line_{&line},
      period_{line.period},
      lateness_{span_of(options.allowed_lateness_s)},
      skew_{skew_of(line, options)},
      silence_{silence_of(line, options)},
      stale_after_{std::max(span_of(options.stale_after_s), 2 * line.period)},
      sources_(line.units.size() + 1),
      best_(line.tags.size()) {
  forget();
}

EventTime Aligner::frame_of(EventTime time) const {
  const auto periods = (time.time_since_epoch() + period_ - Milliseconds{1}) / period_;  // event times lie after 1970
  return EventTime{periods * period_};
}

bool Aligner::silent(const Source& source) const {
  return source.unheard_since && tick_clock_ - *source.unheard_since + period_ > silence_;
}

bool Aligner::is_late(EventTime time) const { return (jump_ && time < jump_->floor) || (next_ && frame_of(time) < *next_); }

void Aligner::take(Sample&& sample, Position at, Closed& out) {
  if (sample.historical) {
    out.fates.push_back({at, Fate::historical});
    return;
  }
  if (!origin_) origin_ = at;
  last_taken_ = at;
  ++turn_;
  Source& source = sources_[sample.source.value];
  source.unheard_since.reset();
  const EventTime time = sample.time;
  give_up(source, out, [&](const Held& held) { return held.sample.time - time > skew_; });
  if (started_ && time <= clock_ + skew_) {
    source.taken = {source.taken[1], turn_};
    accept({std::move(sample), at, turn_}, out);
    release(out);
  } else {
    wait({std::move(sample), at, turn_}, out);
  }
  advance({}, out);
}

// While the ticks are near the sample, its own time decides, so that the order of records within the lateness does not: what may still agree
// with it has come by `nearest`. A stamp that is far from the ticks has no such measure and waits until its source falls silent.
bool Aligner::waited_in_vain(EventTime sample, EventTime tick, bool source_is_silent) const {
  const EventTime nearest = sample + skew_ + lateness_;
  if (tick > nearest && tick <= nearest + skew_) return true;
  return source_is_silent && (tick > nearest || tick < sample - skew_);
}

void Aligner::tick(EventTime time, Closed& out) {
  Milliseconds step = last_tick_ ? std::max(time - *last_tick_, Milliseconds{0}) : period_;
  if (step > skew_) step = period_;
  last_tick_ = time;
  tick_clock_ += step;
  for (Source& source : sources_) {
    if (!source.unheard_since) source.unheard_since = tick_clock_;
    give_up(source, out, [&, mute = silent(source)](const Held& held) { return waited_in_vain(held.sample.time, time, mute); });
  }
  if (!started_) return;
  if (distance(time, clock_) > skew_) return flush_if_silent(out);
  clock_ = std::max(clock_, time);
  ticked_ = ticked_ ? std::max(*ticked_, time) : time;
  release(out);
  advance(time, out);
}

// Ticks of another day say nothing of the line's time, but they say that nobody speaks: then there is nothing to wait for.
void Aligner::flush_if_silent(Closed& out) {
  advance({}, out);
  for (const Source& source : sources_) {
    if (source.newest && !silent(source)) return;
  }
  if (jump_) settle(out);
  if (jump_ || open_.empty()) return;
  const EventTime last = open_.rbegin()->first;
  while (*next_ <= last) close(*next_, out);
}

void Aligner::accept(Held&& held, Closed& out) {
  const EventTime time = held.sample.time;
  Source& source = sources_[held.sample.source.value];
  // A straggler of the old run says nothing of its source's clock in the new one, and a restart may not know it.
  if (!jump_ || time >= jump_->floor) source.newest = source.newest ? std::max(*source.newest, time) : time;
  if (is_late(time)) {
    out.fates.push_back({held.at, Fate::late});
    return;
  }
  lead_ = std::max(lead_, time);
  clock_ = std::max(clock_, time);
  if (jump_) jump_->earliest = std::min(jump_->earliest, time);
  std::vector<Held>& frame = open_[frame_of(time)];
  frame.push_back(std::move(held));
  if (frame.size() > 64 + 2 * line_->tags.size()) thin(frame, out);
}

void Aligner::wait(Held&& held, Closed& out) {
  const EventTime time = held.sample.time;
  Source& source = sources_[held.sample.source.value];
  source.waiting.push_back(std::move(held));
  if (agreed(source, time)) return jump(time, out);
  if (source.waiting.size() <= waiting_max) return;
  out.fates.push_back({source.waiting.front().at, Fate::future});
  source.waiting.erase(source.waiting.begin());
}

// `source` has just been given a waiting sample of `time`.
bool Aligner::agreed(const Source& source, EventTime time) const {
  for (const Source& other : sources_) {
    if (&other == &source) continue;
    for (const Held& held : other.waiting) {
      if (distance(held.sample.time, time) <= skew_) return true;
    }
  }
  if (source.waiting.size() < agreeing_samples) return false;
  const auto [least, most] = std::minmax_element(source.waiting.end() - agreeing_samples, source.waiting.end(),
                                                 [](const Held& a, const Held& b) { return a.sample.time < b.sample.time; });
  return most->sample.time - least->sample.time <= skew_ && !contradicted(source, (source.waiting.end() - agreeing_samples)->turn);
}

bool Aligner::contradicted(const Source& source, std::uint64_t since) const {
  return std::any_of(sources_.begin(), sources_.end(), [&](const Source& other) { return &other != &source && other.taken.front() > since; });
}

// How far the line has come, by more than one clock where there are three.
EventTime Aligner::front() const {
  EventTime newest{}, second{};
  int speaking = 0;
  for (const Source& source : sources_) {
    if (!source.newest || silent(source)) continue;
    ++speaking;
    second = std::max(second, std::min(newest, *source.newest));
    newest = std::max(newest, *source.newest);
  }
  return speaking < 3 ? lead_ : second;
}

void Aligner::jump(EventTime agreed, Closed& out) {
  if (jump_) settle(out);  // a run in which no frame has closed ends here
  EventTime newest = agreed;
  for (const Source& source : sources_) {
    for (const Held& held : source.waiting) {
      if (distance(held.sample.time, agreed) <= skew_) newest = std::max(newest, held.sample.time);
    }
  }
  const EventTime floor = newest - skew_;
  jump_ = Jump{started_ ? std::optional{clock_} : std::nullopt, ticked_, floor, newest, last_taken_};
  started_ = true;
  clock_ = lead_ = newest;
  watermark_ = EventTime{};
  ticked_.reset();
  for (Source& source : sources_) {
    source.newest.reset();
    for (const Held& held : source.waiting) jump_->first = std::min(jump_->first, held.at);
  }
  release(out);
}

// Lets those in that the clock has caught up with; each of them may carry it further.
void Aligner::release(Closed& out) {
  for (bool moved = true; moved;) {
    moved = false;
    for (Source& source : sources_) {
      for (std::size_t i = 0; i < source.waiting.size();) {
        if (source.waiting[i].sample.time > clock_ + skew_) {
          ++i;
          continue;
        }
        Held held = std::move(source.waiting[i]);
        source.waiting.erase(source.waiting.begin() + static_cast<std::ptrdiff_t>(i));
        if (is_late(held.sample.time)) {
          out.fates.push_back({held.at, Fate::future});  // the line went elsewhere
        } else {
          accept(std::move(held), out);
        }
        moved = true;
      }
    }
  }
}

template <class Gone>
void Aligner::give_up(Source& source, Closed& out, Gone&& gone) {
  if (source.waiting.empty()) return;
  for (const Held& held : source.waiting) {
    if (gone(held)) out.fates.push_back({held.at, Fate::future});
  }
  std::erase_if(source.waiting, gone);
}

// Now it is known with which sample the new run starts.
void Aligner::settle(Closed& out) {
  const Jump jump = *jump_;
  jump_.reset();
  if (jump.left && jump.earliest <= *jump.left + skew_) return;  // time went on after all
  const EventTime first = frame_of(jump.earliest);
  if (next_) {
    std::optional<EventTime> last;
    for (const auto& [time, held] : open_) {
      if (time < first) last = time;
    }
    while (*next_ < first && ((last && *next_ <= *last) || (jump.ticked && *next_ + lateness_ < *jump.ticked))) close(*next_, out);
  }
  if (begun()) origin_ = begin_->first;
  begin_ = Begin{jump.first, last_taken_};
  next_ = first;
  cold_ = true;
}

void Aligner::advance(std::optional<EventTime> tick, Closed& out) {
  if (!started_) return;
  std::optional<EventTime> least;
  const EventTime ahead = front();
  for (const Source& source : sources_) {
    if (!source.newest || silent(source) || *source.newest + 2 * skew_ < ahead) continue;
    least = least ? std::min(*least, *source.newest) : *source.newest;
  }
  if (!least) least = tick;
  if (least) watermark_ = std::max(watermark_, *least);
  if (jump_ && frame_of(jump_->earliest) + lateness_ < watermark_) settle(out);
  if (jump_) return;
  while (*next_ + lateness_ < watermark_) close(*next_, out);
}

// Fills best_ and fates_. Of identical samples the first to come wins, and no other does.
void Aligner::judge(const std::vector<Held>& held) {
  best_.assign(line_->tags.size(), {nobody, nullptr});
  fates_.assign(held.size(), Fate::superseded);
  const auto beats = [&](const Sample& a, const Sample& b) { return a.time != b.time ? a.time > b.time : a.content > b.content; };
  for (std::uint32_t i = 0; i < held.size(); ++i) {
    for (const SampleValue& value : held[i].sample.values) {
      Best& best = best_[value.tag.value];
      if (best.held == nobody || beats(held[i].sample, held[best.held].sample)) best = {i, &value};
    }
  }
  for (const Best& best : best_) {
    if (best.held != nobody) fates_[best.held] = Fate::used;
  }
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (fates_[i] == Fate::used) continue;
    for (std::size_t j = 0; j < held.size(); ++j) {
      if (j != i && (j < i || fates_[j] == Fate::used) && held[j].sample.content == held[i].sample.content) fates_[i] = Fate::duplicate;
    }
  }
}

// A sample that wins no tag now never will: its fate may be decided before the frame closes.
void Aligner::thin(std::vector<Held>& held, Closed& out) {
  judge(held);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (fates_[i] != Fate::used) {
      out.fates.push_back({held[i].at, fates_[i]});
    } else if (kept++ != i) {
      held[kept - 1] = std::move(held[i]);
    }
  }
  held.erase(held.begin() + static_cast<std::ptrdiff_t>(kept), held.end());
}

void Aligner::close(EventTime time, Closed& out) {
  if (cold_) forget();
  const auto found = open_.find(time);
  static const std::vector<Held> none;
  const std::vector<Held>& held = found == open_.end() ? none : found->second;
  judge(held);
  for (std::size_t i = 0; i < held.size(); ++i) {
    out.fates.push_back({held[i].at, fates_[i]});
    const std::size_t source = held[i].sample.source.value;
    if (source < heard_.size()) heard_[source] = time;
    if (source == heard_.size()) heard_.assign(heard_.size(), time);
  }
  Frame frame{time, std::exchange(cold_, false), false, std::vector<double>(known_.size()), std::vector<Flaw>(known_.size())};
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const Tag& tag = line_->tags[i];
    Known& known = known_[i];
    if (const SampleValue* value = best_[i].value) {
      const bool bad = std::isnan(value->value) || value->opc < 64;
      known.flaw = bad ? Flaw::null : value->opc < 192 ? Flaw::uncertain : Flaw::good;
      if (!bad) known.value = value->value;
      known.frame = time;
      frame.flaws[i] = known.flaw;
    } else {
      const auto& since = tag.clock == Clock::on_change ? heard_[tag.unit.value] : known.frame;
      const Flaw unheard = tag.clock == Clock::on_change ? known.flaw : Flaw::missing;
      frame.flaws[i] = !known.frame ? Flaw::missing : since && time - *since > stale_after_ ? Flaw::stale : unheard;
    }
    frame.values[i] = known.value;
  }
  out.frames.push_back(std::move(frame));
  if (found != open_.end()) open_.erase(found);
  *next_ += period_;
}

void Aligner::forget() {
  known_.assign(line_->tags.size(), Known{std::numeric_limits<double>::quiet_NaN(), Flaw::missing, {}});
  heard_.assign(line_->units.size(), {});
}

std::optional<Position> Aligner::oldest_open() const {
  std::optional<Position> oldest;
  const auto add = [&](const std::vector<Held>& held) {
    for (const Held& one : held) oldest = oldest ? std::min(*oldest, one.at) : one.at;
  };
  for (const auto& [time, held] : open_) add(held);
  for (const Source& source : sources_) add(source.waiting);
  return oldest;
}

bool Aligner::begun() const {
  if (!begin_) return false;
  const auto oldest = oldest_open();
  return !oldest || *oldest > begin_->last;
}

std::optional<Position> Aligner::cold_start() const { return begun() ? begin_->first : origin_; }

std::optional<EventTime> Aligner::newest() const { return started_ ? std::optional{lead_} : std::nullopt; }

int closing_ticks(const Line& line, const AlignmentOptions& options) {
  return static_cast<int>((silence_of(line, options) + skew_of(line, options) + span_of(options.allowed_lateness_s)) / line.period) + 3;
}

}  // namespace steadyline
