#include "twin/plant.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr std::size_t api = 0, stearate = 5;
constexpr double grams_per_kg = 1000;

// Start-up of a filled line: the feeders wait, then ramp from a fifth to the whole recipe; the press follows the chute level.
constexpr double start_wait_s = 30, start_ramp_s = 120, start_share = 0.2, start_level_share = 0.2;

Powder recipe(const TwinParameters& p, bool with_stearate) {
  Powder shares{};
  for (std::size_t i = 0; i < feeder_count; ++i) shares[i] = p.feeders[i].setpoint_kg_h;
  if (!with_stearate) shares[stearate] = 0;
  return shares;
}

double g_s(double kg_h) { return kg_h / 3.6; }

}  // namespace

std::string_view feeder_id(std::size_t feeder) {
  static constexpr std::array<std::string_view, feeder_count> ids{"fd1", "fd2", "fd3", "fd4", "fd5", "fd6"};
  return ids[feeder];
}

MaterialPath::MaterialPath(const TwinParameters& p, std::uint64_t seed, bool running)
    : own_{p},
      started_running_{running},
      press_released_{running},
      blender1_{p.blender1, {g_s(p.nominal_kg_h), p.blender1_rpm, 4.2}, recipe(p, false), g_s(total(recipe(p, false))), seed, "bl1"},
      blender2_{p.blender2, {g_s(p.nominal_kg_h), p.blender2_rpm, 1.8}, recipe(p, true), g_s(total(recipe(p, true))), seed, "bl2"},
      chute_{p.chute, p.chute.holdup_kg * grams_per_kg * (running ? 1 : 2 * start_level_share), recipe(p, true), g_s(p.nominal_kg_h)},
      feed_frame_{p.feed_frame, p.feed_frame.holdup_kg * grams_per_kg, recipe(p, true), g_s(p.nominal_kg_h)},
      press_{p, seed, "tp1", running} {
  feeders_.reserve(feeder_count);  // the signal table points into them
  for (std::size_t i = 0; i < feeder_count; ++i) {
    feeders_.emplace_back(p.feeders[i], p, seed, feeder_id(i), running);
    feeders_[i].name_signals(feeder_id(i), signals_);
  }
  blender1_.name_signals("bl1", signals_);
  blender2_.name_signals("bl2", signals_);
  press_.name_signals("tp1", signals_);
  first_contents_g_ = total(contents());
}

double MaterialPath::recipe_share(std::int64_t second) const {
  if (started_running_) return 1;
  const double ramped = (static_cast<double>(second) - start_wait_s) / start_ramp_s;
  return ramped <= 0 ? 0 : std::min(1.0, start_share + (1 - start_share) * ramped);
}

void MaterialPath::step(std::int64_t second, const Disturbances& disturbances) {
  Powder fed = feed(second, disturbances);
  Powder lubricant{};
  std::swap(lubricant[stearate], fed[stearate]);
  const bool turning = recipe_share(second) > 0;  // the blenders start with the feeders, or they would run empty before
  Powder blend = blender1_.step(fed, turning ? own_.blender1_rpm : 0);
  blend += lubricant;
  press(blender2_.step(blend, turning ? own_.blender2_rpm : 0));
}

Powder MaterialPath::feed(std::int64_t second, const Disturbances& disturbances) {
  Powder fed{};
  for (std::size_t i = 0; i < feeder_count; ++i)
    fed[i] = feeders_[i].step(own_.feeders[i].setpoint_kg_h * recipe_share(second), disturbances[i]);
  fed_g_ += total(fed);
  return fed;
}

void MaterialPath::press(const Powder& from_blenders) {
  const double bed_g = own_.feed_frame.holdup_kg * grams_per_kg;
  const double level_pct = 100 * chute_.holdup_g() / (own_.chute_full_kg * grams_per_kg);
  press_released_ = press_released_ || level_pct > 50;

  const Powder outlet = feed_frame_.outlet();
  const double outlet_g = std::max(total(outlet), 1e-9);
  potency_pct_ = 100 * outlet[api] / outlet_g / own_.api_share;
  stearate_pct_ = 100 * outlet[stearate] / outlet_g;
  const double take_g = press_.step({level_pct, feed_frame_.holdup_g() / bed_g, stearate_pct_}, press_released_);

  // The paddles draw what the press takes and refill the bed within seconds, at most a tenth of the chute in one second.
  const double draw_g = std::clamp(take_g + 0.5 * (bed_g - feed_frame_.holdup_g()), 0.0, 0.1 * chute_.holdup_g());
  const Powder taken = feed_frame_.step(chute_.step(from_blenders, draw_g), take_g);
  taken_g_ += total(taken);
  tablets_ += press_.tablets();
}

Powder MaterialPath::contents() const {
  Powder all = blender1_.contents();
  all += blender2_.contents();
  all += chute_.contents();
  all += feed_frame_.contents();
  return all;
}

Truth MaterialPath::truth() const {
  Truth truth;
  truth.potency_pct = potency_pct_;
  truth.weight_mg = press_.weight_mg();
  truth.stearate_pct = stearate_pct_;
  truth.chute_level_pct = 100 * chute_.holdup_g() / (own_.chute_full_kg * grams_per_kg);
  truth.blender1_kg = blender1_.holdup_g() / grams_per_kg;
  truth.blender2_kg = blender2_.holdup_g() / grams_per_kg;
  for (std::size_t i = 0; i < feeder_count; ++i) truth.flow_kg_h[i] = feeders_[i].flow_g_s() * 3.6;
  truth.tablets = tablets_;
  truth.fed_kg = fed_g_ / grams_per_kg;
  truth.lost_kg = (fed_g_ - (total(contents()) - first_contents_g_) - taken_g_) / grams_per_kg;
  return truth;
}

}  // namespace steadyline
