#pragma once

#include <array>
#include <cstdint>

#include "twin/machines/powder.h"

namespace steadyline {

/// What faults do to the machines in one second; every default is "nothing". Faults fill it (faults.cpp), units obey it. Sensor faults are on the Board.
struct FeederEffects {
  double feed_factor = 1;        ///< inside the loop, which fights it (F01, F02, F05)
  bool stopped = false;          ///< drive trip (F06)
  double outlet = 1;             ///< after the scale: powder hangs in or falls from the outlet chute, the weight says nothing (F07, F08)
  bool refill_array_off = false; ///< constant speed during a refill (F03)
  double refill_gain = 0;        ///< F03: density gain of a refill instead of the normal one; 0: normal
  double refill_to = 1;          ///< factor on the refill's upper level (F03)
  double weighed_span = 0;       ///< F04: weighed change = (1 + span) * change + zero
  double weighed_zero_g_s = 0;   ///< F04
  double lot_potency = 1;        ///< F09: of what is loaded from now on (lot step); content of active substance
  double lot_density = 0;        ///< F10: d ln(bulk density) of what is loaded from now on
};

struct BlenderEffects {
  double speed = 1;    ///< F11
  double holdup = 1;   ///< F12: factor on M0
  double shear = 1;    ///< F08: factor on the lubrication S
};

struct ChuteEffects {
  double outflow = 1;  ///< F13: flow to the feed frame
};

struct FeedFrameEffects {
  double filling = 1;  ///< F14: factor on the die-filling degree eta
};

struct NirEffects {
  double window_gain = 1;  ///< F20: 1 clean … 0.85 fouled
};

inline constexpr int station_count = 36;

struct PressEffects {
  double turret = 1;               ///< F15 oscillation, F16 overspeed: factor on the turret speed
  double sticking_rate = 0;        ///< F18: s, per hour
  std::array<double, station_count> punch_short_mm{};  ///< F19: punch too short by so much
};

struct CoaterEffects {
  std::array<double, 4> nozzle{1, 1, 1, 1};  ///< F25: flow factor of each nozzle
  bool rebalanced = true;                    ///< F25: the pump gives the other nozzles what one does not take
  double inlet_loss_k = 0;                   ///< F26
  double inlet_flow = 1;                     ///< F26, flow variant
};

struct Effects {
  std::array<FeederEffects, feeder_count> feeders;
  std::array<BlenderEffects, 2> blenders;
  ChuteEffects chute;
  FeedFrameEffects feed_frame;
  std::array<NirEffects, 2> nir;
  PressEffects press;
  CoaterEffects coater;
};

}  // namespace steadyline
