#pragma once

#include "twin/signals/board.h"
#include "twin/machines/orders.h"
#include "twin/parameters.h"

namespace steadyline {

/// The room and its supplies, UT1 (LINE §2.5, §4): temperature with its daily course, humidity with daily course and weather (AR(1)),
/// pressures, water and power.
///
/// Signals   ut1/room_temp, room_rh, room_dp, air_press, air_dew, vac_press, ahu_temp, chw_temp, power_kw, water_kg: 10.
class Room {
 public:
  Room(const TwinParameters& parameters, Board& board);

  /// One second; `time_of_day_s` since midnight.
  Surroundings step(double time_of_day_s, Board& board);

 private:
  RoomParameters own_;
  double coater_humidity_;  // at nominal room humidity
  double water_kg_ = 0;
  NoiseId weather_;
  SignalId room_temp_, room_rh_, room_dp_, air_press_, air_dew_, vac_press_, ahu_temp_, chw_temp_, power_kw_, water_;
};

}  // namespace steadyline
