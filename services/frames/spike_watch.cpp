#include "frames/spike_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steadyline {
namespace {

constexpr double leap_sds = 6, back_share = 0.6;
constexpr double change_per_sd = 1.128;  // mean |difference| of two readings with white noise, in its sd
constexpr double clip = 5;               // one leap does not pass for scatter
constexpr int longest = 3, warm_up = 60;

}  // namespace

bool SpikeWatch::take(double reading, double noise_sd, double share) {
  if (std::isnan(last_)) {
    last_ = reading;
    return false;
  }
  if (seen_ < warm_up) share = std::max(share, 1.0 / ++seen_);
  const double scatter = std::max(noise_sd, change_ / change_per_sd);
  const double expected = std::exchange(last_, reading) + slope_, most = clip * scatter;
  const double off = reading - expected, change = std::fabs(off);
  change_ += share * ((scatter > 0 ? std::min(change, most) : change) - change_);
  slope_ += share * (scatter > 0 ? std::clamp(off, -most, most) : off);
  if (away_ == 0) {
    if (seen_ < warm_up || !(scatter > 0 && change > leap_sds * scatter)) return false;
    base_ = expected;
    away_ = 1;
    return false;
  }
  base_ += slope_;
  const bool back = std::fabs(reading - base_) < back_share * leap_sds * scatter;
  away_ = back || away_ == longest ? 0 : away_ + 1;
  return back;
}

}  // namespace steadyline
