#pragma once

#include <chrono>
#include <cmath>

#include "campaigns/msom_second.h"
#include "core/philox.h"

namespace steadyline {

/// A line in steady production as the MSOM files describe it, without any physics: every number scatters around its mean.
class MadeUpLine {
 public:
  explicit MadeUpLine(EventTime start) : time_{start} {}

  MsomSecond next() {
    MsomSecond s;
    s.time = time_;
    for (std::size_t f = 0; f < msom_feeders; ++f) feed(s.feeders[f], f);
    for (auto& blender : s.blenders) blender = {around(52, 0.3), around(100.1, 1), 0};
    s.press = {around(6.436, 0.01), around(4.73, 0.01),  around(1.478, 0.01), around(35.5, 0.5), around(0.81, 0.05), around(12.1, 0.1),
               around(17.2, 0.1),   around(9.066, 0.03), around(60, 1),       around(75, 0.1),   around(90, 0.1),    around(0.195, 0.005)};
    s.tablet = {around(399.95, 0.5), around(4.614, 0.002), around(14.17, 0.2), around(10, 0.05)};
    time_ += std::chrono::seconds{1};
    ++second_;
    return s;
  }

 private:
  double around(double mean, double sd) { return mean + sd * random_.normal(draws_++); }

  void feed(MsomFeeder& feeder, std::size_t f) {
    constexpr std::array<double, msom_feeders> factor{1.31, 1.80, 1.05, 1.33, 1.12, 0.82};
    const double flow = 52.15 * msom_share[f];
    const std::uint64_t phase = (second_ + 29 * f) % 185;  // of the refill
    feeder.feed_factor = around(factor[f], 0.01);
    feeder.flow_kg_h = around(flow, 0.01 * flow);
    feeder.screw_rpm = around(flow / 0.06 / factor[f], 0.3);
    feeder.share_pct = 100 * feeder.flow_kg_h / 52.15;
    feeder.container_kg = 2000 - dosed_[f];
    feeder.refill = phase < 26;
    feeder.volumetric = phase < 38;
    feeder.net_kg = 0.3 + 0.5 * static_cast<double>(phase < 26 ? phase : (185 - phase) * 26 / 159) / 26 + around(0, 1e-4);
    dosed_[f] += feeder.flow_kg_h / 3600;
    feeder.dosed_kg = dosed_[f];
    feeder.lot = 1;
  }

  EventTime time_;
  RandomStream random_{2018, 1};
  std::uint64_t draws_ = 0, second_ = 0;
  std::array<double, msom_feeders> dosed_{};
};

}  // namespace steadyline
