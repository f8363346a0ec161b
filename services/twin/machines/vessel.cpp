#include "twin/machines/vessel.h"

#include <algorithm>

namespace steadyline {
namespace {

constexpr double finest_share = 0.01;   // of a plug: smaller portions are joined
constexpr std::size_t ring_size = 256;  // at most 2 / finest_share slices, one for the rest of a slice, one entering

// API with mean age a and variance v leaves an ideally mixed tank of mean residence time tau with a + tau and v + tau^2.
void mix_for(Powder& flow, double tau_s, double krev_s) {
  const double api = flow[part_api];
  if (api > 0) {
    const double mean = flow[part_age] / api, variance = flow[part_age_squared] / api - mean * mean;
    const double later = mean + tau_s;
    flow[part_age] = later * api;
    flow[part_age_squared] = (variance + tau_s * tau_s + later * later) * api;
  }
  flow[part_shear] += krev_s * tau_s * total(flow);
}

}  // namespace

void grow_older(Powder& powder, double seconds) {
  powder[part_age_squared] += (2 * powder[part_age] + powder[part_api] * seconds) * seconds;
  powder[part_age] += powder[part_api] * seconds;
}

PlugFlow::PlugFlow(double mass_g, const Powder& steady_flow) : mass_g_{mass_g}, ring_(mass_g > 0 ? ring_size : 0) {
  const double flow_g = total(steady_flow);
  if (mass_g <= 0 || flow_g <= 0) return;
  const double slice_g = std::max(flow_g, finest_share * mass_g);
  for (double grams = mass_g; grams > 1e-9 * mass_g; grams -= slice_g) {
    const double taken = std::min(grams, slice_g);
    const auto ago = static_cast<std::int64_t>(grams / flow_g + 0.5) - 1;  // the youngest entered in the last second
    ring_[count_++] = {portion(steady_flow, taken), taken, -std::max<std::int64_t>(ago, 0)};
  }
  held_g_ = mass_g;
}

void PlugFlow::append(const Powder& in, double grams) {
  held_g_ += grams;
  if (count_ > 0) {
    Slice& last = ring_[(first_ + count_ - 1) % ring_size];
    if (last.grams < finest_share * mass_g_) {
      grow_older(last.powder, static_cast<double>(second_ - last.entered));
      last.powder += in;
      last.grams += grams;
      last.entered = second_;
      return;
    }
  }
  ring_[(first_ + count_++) % ring_size] = {in, grams, second_};
}

Powder PlugFlow::take(double grams) {
  Powder out{};
  while (grams > 0 && count_ > 0) {
    Slice& oldest = ring_[first_];
    const bool whole = oldest.grams <= grams;
    Powder part = whole ? oldest.powder : portion(oldest.powder, grams);
    const double taken = whole ? oldest.grams : grams;
    if (whole) {
      first_ = (first_ + 1) % ring_size;
      --count_;
    } else {
      oldest.powder -= part;
      oldest.grams -= taken;
    }
    held_g_ -= taken;
    grams -= taken;
    grow_older(part, static_cast<double>(second_ - oldest.entered));
    out += part;
  }
  return out;
}

Powder PlugFlow::step(const Powder& in) {
  if (mass_g_ <= 0) return in;
  ++second_;
  const double grams = total(in);
  if (grams <= 0) return Powder{};
  append(in, grams);
  return take(held_g_ - mass_g_);
}

Powder PlugFlow::contents() const {
  Powder all{};
  for (std::size_t i = 0; i < count_; ++i) {
    const Slice& slice = ring_[(first_ + i) % ring_size];
    Powder part = slice.powder;
    grow_older(part, static_cast<double>(second_ - slice.entered));
    all += part;
  }
  return all;
}

Vessel::Vessel(const VesselParameters& vessel, double holdup_g, double plug_g, const Powder& steady_flow, double krev_s)
    : share_{vessel.tank_share}, plug_{plug_g, steady_flow} {
  const double flow_g = total(steady_flow);
  Powder passing = steady_flow;
  if (flow_g > 0) grow_older(passing, plug_g / flow_g);
  for (const double share : share_) {
    if (flow_g > 0) mix_for(passing, share * holdup_g / flow_g, krev_s);
    tanks_.push_back(portion(passing, share * holdup_g));
  }
  steady_outflow_ = passing;
}

void Vessel::live_a_second(double krev_s) {
  for (Powder& tank : tanks_) {
    tank[part_shear] += krev_s * total(tank);
    grow_older(tank, 1);
  }
}

// In a tank that holds x at first and y at last, with inflow u, the outflow has the mean composition: r = g (x + y), g = grams out / (grams
// at first + grams at last); with y = x + u - r follows y = (x (1 - g) + u) / (1 + g). Nothing turns negative while g <= 1.
Powder Vessel::step(const Powder& in, double out_g, double krev_s) {
  Powder flow = plug_.step(in);
  live_a_second(krev_s);
  const double in_g = total(flow), held_g = holdup_g();
  const double leave_g = std::clamp(out_g, 0.0, held_g + in_g);
  const double after_g = held_g + in_g - leave_g;

  double flow_g = in_g, held_so_far = 0, share_so_far = 0;
  for (std::size_t j = 0; j < tanks_.size(); ++j) {
    Powder& tank = tanks_[j];
    const double tank_g = total(tank);
    held_so_far += tank_g;
    share_so_far += share_[j];
    const double wanted = j + 1 == tanks_.size() ? leave_g : in_g + held_so_far - share_so_far * after_g;
    const double passes_g = std::clamp(wanted, 0.0, tank_g + flow_g / 2);
    const double mean_g = 2 * tank_g + flow_g - passes_g;
    const double gone = mean_g > 0 ? passes_g / mean_g : 0;
    const double of_new = 1 / (1 + gone), of_old = (1 - gone) * of_new;
    for (std::size_t i = 0; i < powder_parts; ++i) {
      const double last = of_old * tank[i] + of_new * flow[i];
      flow[i] = gone * (tank[i] + last);
      tank[i] = last;
    }
    flow_g = passes_g;
  }
  return flow;
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
