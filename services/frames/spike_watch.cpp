#include "frames/spike_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steadyline {
namespace {

constexpr double leap_sds = 7, back_share = 0.5;
constexpr double change_per_sd = 1.128;  // mean |difference| of two readings with white noise, in its sd
constexpr double clip = 5;               // one leap does not pass for scatter
constexpr int longest = 3;

}  // namespace

bool SpikeWatch::take(double reading, double noise_sd, double share) {
  if (std::isnan(last_)) {
    last_ = reading;
    return false;
  }
  const double scatter = std::max(noise_sd, change_ / change_per_sd);
  const double before = std::exchange(last_, reading);
  const double change = std::fabs(reading - before);
  change_ += share * ((scatter > 0 ? std::min(change, clip * change_per_sd * scatter) : change) - change_);
  if (away_ == 0) {
    if (!(scatter > 0 && change > leap_sds * scatter)) return false;
    base_ = before;
    away_ = 1;
    return false;
  }
  const bool back = std::fabs(reading - base_) < back_share * leap_sds * scatter;
  away_ = back || away_ == longest ? 0 : away_ + 1;
  return back;
}

}  // namespace steadyline
