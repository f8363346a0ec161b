#include "twin/procedure/recipe.h"

#include <cmath>

namespace steadyline {
namespace {

constexpr std::size_t api = 0, make_up = 1;
constexpr double same_share = 1e-9;

}  // namespace

Recipe::Recipe(const TwinParameters& p)
    : full_kg_h_{p.procedure.throughput_kg_h},
      turret_rpm_{p.press.turret_rpm},
      ramp_s_{p.procedure.setpoint_ramp_s},
      changeover_ramp_s_{p.procedure.changeover_ramp_s},
      throughput_kg_h_{full_kg_h_},
      api_share_{p.feeders[api].share} {
  for (std::size_t i = 0; i < feeder_count; ++i) shares_[i] = p.feeders[i].share;
}

double Recipe::feed_kg_h(std::size_t feeder) const {
  const double corrected = api_share_ / potency_;
  if (feeder == api) return corrected * throughput_kg_h_;
  if (feeder == make_up) return (shares_[make_up] + shares_[api] - corrected) * throughput_kg_h_;
  return shares_[feeder] * throughput_kg_h_;
}

int Recipe::number() const {
  return std::fabs(api_share_ - shares_[api]) < same_share ? 1 : static_cast<int>(std::lround(1000 * api_share_));
}

bool Recipe::change(const RecipeMove& move, SetPoints& set_points) {
  const bool strength = move.api_share && std::fabs(*move.api_share - api_share_) > same_share;
  const double ramp_s = strength ? changeover_ramp_s_ : ramp_s_;
  throughput_kg_h_ = move.throughput_kg_h;
  if (strength) api_share_ = *move.api_share;
  for (std::size_t i = 0; i < feeder_count; ++i) set_points.move_within(sp_feed + i, feed_kg_h(i), ramp_s);
  set_points.move_within(sp_turret, turret_rpm_ * throughput_kg_h_ / full_kg_h_, ramp_s);
  return strength;
}

// Moved by the difference, so that what the operator has set in the meantime stays.
void Recipe::correct(double potency, SetPoints& set_points) {
  const double api_before = feed_kg_h(api);
  potency_ = potency;
  const double more = feed_kg_h(api) - api_before;
  for (const auto& [feeder, by] : {std::pair{api, more}, {make_up, -more}}) {
    const double target = set_points.target(sp_feed + feeder) + by;
    if (scanned_)
      set_points.move(sp_feed + feeder, target);
    else
      set_points.place(sp_feed + feeder, target);
  }
  scanned_ = true;
}

}  // namespace steadyline
