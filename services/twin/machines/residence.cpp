#include "twin/machines/residence.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr double sds_followed = 12;  // the curve ends where nothing is left

}  // namespace

Passage nominal_passage(const TwinParameters& parameters) {
  const double flow_kg_s = parameters.nominal_kg_h() / 3600;
  Passage passage;
  for (const VesselParameters* vessel :
       {&parameters.blender1.vessel, &parameters.blender2.vessel, &parameters.path.chute, &parameters.path.feed_frame}) {
    passage.delay_s += vessel->delay_s;
    for (const double share : vessel->tank_share) passage.tanks_s.push_back(share * vessel->holdup_kg / flow_kg_s);
  }
  return passage;
}

Residence::Residence(const Passage& passage) : mean_s_{passage.delay_s}, sd_s_{0} {
  double variance = 0;
  std::vector<MixedScalar> tanks;
  for (const double tau_s : passage.tanks_s) {
    mean_s_ += tau_s;
    variance += tau_s * tau_s;
    tanks.emplace_back(tau_s, step_s, 0);
  }
  sd_s_ = std::sqrt(variance);
  const auto late = static_cast<std::size_t>(passage.delay_s / step_s + 0.5);
  const auto steps = static_cast<std::size_t>((mean_s_ + sds_followed * sd_s_) / step_s);
  left_.assign(late, 0.0);
  // Means over a step stand for its middle; F at its end is between two of them.
  double before = 0;
  left_.push_back(0);
  while (left_.size() < steps) {
    double flow = 1;
    for (MixedScalar& tank : tanks) flow = tank.step(flow);
    if (left_.size() > late + 1) left_.back() = (before + flow) / 2;
    left_.push_back(flow);
    before = flow;
  }
  left_.back() = 1;
}

double Residence::left_by(double t_s) const {
  if (t_s <= 0) return 0;
  const double place = t_s / step_s;
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= left_.size()) return 1;
  return left_[below] + (place - std::floor(place)) * (left_[below + 1] - left_[below]);
}

double Residence::quantile_s(double probability) const {
  const auto above = std::lower_bound(left_.begin(), left_.end(), probability);
  if (above == left_.begin()) return 0;
  if (above == left_.end()) return step_s * static_cast<double>(left_.size() - 1);
  const double high = *above, low = *(above - 1);
  return step_s * (static_cast<double>(above - left_.begin()) - (high - probability) / (high - low));
}

double Residence::largest_share(double pulse_s) const {
  const double end_s = step_s * static_cast<double>(left_.size());
  double largest = 0;
  for (double t_s = 0; t_s < end_s; t_s += 0.5) largest = std::max(largest, left_by(t_s) - left_by(t_s - pulse_s));
  return largest;
}

}  // namespace steadyline
