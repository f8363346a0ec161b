#include "training/row_frames.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

Frame blank(const Frame& last, EventTime at) {
  return Frame{at, false, last.running, last.values, std::vector<Flaw>(last.flaws.size(), Flaw::missing)};
}

}  // namespace

EventTime frame_time(EventTime time, Milliseconds period) {
  const auto since = time.time_since_epoch().count();
  const auto step = period.count();
  const auto quotient = since / step - (since % step < 0 ? 1 : 0);
  return EventTime{Milliseconds{(quotient * step == since ? quotient : quotient + 1) * step}};
}

RowFrames::RowFrames(const Line& line, double gap_s, Flaw without)
    : line_{&line}, gap_{static_cast<std::int64_t>(gap_s * 1000)}, without_{without} {}

void RowFrames::take(const DataRow& row, const Next& next) {
  const EventTime at = frame_time(row.time, line_->period);
  const bool cold = !begun_ || at - last_.time > std::max(gap_, line_->period);
  for (EventTime t = cold ? at : last_.time + line_->period; t < at; t += line_->period) last_ = next(blank(last_, t));
  last_ = next(filled(row, at, cold));
  begun_ = true;
}

Frame RowFrames::filled(const DataRow& row, EventTime at, bool cold) const {
  Frame frame{at, cold, false, row.values, std::vector<Flaw>(row.values.size(), Flaw::good)};
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    if (!std::isnan(row.values[i])) continue;
    frame.flaws[i] = without_;
    if (without_ == Flaw::null || cold) continue;
    frame.values[i] = last_.values[i];
    if (line_->tags[i].clock == Clock::on_change && usable(last_.flaws[i])) frame.flaws[i] = Flaw::good;
  }
  return frame;
}

}  // namespace steadyline
