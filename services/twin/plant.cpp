#include "twin/plant.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "twin/machines/age.h"
#include "twin/exam.h"

namespace steadyline {
namespace {

constexpr std::size_t lubricant = 5;
constexpr double g_per_kg = 1000, kg_h_per_g_s = 3.6, day_s = 86400;

std::string feeder_id(std::size_t feeder) { return "fd" + std::to_string(feeder + 1); }

double seconds_of_day(EventTime time) { return std::chrono::duration<double>(time - std::chrono::floor<std::chrono::days>(time)).count(); }

std::vector<RefillStation> stations_of(const TwinParameters& p, const Scenario& scenario, Board& board) {
  std::vector<RefillStation> stations;
  for (std::size_t i = 0; i < feeder_count; ++i) stations.emplace_back(p.feeders[i], i, scenario.lot_size_share, board);
  return stations;
}

/// Set-point of a feeder in steady production with this lot loaded: the API's is corrected for its potency, MCC makes up.
double steady_kg_h(const TwinParameters& p, std::size_t feeder, const std::vector<RefillStation>& stations) {
  constexpr std::size_t api = 0, make_up = 1;
  const double api_kg_h = p.nominal_feed_kg_h(api), corrected = api_kg_h / stations[api].lot().potency;
  if (feeder == api) return corrected;
  return p.nominal_feed_kg_h(feeder) + (feeder == make_up ? api_kg_h - corrected : 0);
}

std::vector<Feeder> feeders_of(const TwinParameters& p, const Scenario& scenario, const std::vector<RefillStation>& stations,
                               Board& board) {
  std::vector<Feeder> feeders;
  for (std::size_t i = 0; i < feeder_count; ++i)
    feeders.emplace_back(p.feeders[i], p.feeding, i, scenario.start_in_production ? steady_kg_h(p, i, stations) : 0, board,
                         scenario.open_loop);
  return feeders;
}

/// What the feeders `from` .. `to` give in a second of steady production; nothing when the run begins with an empty line.
Powder steady_feed(const TwinParameters& p, const Scenario& scenario, const std::vector<RefillStation>& stations, std::size_t from,
                   std::size_t to) {
  Powder all{};
  if (!scenario.start_in_production) return all;
  for (std::size_t i = from; i < to; ++i)
    all += portion(gram_of(stations[i].lot(), i, p.feeders[i].share), steady_kg_h(p, i, stations) / kg_h_per_g_s);
  return all;
}

Powder joined(Powder powder, const Powder& more) {
  powder += more;
  return powder;
}

}  // namespace

Plant::Plant(const Line& line, const TwinParameters& nominal, const Scenario& scenario)
    : Plant{line, scenario.exam ? exam_parameters(nominal, scenario.seed) : nominal, nominal, scenario} {}

Plant::Plant(const Line& line, const TwinParameters& p, const TwinParameters& nominal, const Scenario& scenario)
    : own_{p},
      scenario_{scenario},
      line_{&line},
      midnight_s_{seconds_of_day(scenario.start)},
      board_{line, scenario.seed},
      stations_{stations_of(p, scenario, board_)},
      feeders_{feeders_of(p, scenario, stations_, board_)},
      blender1_{p, Blender::Which::first, steady_feed(p, scenario, stations_, 0, lubricant), board_},
      blender2_{p, Blender::Which::second, joined(blender1_.steady_outflow(), steady_feed(p, scenario, stations_, lubricant, feeder_count)),
                board_},
      inlet_{p, blender2_.steady_outflow(), board_},
      press_{p.press, scenario.start_in_production, board_},
      tester_{p.press, scenario.start_in_production, board_},
      coater_{p, scenario.start_in_production ? p.coater.load_kg : 0, board_},
      room_{p, board_},
      potency_sensor_{nominal, board_},
      batches_{p, scenario.start_in_production},
      signals_{board_},
      auxiliary_{p.auxiliary, board_},
      procedure_{p, scenario, board_},
      faults_{line, p, scenario, board_} {
  procedure_.scan_lot(stations_.front().lot().potency);
  for (std::size_t i = 0; i < feeder_count; ++i) flows_[i] = board_.find(feeder_id(i) + "/massflow_pv").value();
  blender1_rpm_ = board_.find("bl1/rpm_pv").value();
  force_ = board_.find("tp1/force_main_mean").value();
  at_press_ = inlet_.outlet();
  first_contents_g_ = contents_g();
}

void Plant::step() {
  ++second_;
  const auto t_s = static_cast<double>(second_);
  board_.begin_second();
  Effects effects;
  faults_.act(t_s, effects, board_);
  const Orders& orders = procedure_.step(second_, board_);
  if (procedure_.throws_away()) throw_away();
  const double of_day_s = midnight_s_ + t_s;
  const Surroundings room = room_.step(of_day_s - day_s * std::floor(of_day_s / day_s), board_);
  const Fed fed = feed(orders, effects, room);
  const Powder blend = blender1_.step(fed.powder, orders.blender_rpm[0], effects.blenders[0], board_);
  press(blender2_.step(joined(blend, fed.lubricant), orders.blender_rpm[1], effects.blenders[1], board_, inlet_.room_g()), orders, effects,
        room);
  collect(orders, effects, room);
  auxiliary_.step(board_);
  board_.finish_second();
}

Plant::Fed Plant::feed(const Orders& orders, const Effects& effects, const Surroundings& room) {
  Fed fed{};
  for (std::size_t i = 0; i < feeder_count; ++i) {
    stations_[i].step(orders.next_lot[i], board_);
    const Powder out = feeders_[i].step(orders.feed_kg_h[i], effects.feeders[i], room, stations_[i], orders.refill_allowed, board_);
    fed_now_g_[i] = total(out);
    fed_g_ += fed_now_g_[i];
    (i == lubricant ? fed.lubricant : fed.powder) += out;
  }
  if (stations_.front().lot_changed()) procedure_.scan_lot(stations_.front().lot().potency);
  return fed;
}

// The press takes from the feed frame as it stands at the beginning of the second.
void Plant::press(const Powder& blend, const Orders& orders, const Effects& effects, const Surroundings& room) {
  at_press_ = inlet_.outlet();
  const double level_reading = second_ > 1 ? board_.reading(inlet_.level_signal()) : inlet_.level_pct();
  const double paddle_rpm = orders.paddles_run ? orders.paddle_rpm : 0;
  const PressFeed found{inlet_.level_pct(), level_reading, inlet_.bed_share(), at_press_, paddle_rpm};
  const double wanted_g = press_.step(found, orders, effects.press, effects.feed_frame.filling, room, board_);
  const double taken_g = total(inlet_.step(blend, wanted_g, orders, effects, board_));
  const double dust_g = std::min(press_.dust_g(), taken_g);
  pressed_now_g_ = taken_g - dust_g;
  wasted_now_g_ = dust_g + total(inlet_.diverted());
  pressed_g_ += pressed_now_g_;
  dust_g_ += dust_g;
  diverted_g_ += total(inlet_.diverted());
}

void Plant::collect(const Orders& orders, const Effects& effects, const Surroundings& room) {
  const double tablets = press_.tablets();
  tester_.step(press_.quality(), tablets > 0, board_);
  const double rejected_g = tablets > 0 ? pressed_now_g_ * std::min(1.0, press_.rejected() / tablets) : 0;
  const double good_g = procedure_.keeps_tablets() ? pressed_now_g_ - rejected_g : 0;
  batches_.step(procedure_.running(), good_g / g_per_kg, (wasted_now_g_ + pressed_now_g_ - good_g) / g_per_kg);
  if (procedure_.ends_batch()) batches_.end_batch();
  coater_.offer(batches_.relaxed_kg());
  coater_.step(orders, effects.coater, room, board_);

  std::array<double, feeder_count> measured{};
  double throughput = 0;
  std::array<double, feeder_count> lots{};
  for (std::size_t i = 0; i < feeder_count; ++i) {
    measured[i] = second_ > 1 ? board_.reading(flows_[i]) : orders.feed_kg_h[i];
    throughput += measured[i];
    lots[i] = stations_[i].lot_code();
  }
  measured.front() *= stations_.front().lot().potency;  // as declared: the line corrects its set-point for it, and so does its soft sensor
  potency_sensor_.step(measured, orders.api_share, board_);
  signals_.step(procedure_, batches_, lots, throughput, coater_.phase() != Coater::Phase::idle, board_);

  potency_pct_ = total(at_press_) > 0 ? 100 * at_press_[part_active] / total(at_press_) / orders.api_share : 0;
  outside_now_ = tablets > 0 ? tablets * share_outside(own_.press, press_.quality(), potency_pct_, blend_rsd_pct(at_press_)) : 0;
  tablets_ += tablets;
  tablets_outside_ += outside_now_;
}

// Cleaning: vessels as a line built empty has them.
void Plant::throw_away() {
  Scenario empty = scenario_;
  empty.start_in_production = empty.exam = false;  // `own_` is the exam's line already
  const Plant clean{*line_, own_, empty};
  diverted_g_ += contents_g();
  batches_.throw_away(contents_g() / g_per_kg);
  blender1_ = clean.blender1_;
  blender2_ = clean.blender2_;
  inlet_ = clean.inlet_;
}

double Plant::contents_g() const { return total(blender1_.contents()) + total(blender2_.contents()) + total(inlet_.contents()); }

Made Plant::made() const {
  const TabletQuality& tablet = press_.quality();
  return {potency_pct_, tablet.weight_mg, tablet.hardness_n, tablet.capping, procedure_.keeps_tablets() ? press_.tablets() : 0,
          outside_now_};
}

Truth Plant::truth() const {
  Truth t;
  const TabletQuality& tablet = press_.quality();
  const Powder& powder = at_press_;
  const double grams = total(powder);
  t.potency_pct = potency_pct_;
  t.weight_mg = tablet.weight_mg;
  t.weight_sd_mg = tablet.weight_sd_mg;
  t.force_kn = board_.value(force_);
  t.thickness_mm = tablet.thickness_relaxed_mm;
  t.hardness_n = tablet.hardness_n;
  t.hardness_sd_n = tablet.hardness_sd_n;
  t.capping = tablet.capping;
  t.dissolution_pct = tablet.dissolution_pct;
  t.blend_rsd_pct = blend_rsd_pct(own_.path, board_.value(blender1_rpm_));
  t.stearate_pct = grams > 0 ? 100 * powder[part_stearate] / grams : 0;
  t.shear = grams > 0 ? 1000 * powder[part_shear] / grams : 0;
  const Age age = age_of(powder);
  t.age_mean_s = age.mean_s;
  const double skewness = nominal_age_skewness(own_);
  t.age_low_s = age_quantile(age, skewness, 0.005);
  t.age_median_s = age_quantile(age, skewness, 0.5);
  t.age_high_s = age_quantile(age, skewness, 0.995);
  t.chute_level_pct = inlet_.level_pct();
  t.blender1_kg = blender1_.holdup_g() / g_per_kg;
  t.blender2_kg = blender2_.holdup_g() / g_per_kg;
  t.feed_frame_kg = inlet_.feed_frame_g() / g_per_kg;
  for (std::size_t i = 0; i < feeder_count; ++i) t.flow_kg_h[i] = fed_now_g_[i] * kg_h_per_g_s;
  t.film_pct = coater_.film_pct();
  t.tablets_now = press_.tablets();
  t.outside_now = outside_now_;
  t.tablets = tablets_;
  t.tablets_outside = tablets_outside_;
  t.fed_kg = fed_g_ / g_per_kg;
  t.pressed_kg = pressed_g_ / g_per_kg;
  t.diverted_kg = diverted_g_ / g_per_kg;
  t.dust_kg = dust_g_ / g_per_kg;
  t.lost_kg = (fed_g_ - (contents_g() - first_contents_g_) - pressed_g_ - diverted_g_ - dust_g_) / g_per_kg;
  return t;
}

}  // namespace steadyline
