#include "frames/check.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/numeric.h"
#include "frames/frozen.h"

namespace steadyline {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int spike_frames = 3;
constexpr double fades_s = 300;             // of the counts
constexpr double scatter_span_s = 20;       // over which SpikeWatch takes its means
constexpr double leap_sds = 6;              // SpikeWatch's
constexpr Milliseconds least_frozen{1000};  // no description asks for less
constexpr double apart_s = 10;              // two spikes that count

bool is_running(const Line& line, const Frame& frame) {
  return !line.running_tag || frame.values[line.running_tag->value] > line.running_above;  // false for NaN: nothing was ever heard
}

double seconds(Milliseconds span) { return static_cast<double>(span.count()) / 1000; }

/// What the instrument alone makes a reading scatter by, at least. 0: the line description does not say that it scatters at all, and peaks
/// may be the process's own.
double scatter_of(const Tag& tag, double value) {
  const double known = std::max(tag.noise.sd + tag.noise.share * std::fabs(value), tag.spike.value_or(0) / leap_sds);
  return known > 0 || tag.stuck_after_s ? std::max(known, tag.resolution) : 0;
}

}  // namespace

Checker::Checker(const Line& line)
    : line_{&line},
      period_s_{seconds(line.period)},
      kept_{numeric::exp(-period_s_ / fades_s)},
      share_{period_s_ / (scatter_span_s + period_s_)},
      watches_(line.tags.size()) {}

void Checker::check(Frame& frame) {
  if (frame.cold) watches_.assign(line_->tags.size(), Watch{});
  for (std::size_t i = 0; i < line_->tags.size(); ++i) check_level(line_->tags[i], watches_[i], frame.values[i], frame.flaws[i]);
  frame.running = is_running(*line_, frame);
  troubles_.clear();
  for (std::uint32_t i = 0; i < line_->tags.size(); ++i) {
    look_for_troubles(TagIndex{i}, watches_[i], frame.running, frame.flaws[i]);
    check_change(line_->tags[i], watches_[i], frame, frame.flaws[i]);
  }
}

void Checker::check_level(const Tag& tag, Watch& watch, double& value, Flaw& flaw) {
  const double raw = value;
  watch.read = usable(flaw);
  if (watch.read && raw != watch.last_raw) watch.moved = true;  // NaN, as at the start, differs from everything
  if (watch.read) watch.last_raw = raw;
  if (usable(flaw) && !tag.range.contains(raw)) flaw = Flaw::range;
  if (usable(flaw) && tag.spike && std::fabs(raw - watch.last_usable) > *tag.spike && ++watch.suspicious <= spike_frames)
    flaw = Flaw::spike;
  if (usable(flaw)) {
    watch.suspicious = 0;
    watch.last_usable = raw;
  }
  value = watch.last_usable;
}

// At standstill values do freeze, so the time in which a reading may not stand still begins when the line runs.
void Checker::check_change(const Tag& tag, Watch& watch, const Frame& frame, Flaw& flaw) const {
  if (watch.moved || !frame.running) watch.unchanged_since = frame.time;
  watch.moved = false;
  const Milliseconds unchanged = frame.time - watch.unchanged_since;
  if (unchanged < least_frozen || !watch.read || !usable(flaw)) return;
  const auto limit_s = frozen_after_s(tag, watch.last_raw, line_->period);
  if (limit_s && seconds(unchanged) >= *limit_s) flaw = Flaw::stuck;
}

void Checker::look_for_troubles(TagIndex tag, Watch& watch, bool running, Flaw flaw) {
  const Tag& about = line_->tag(tag);
  watch.losses.pass(period_s_, kept_);
  watch.spikes.pass(period_s_, kept_);
  const bool lost = flaw == Flaw::null || (running && flaw == Flaw::range);  // at rest a reading may tremble around the end of its range
  if (lost && !watch.lost) watch.losses.add(0);
  watch.lost = lost;
  if (!running) watch.leaps = {};
  const bool leaps = running && watch.read && about.role == Role::measured && about.clock == Clock::period && about.codes.empty();
  const double scatter = leaps ? scatter_of(about, watch.last_usable) : 0;
  if (scatter > 0 && watch.leaps.take(watch.last_raw, scatter, share_)) watch.spikes.add(apart_s);
  if (watch.losses.raised()) troubles_.push_back({Trouble::lost_values, about.unit, tag, watch.losses.count()});
  if (watch.spikes.raised()) troubles_.push_back({Trouble::spikes, about.unit, tag, watch.spikes.count()});
}

Checker::Watch::Watch() : last_usable{nan}, last_raw{nan} {}

}  // namespace steadyline
