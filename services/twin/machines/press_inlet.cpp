#include "twin/machines/press_inlet.h"

#include <algorithm>

namespace steadyline {
namespace {

constexpr double bed_refill = 0.5;   // of what the bed lacks, a second
constexpr double chute_falls = 0.1;  // of the chute's powder a second at most
constexpr double piles_up =
    0.07;  // of the chute's free room a second: powder reaches up to the outlet of blender 2 before the chute is full

double krev_s(double rpm) { return rpm / 60 / 1000; }

double grams(const VesselParameters& vessel, const Powder& steady_flow) { return total(steady_flow) > 0 ? vessel.holdup_kg * 1000 : 0; }

}  // namespace

PressInlet::PressInlet(const TwinParameters& p, const Powder& steady_flow, Board& board)
    : own_{p.path},
      chute_full_g_{p.path.chute_full_kg * 1000},
      bed_full_g_{p.path.feed_frame.holdup_kg * 1000},
      chute_{p.path.chute, grams(p.path.chute, steady_flow), p.path.chute.delay_s * p.nominal_kg_h() / 3.6, steady_flow},
      feed_frame_{p.path.feed_frame, grams(p.path.feed_frame, steady_flow), p.path.feed_frame.delay_s * p.nominal_kg_h() / 3.6,
                  chute_.steady_outflow(), krev_s(p.path.paddle_rpm)},
      nir1_{p, "ch1", "nir1", board},
      nir2_{p, "ff1", "nir2", board},
      paddle_rpm_{total(steady_flow) > 0 ? p.path.paddle_rpm : 0},
      level_{board.add("ch1", "level")},
      v1_cmd_{board.add("ch1", "v1_cmd")},
      v1_pos_{board.add("ch1", "v1_pos")},
      paddle_sp_{board.add("ff1", "paddle_sp")},
      paddle_pv_{board.add("ff1", "paddle_pv")},
      bed_height_{board.add("ff1", "bed_height")} {}

double PressInlet::level_pct() const { return 100 * chute_.holdup_g() / chute_full_g_; }
double PressInlet::bed_share() const { return feed_frame_.holdup_g() / bed_full_g_; }
double PressInlet::room_g() const { return piles_up * std::max(0.0, chute_full_g_ - chute_.holdup_g()); }

Powder PressInlet::contents() const {
  Powder all = chute_.contents();
  all += feed_frame_.contents();
  return all;
}

void PressInlet::move_diverter(bool divert) {
  const double step = 1 / own_.diverter_s;
  v1_ = std::clamp(v1_ + (divert ? step : -step), 0.0, 1.0);
}

double PressInlet::drawn_g(double press_takes_g, const Orders& orders, const Effects& effects) const {
  if (paddle_rpm_ <= 0) return 0;
  const double lacks_g = bed_full_g_ * effects.feed_frame.filling - feed_frame_.holdup_g();
  double wanted_g = press_takes_g + bed_refill * lacks_g;
  // A blockage lets through its share of what the line makes, whatever the feed frame asks for.
  if (effects.chute.outflow < 1) wanted_g = std::min(wanted_g, effects.chute.outflow * orders.throughput_kg_h / 3.6);
  return std::clamp(wanted_g, 0.0, chute_falls * chute_.holdup_g());
}

Powder PressInlet::step(const Powder& from_blender2, double press_takes_g, const Orders& orders, const Effects& effects, Board& board) {
  move_diverter(orders.divert);
  paddle_rpm_ = orders.press_runs || orders.paddles_run ? orders.paddle_rpm : 0;

  const double to_press_g = (1 - v1_) * drawn_g(press_takes_g, orders, effects), to_waste_g = v1_ * total(from_blender2);
  Powder falls = chute_.step(from_blender2, to_press_g + to_waste_g);
  diverted_ = to_waste_g > 0 ? portion(falls, total(falls) * to_waste_g / (to_press_g + to_waste_g)) : Powder{};
  falls -= diverted_;
  const Powder pressed = feed_frame_.step(falls, press_takes_g, krev_s(paddle_rpm_) * effects.blenders[1].shear);

  board.measure(level_, level_pct());
  board.set(v1_cmd_, orders.divert ? 1 : 0);
  board.set(v1_pos_, v1_);
  board.set(paddle_sp_, orders.paddle_rpm);
  board.set(paddle_pv_, paddle_rpm_);
  board.set(bed_height_, own_.bed_height_mm * bed_share());
  nir1_.step(chute_.inlet(), orders.api_share, effects.nir[0], board);
  nir2_.step(feed_frame_.inlet(), orders.api_share, effects.nir[1], board);
  return pressed;
}

}  // namespace steadyline
