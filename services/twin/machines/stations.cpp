#include "twin/machines/stations.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/philox.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

template <std::size_t... I>
std::array<SignalId, sizeof...(I)> no_signals(std::index_sequence<I...>) {
  return {((void)I, SignalId{0})...};
}

std::string station_tag(int station, const char* quantity) {
  const int number = station + 1;
  return std::string{"st"} + (number < 10 ? "0" : "") + std::to_string(number) + "_" + quantity;
}

}  // namespace

Stations::Stations(Board& board)
    : force_{no_signals(std::make_index_sequence<station_count>{})}, ejection_{no_signals(std::make_index_sequence<station_count>{})} {
  const RandomStream picks{board.seed(), stream_of("tp1", "film of the punches")},
      sticks{board.seed(), stream_of("tp1", "film of the dies")};
  for (int i = 0; i < station_count; ++i) {
    force_[i] = board.add("tp1", station_tag(i, "force_main_z"));
    ejection_[i] = board.add("tp1", station_tag(i, "ejection_z"));
    picks_[i] = picks.normal(i);
    sticks_[i] = sticks.normal(i);
  }
}

Stations::Spread Stations::step(const PressParameters& press, const std::array<double, station_count>& punch_short_mm, double force_per_mm,
                                double film, Board& board) {
  const bool odd = film > 0 || std::any_of(punch_short_mm.begin(), punch_short_mm.end(), [](double mm) { return mm != 0; });
  if (!odd) {
    for (int i = 0; i < station_count; ++i) {
      board.set(force_[i], 0);
      board.set(ejection_[i], 0);
    }
    return {};
  }
  const double unit = press.station_z_pct / 100;
  std::array<double, station_count> off{};  // share of the force
  double mean = 0, square = 0;
  for (int i = 0; i < station_count; ++i) {
    off[i] = 1 / (1 + force_per_mm * punch_short_mm[i]) - 1 + film * press.sticking_station_z * unit * picks_[i];
    mean += off[i] / station_count;
    square += off[i] * off[i] / station_count;
  }
  for (int i = 0; i < station_count; ++i) {
    board.set(force_[i], (off[i] - mean) / (1 + mean) / unit);
    board.set(ejection_[i], film * press.sticking_station_z * sticks_[i]);
  }
  return {mean, std::max(0.0, square - mean * mean)};
}

void Stations::freeze(Board& board) const {
  for (int i = 0; i < station_count; ++i) {
    board.freeze(force_[i]);
    board.freeze(ejection_[i]);
  }
}

}  // namespace steadyline
