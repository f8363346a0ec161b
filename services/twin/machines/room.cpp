#include "twin/machines/room.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double day_s = 86400, turn = 6.283185307179586;
constexpr double warmest_s = 15 * 3600, dampest_s = 6 * 3600;  // of the day
constexpr double driest_pct = 5, dampest_pct = 95;
constexpr double water_kg_s = 0.005;  // humidifier and cleaning

double daily(double time_of_day_s, double peak_s) { return numeric::cos(turn * (time_of_day_s - peak_s) / day_s); }

}  // namespace

Room::Room(const TwinParameters& p, Board& board)
    : own_{p.room},
      coater_humidity_{p.coater.inlet_humidity},
      weather_{board.add_noise("ut1", "weather", p.room.rh_tau_s)},
      room_temp_{board.add("ut1", "room_temp")},
      room_rh_{board.add("ut1", "room_rh")},
      room_dp_{board.add("ut1", "room_dp")},
      air_press_{board.add("ut1", "air_press")},
      air_dew_{board.add("ut1", "air_dew")},
      vac_press_{board.add("ut1", "vac_press")},
      ahu_temp_{board.add("ut1", "ahu_temp")},
      chw_temp_{board.add("ut1", "chw_temp")},
      power_kw_{board.add("ut1", "power_kw")},
      water_{board.add("ut1", "water_kg")} {}

Surroundings Room::step(double time_of_day_s, Board& board) {
  Surroundings now;
  now.room_c = own_.temp_c + own_.temp_daily_c * daily(time_of_day_s, warmest_s);
  now.room_rh_pct = std::clamp(own_.rh_pct + own_.rh_daily_pct * daily(time_of_day_s, dampest_s) + own_.rh_sd_pct * board.noise(weather_),
                               driest_pct, dampest_pct);
  // The coater's air handler takes the same air in: its humidity follows the room's.
  now.inlet_humidity = coater_humidity_ * now.room_rh_pct / own_.rh_pct;
  water_kg_ += water_kg_s;

  board.set(room_temp_, now.room_c);
  board.set(room_rh_, now.room_rh_pct);
  board.set(room_dp_, own_.dp_pa);
  board.set(air_press_, own_.air_bar);
  board.set(air_dew_, own_.air_dew_c);
  board.set(vac_press_, own_.vacuum_mbar);
  board.set(ahu_temp_, own_.ahu_c);
  board.set(chw_temp_, own_.chilled_c);
  board.set(power_kw_, own_.power_kw);
  board.set(water_, water_kg_);
  return now;
}

}  // namespace steadyline
