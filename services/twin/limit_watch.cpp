#include "twin/limit_watch.h"

#include <algorithm>
#include <cmath>

namespace steadyline {

LimitWatch::LimitWatch(const Line& line, const Board& board) {
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    const Tag& tag = line.tags[i];
    if (tag.hard.bounded()) watched_.push_back({TagIndex{i}, board.find(tag.path).value(), tag.hard, tag.limits_on_mean});
  }
  last_.resize(watched_.size() * mean_s);
}

void LimitWatch::watch(EventTime time, const Board& board) {
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    Watched& w = watched_[i];
    const double reading = board.sent(w.signal);
    if (std::isnan(reading)) continue;
    const double judged = w.on_mean ? mean_with(w, &last_[i * mean_s], reading) : reading;
    const bool outside = !w.hard.contains(judged);
    if (outside != w.outside) crossings_.push_back({w.tag, time, judged, outside});
    w.outside = outside;
  }
}

double LimitWatch::mean_with(Watched& w, double* last, double reading) const {
  const std::size_t place = w.count++ % mean_s;
  if (w.count > mean_s) w.sum -= last[place];
  last[place] = reading;
  w.sum += reading;
  const std::size_t filled = std::min(w.count, mean_s);
  if (place == mean_s - 1) {  // once a minute anew: differences of rounding do not gather
    w.sum = 0;
    for (std::size_t k = 0; k < mean_s; ++k) w.sum += last[k];
  }
  return w.sum / static_cast<double>(filled);
}

}  // namespace steadyline
