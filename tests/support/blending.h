#pragma once

#include "support/twin_parameters.h"
#include "twin/machines/press_inlet.h"

namespace steadyline::test {

inline constexpr double nominal_g_s = 25 / 3.6;

/// A second's powder at this flow.
inline Powder blend(double flow_g_s, double api_share = 0.2) {
  Powder flow{};
  flow[part_api] = flow[part_active] = flow_g_s * api_share;
  flow[1] = flow_g_s * (0.99 - api_share);
  flow[part_stearate] = flow_g_s * 0.01;
  return flow;
}

/// A line without tags: every reading is the true value.
inline const Line no_tags;

/// Chute, diverter, feed frame and probes, second by second.
struct Inlet {
  TwinParameters parameters = twin_parameters();
  Board board{no_tags, 7};
  PressInlet inlet;
  Orders orders;
  Effects effects;
  explicit Inlet(const Powder& flow) : inlet{parameters, flow, board} {
    orders.press_runs = true;
    orders.paddle_rpm = 45;
    orders.blender_rpm = {300, 120};
  }
  Powder step(const Powder& in, double takes_g) {
    board.begin_second();
    const Powder out = inlet.step(in, takes_g, orders, effects, board);
    board.finish_second();
    return out;
  }
  double value(const char* tag) const { return board.value(*board.find(tag)); }
};

}  // namespace steadyline::test
