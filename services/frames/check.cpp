#include "frames/check.h"

#include <cmath>
#include <limits>

namespace steadyline {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int spike_frames = 3;

bool is_running(const Line& line, const Frame& frame) {
  return !line.running_tag || frame.values[line.running_tag->value] > line.running_above;  // false for NaN: nothing was ever heard
}

double seconds(Milliseconds span) { return static_cast<double>(span.count()) / 1000; }

}  // namespace

Checker::Checker(const Line& line) : line_{&line}, watches_(line.tags.size()) {}

void Checker::check(Frame& frame) {
  if (frame.cold) watches_.assign(line_->tags.size(), Watch{});
  for (std::size_t i = 0; i < line_->tags.size(); ++i) check_level(line_->tags[i], watches_[i], frame.values[i], frame.flaws[i]);
  frame.running = is_running(*line_, frame);
  for (std::size_t i = 0; i < line_->tags.size(); ++i) check_change(line_->tags[i], watches_[i], frame, frame.flaws[i]);
}

void Checker::check_level(const Tag& tag, Watch& watch, double& value, Flaw& flaw) {
  const double raw = value;
  watch.read = usable(flaw);
  if (watch.read && raw != watch.last_raw) watch.moved = true;  // NaN, as at the start, differs from everything
  if (watch.read) watch.last_raw = raw;
  if (usable(flaw) && !tag.range.contains(raw)) flaw = Flaw::range;
  if (usable(flaw) && tag.spike && std::fabs(raw - watch.last_usable) > *tag.spike && ++watch.suspicious <= spike_frames) flaw = Flaw::spike;
  if (usable(flaw)) {
    watch.suspicious = 0;
    watch.last_usable = raw;
  }
  value = watch.last_usable;
}

// At standstill values do freeze, so the time in which a reading may not stand still begins when the line runs.
void Checker::check_change(const Tag& tag, Watch& watch, const Frame& frame, Flaw& flaw) {
  if (watch.moved || !frame.running) watch.unchanged_since = frame.time;
  watch.moved = false;
  if (!tag.stuck_after_s || tag.clock == Clock::on_change || !watch.read || !usable(flaw)) return;
  if (seconds(frame.time - watch.unchanged_since) >= *tag.stuck_after_s) flaw = Flaw::stuck;
}

Checker::Watch::Watch() : last_usable{nan}, last_raw{nan} {}

}  // namespace steadyline
