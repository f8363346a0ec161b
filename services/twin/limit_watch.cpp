#include "twin/limit_watch.h"

#include <algorithm>

namespace steadyline {

LimitWatch::LimitWatch(const Line& line) {
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    const Tag& tag = line.tags[i];
    if (tag.hard.bounded()) watched_.push_back({TagIndex{i}, tag.hard, std::vector<double>(tag.limits_on_mean ? mean_s : 1)});
  }
}

void LimitWatch::watch(EventTime time, const std::vector<double>& values) {
  for (Watched& w : watched_) {
    w.last[w.count++ % w.last.size()] = values[w.tag.value];
    const std::size_t filled = std::min(w.count, w.last.size());
    double sum = 0;
    for (std::size_t k = 0; k < filled; ++k) sum += w.last[k];
    const double judged = sum / static_cast<double>(filled);
    const bool outside = !w.hard.contains(judged);
    if (outside != w.outside) crossings_.push_back({w.tag, time, judged, outside});
    w.outside = outside;
  }
}

}  // namespace steadyline
