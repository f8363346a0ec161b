#include "monitor/means.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steadyline {
namespace {

constexpr Milliseconds mean_over{60'000};
constexpr double none = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Means::Means(const Line& line)
    : window_{static_cast<std::size_t>(std::max<Milliseconds::rep>(1, mean_over / line.period))},
      ring_(window_ * line.tags.size(), none),
      measures_(line.tags.size(), none) {
  for (const Tag& tag : line.tags) {
    on_mean_.push_back(tag.limits_on_mean && (tag.control.bounded() || tag.hard.bounded()));
    mode_.push_back(line.unit(tag.unit).mode_tag);
  }
}

void Means::clear() {
  held_ = next_ = 0;
  std::fill(measures_.begin(), measures_.end(), none);
}

void Means::take(const Frame& frame) {
  const std::size_t place = next_;
  next_ = (next_ + 1) % window_;
  held_ = std::min(held_ + 1, window_);
  for (std::size_t tag = 0; tag < measures_.size(); ++tag) {
    const double value = usable(frame.flaws[tag]) ? frame.values[tag] : none;
    if (!on_mean_[tag]) {
      measures_[tag] = value;
      continue;
    }
    constexpr double gravimetric = 1;  // beyond: volumetric, refill
    const bool held = mode_[tag] && usable(frame.flaws[mode_[tag]->value]) && frame.values[mode_[tag]->value] > gravimetric;
    ring_[tag * window_ + place] = held ? none : value;
    measures_[tag] = mean_of(tag);
  }
}

double Means::mean_of(std::size_t tag) const {
  const double* const ring = ring_.data() + tag * window_;
  double sum = 0;
  std::size_t count = 0;
  const auto add = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      if (std::isnan(ring[i])) continue;
      sum += ring[i];
      ++count;
    }
  };
  if (held_ == window_) add(next_, window_);  // the oldest stand here
  add(0, held_ == window_ ? next_ : held_);
  return 2 * count >= held_ && count > 0 ? sum / static_cast<double>(count) : none;
}

}  // namespace steadyline
