#include "models/drift_track.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steadyline {
namespace {

constexpr std::array<double, DriftTrack::spans> span_s{8, 60, 600, 3600};
constexpr double scatter_s = 120;
constexpr double silence_s = 30;  // a value older than this says nothing of now
constexpr double slowest_ready_s = 1800;
constexpr double block_span_s = 300;
constexpr double lots_most = 10;  // that `home` is the mean of: screws wear
constexpr double by_chance = 2;  // so many times the usual unrest six blocks show now and then

}  // namespace

void DriftTrack::take(double value, const DriftGate& gate, double period_s, double anchor_s) {
  if (gate.lot_tail) {
    end_lot();
    gathering = true;
    gathered = gathered_s = block = block_s = block_sum = block_square = blocks = 0;
  }
  open = true;
  context = gate.context;
  if (gathering && anchored && !gate.lot_tail)  // the old anchor still stands: a new lot's limits hold
    context = context == DriftContext::calm ? DriftContext::after_lot : context == DriftContext::refill ? DriftContext::both : context;
  silent_s = 0;
  count += period_s;
  slow_count += period_s;
  const double away = count > period_s ? value - mean[0] : 0;
  square += period_s / (std::min(count, scatter_s) + period_s) * (away * away - square);
  for (std::size_t k = 0; k < spans; ++k)
    mean[k] += std::max(period_s / (k + 1 == spans ? slow_count : count), std::min(1.0, period_s / span_s[k])) * (value - mean[k]);
  if (!gathering || gate.lot_tail) return;
  gather(value, period_s);
  if (gathered_s < anchor_s) return;
  const double moved = anchored ? gathered / gathered_s - anchor : 0;
  anchor = gathered / gathered_s;
  anchored = new_anchor = true;
  gathering = false;
  gathered = gathered_s = 0;
  unrest = blocks < 2 ? 0 : std::sqrt(std::max(0.0, (block_square - block_sum * block_sum / blocks) / (blocks - 1)));
  block = block_s = block_sum = block_square = blocks = 0;
  if (moved != 0) slow_count = std::min(slow_count, 1.0);  // the slowest mean still remembers the old lot
  if (moved != 0) mean[3] = mean[2];
}

void DriftTrack::gather(double value, double period_s) {
  gathered += value * period_s;
  gathered_s += period_s;
  block += value * period_s;
  block_s += period_s;
  if (block_s < block_span_s) return;
  const double mean_of_block = block / block_s;
  block_sum += mean_of_block;
  block_square += mean_of_block * mean_of_block;
  blocks += 1;
  block = block_s = 0;
}

void DriftTrack::end_lot() {
  if (!new_anchor) return;
  new_anchor = false;
  lots = std::min(lots + 1, lots_most);
  home += (anchor - home) / lots;
}

void DriftTrack::close() {
  open = false;
  count = 0;
  mean[0] = mean[1] = mean[2] = 0;
  square = 0;
}

void DriftTrack::restart() {
  close();
  slow_count = gathered = gathered_s = mean[3] = 0;
  block = block_s = block_sum = block_square = blocks = unrest = 0;
  anchored = new_anchor = false;
  gathering = true;
  home = lots = 0;
}

double DriftTrack::minute() const {
  return open && silent_s <= silence_s && count >= span_s[1] ? mean[1] : std::numeric_limits<double>::quiet_NaN();
}

DriftContext DriftTrack::statistics(double centre, double spread, DriftStatistics& values, double usual_unrest) const {
  const float none = std::numeric_limits<float>::quiet_NaN();
  values.fill(none);
  const double share = usual_unrest > 0 && unrest > by_chance * usual_unrest ? by_chance * usual_unrest / unrest : 1;
  const auto set = [&](DriftStatistic which, double value) { values[static_cast<std::size_t>(which)] = static_cast<float>(value * share); };
  if (!open || silent_s > silence_s || count < span_s[1] || (usual_unrest > 0 && !anchored)) return context;
  set(DriftStatistic::level, mean[1] - centre);
  if (count >= scatter_s) set(DriftStatistic::scatter, std::sqrt(square) - spread);
  if (count >= span_s[2]) set(DriftStatistic::jump, mean[0] - mean[2]);
  if (slow_count >= slowest_ready_s) set(DriftStatistic::step, mean[1] - mean[3]);
  if (!anchored) return context;
  set(DriftStatistic::fast, mean[0] - anchor);
  set(DriftStatistic::middle, mean[1] - anchor);
  if (count >= span_s[2]) set(DriftStatistic::slow, mean[2] - anchor);
  if (slow_count >= slowest_ready_s) set(DriftStatistic::slowest, mean[3] - anchor);
  if (count >= span_s[2] && lots > 0) set(DriftStatistic::lots, (mean[2] - home) * std::sqrt(lots / (lots + 1)));
  return context;
}

}  // namespace steadyline
