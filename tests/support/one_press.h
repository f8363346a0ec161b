#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "support/twin_parameters.h"
#include "twin/machines/press.h"
#include "twin/machines/tester.h"

namespace steadyline::test {

/// A line that only says how the press's instruments scatter (LINE §2.3).
inline const Line& pressing_line() {
  static const Line line = [] {
    Line made;
    made.units.push_back({"tp1", "", 0});
    const auto add = [&](const std::string& name, Noise noise, double resolution = 0) {
      Tag tag;
      tag.unit = UnitIndex{0};
      tag.name = name;
      tag.path = "tp1/" + name;
      tag.noise = noise;
      tag.resolution = resolution;
      made.tags.push_back(tag);
    };
    add("turret_pv", {0, 0.00065, 0}, 0.001);
    add("gap_main_pv", {0.0008, 0, 0}, 0.0001);
    add("force_main_mean", {0, 0.015, 0}, 0.001);
    add("force_main_srel", {0, 0.0933, 0}, 0.001);
    add("force_pre_mean", {0.06, 0, 0}, 0.001);
    add("ejection_max", {0, 0.0267, 0}, 0.01);
    for (int i = 1; i <= station_count; ++i) {
      const std::string station = std::string{"st"} + (i < 10 ? "0" : "") + std::to_string(i);
      add(station + "_force_main_z", {0.35, 0, 0}, 0.001);
      add(station + "_ejection_z", {0.35, 0, 0}, 0.001);
    }
    return made;
  }();
  return line;
}

/// A gram of the nominal blend: `stearate_pct` of lubricant, nominal shear.
inline Powder nominal_blend(const TwinParameters& p, double stearate_pct = 1) {
  Powder blend{};
  for (std::size_t i = 0; i < feeder_count; ++i) blend[i] = p.feeders[i].share;
  blend[part_stearate] = stearate_pct / 100;
  blend[1] += p.feeders[part_stearate].share - blend[part_stearate];  // microcrystalline cellulose makes up
  blend[part_active] = blend[part_api];
  blend[part_shear] = p.press.shear_nominal / 1000;
  return blend;
}

/// Press and tester with their instruments under a chute of constant level, second by second. Copyable.
struct OnePress {
  TwinParameters parameters;
  Board board;
  Press press;
  Tester tester;
  PressFeed feed;
  Orders orders;
  PressEffects effects{};
  Surroundings room{};
  double filling = 1;
  double force_gain = 1;       ///< of the main force's load cell
  bool level_follows = false;  ///< the chute gets 25 kg/h and gives what the press takes

  explicit OnePress(std::uint64_t seed = 5, const TwinParameters& p = twin_parameters(), bool running = true)
      : parameters{p}, board{pressing_line(), seed}, press{parameters.press, running, board}, tester{parameters.press, running, board} {
    feed.powder = nominal_blend(p);
    feed.paddle_rpm = 45;
    orders.press_runs = true;
    orders.turret_rpm = p.press.turret_rpm;
    orders.force_kn = p.press.force_kn;
    orders.gap_main_mm = p.press.gap_main_mm;
    orders.gap_pre_mm = p.press.gap_pre_mm;
  }

  double step() {
    board.begin_second();
    if (force_gain != 1) board.sensor(*board.find("tp1/force_main_mean")).gain = force_gain;
    const double taken_g = press.step(feed, orders, effects, filling, room, board);
    tester.step(press.quality(), press.tablets() > 0, board);
    board.finish_second();
    if (level_follows) {
      feed.level_pct = std::max(0.0, feed.level_pct + (parameters.procedure.throughput_kg_h / 3.6 - taken_g) / 7);  // 700 g when full
      feed.level_reading_pct = feed.level_pct;
    }
    return taken_g;
  }

  double reading(std::string_view path) const { return board.reading(*board.find(path)); }
  double value(std::string_view path) const { return board.value(*board.find(path)); }
  double mean(std::string_view path, int seconds) {
    double sum = 0;
    for (int i = 0; i < seconds; ++i) {
      step();
      sum += reading(path) / seconds;
    }
    return sum;
  }
};

/// The press without what wanders and without a force loop: equations alone.
inline TwinParameters still_press() {
  TwinParameters p = twin_parameters();
  p.press.gap_wander_mm = p.press.density_wander = p.press.force_wander_kn = p.press.ejection_wander_n = 0;
  p.press.force_deadband = 1e9;
  p.press.fill_start_mm = 8.586;
  return p;
}

}  // namespace steadyline::test
