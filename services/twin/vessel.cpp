#include "twin/vessel.h"

#include <algorithm>

namespace steadyline {
namespace {
constexpr int sub_steps = 10;
}

double total(const Powder& powder) {
  double sum = 0;
  for (const double grams : powder) sum += grams;
  return sum;
}

Powder portion(const Powder& like, double grams) {
  const double all = total(like);
  if (all <= 0) return Powder{};
  const double share = grams / all;
  Powder part;
  for (std::size_t i = 0; i < part.size(); ++i) part[i] = like[i] * share;
  return part;
}

Powder& operator+=(Powder& left, const Powder& right) {
  for (std::size_t i = 0; i < left.size(); ++i) left[i] += right[i];
  return left;
}

Powder& operator-=(Powder& left, const Powder& right) {
  for (std::size_t i = 0; i < left.size(); ++i) left[i] -= right[i];
  return left;
}

PlugFlow::PlugFlow(double mass_g, const Powder& composition) : mass_g_{mass_g}, held_g_{mass_g} {
  if (mass_g > 0) queue_.push_back(portion(composition, mass_g));
}

Powder PlugFlow::step(const Powder& in) {
  const double entering = total(in);
  if (entering <= 0) return Powder{};
  queue_.push_back(in);
  held_g_ += entering;
  Powder out{};
  while (held_g_ > mass_g_ && !queue_.empty()) {
    Powder& oldest = queue_.front();
    const double oldest_g = total(oldest), excess = held_g_ - mass_g_;
    if (oldest_g <= excess) {
      out += oldest;
      held_g_ -= oldest_g;
      queue_.pop_front();
    } else {
      const Powder part = portion(oldest, excess);
      out += part;
      oldest -= part;
      held_g_ = mass_g_;
    }
  }
  return out;
}

Powder PlugFlow::contents() const {
  Powder all{};
  for (const Powder& part : queue_) all += part;
  return all;
}

Vessel::Vessel(const VesselParameters& vessel, double holdup_g, const Powder& composition, double nominal_g_s)
    : share_{vessel.tank_share}, plug_{vessel.delay_s * nominal_g_s, composition} {
  for (const double share : share_) tanks_.push_back(portion(composition, share * holdup_g));
}

Powder Vessel::step(const Powder& in, double out_g) {
  const Powder mixed_in = plug_.step(in);
  const double in_g = total(mixed_in) / sub_steps, leave_g = out_g / sub_steps;
  const Powder entering = portion(mixed_in, in_g);
  Powder out{};
  for (int sub = 0; sub < sub_steps; ++sub) {
    Powder flow = entering;
    double passed = 0;
    for (std::size_t j = 0; j < tanks_.size(); ++j) {
      passed += share_[j];
      const bool last = j + 1 == tanks_.size();
      const double wanted = last ? leave_g : in_g + (leave_g - in_g) * passed;
      const Powder leaving = portion(tanks_[j], std::min(wanted, total(tanks_[j])));
      tanks_[j] += flow;
      tanks_[j] -= leaving;
      flow = leaving;
    }
    out += flow;
  }
  return out;
}

double Vessel::holdup_g() const {
  double sum = 0;
  for (const Powder& tank : tanks_) sum += total(tank);
  return sum;
}

Powder Vessel::contents() const {
  Powder all = plug_.contents();
  for (const Powder& tank : tanks_) all += tank;
  return all;
}

}  // namespace steadyline
