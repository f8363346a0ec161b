#include "twin/faults.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {
constexpr double surge_gain = 0.3, surge_s = 20;
}

double Fault::grown(double t_s) const {
  const double since_s = t_s - spec_.on_s;
  if (since_s <= 0) return 0;
  switch (spec_.onset) {
    case Onset::step: return 1;
    case Onset::ramp: return std::min(1.0, since_s / spec_.ramp_s);
    case Onset::exponential: return 1 - numeric::exp(-since_s / spec_.ramp_s);
  }
  return 1;
}

void Fault::disturb(double t_s, FeederDisturbance& feeder) const {
  if (spec_.id == "F06" && active(t_s)) feeder.stopped = true;
  if (spec_.id != "F01") return;
  if (active(t_s)) feeder.feed_factor *= 1 - spec_.severity * grown(t_s);
  else if (spec_.surge && t_s > end_s() && t_s <= end_s() + surge_s) feeder.feed_factor *= 1 + surge_gain * spec_.severity;
}

}  // namespace steadyline
