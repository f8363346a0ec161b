#include "models/golden.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double farthest = 100;  // half-widths; farther is not worse

std::int32_t place_of(const std::vector<TagIndex>& tags, const Line& line, const std::string& path) {
  for (std::size_t k = 0; k < tags.size(); ++k)
    if (line.tag(tags[k]).path == path) return static_cast<std::int32_t>(k);
  return -1;
}

std::vector<std::int32_t> places_of(const std::vector<TagIndex>& tags, const Line& line, const std::vector<std::string>& paths) {
  std::vector<std::int32_t> places;
  for (const std::string& path : paths) places.push_back(place_of(tags, line, path));
  return places;
}

float excess_of(double value, double low, double high) {
  const double half = (high - low) / 2;
  const double outside = value > high ? value - high : value < low ? value - low : 0;
  if (outside == 0) return 0;
  return static_cast<float>(half > 0 ? std::clamp(outside / half, -farthest, farthest) : std::copysign(farthest, outside));
}

}  // namespace

GoldenModel::GoldenModel(const GoldenProfile& profile, const Line& line)
    : profile_{profile}, follower_{line, profile.settle_s}, cells_(line.units.size()) {
  for (const GoldenCell& cell : profile_.cells) {
    Placed placed{places_of(tags(), line, cell.tags), places_of(tags(), line, cell.shape_tags), places_of(tags(), line, cell.end_tags), {}};
    const bool whole = std::find(placed.shape.begin(), placed.shape.end(), -1) == placed.shape.end();
    if (cell.axis == GoldenAxis::aligned && whole) placed.dtw.emplace(DtwReference{cell.shape_tags.size(), cell.shape});
    if (const auto unit = line.find_unit(cell.unit)) cells_[unit->value].push_back(static_cast<std::int32_t>(placed_.size()));
    placed_.push_back(std::move(placed));
  }
}

void GoldenModel::step(const Frame& frame, const Context& context, GoldenState& state, Conformance& conformance) const {
  conformance.known = false;
  if (profile_.empty()) return;
  if (frame.cold || state.ended.empty()) {
    state = {};
    state.aligned.resize(cells_.size());
    state.shape.resize(cells_.size());
    state.phase_s.assign(cells_.size(), -1);
    state.ended.assign(tags().size(), 0);
  }
  follower_.take(frame, context, state.follow);
  conformance.excess.assign(state.ended.begin(), state.ended.end());
  const Range range = classes_of(state.follow);
  std::size_t compared = 0;
  for (std::size_t unit = 0; unit < cells_.size(); ++unit) {
    if (cells_[unit].empty()) continue;
    if (follower_.line().units[unit].phase_tag) follow_phase(unit, context, state);
    compared += compare_unit(unit, frame, context, range, state, conformance);
  }
  conclude(compared, state, conformance);
}

/// While the throughput moves, the classes from where it came to where it is, and those on both sides of it.
GoldenModel::Range GoldenModel::classes_of(const GoldenFollower::State& follow) const {
  Range range;
  std::int32_t below = -1, above = -1, before = -1;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(profile_.throughputs.size()); ++i) {
    const double rate = profile_.throughputs[static_cast<std::size_t>(i)], slack = profile_.tolerance * rate;
    if (rate <= follow.throughput + slack) below = i;
    if (above < 0 && rate >= follow.throughput - slack) above = i;
    if (std::fabs(rate - follow.throughput_before) <= slack) before = i;
  }
  if (below < 0 || above < 0) return range;
  if (!follow.moving) return below == above ? Range{below, above} : range;
  if (before < 0) return range;  // the line stood: the start is not over yet
  return {std::min({below, above, before}), std::max({below, above, before})};
}

std::int32_t GoldenModel::find(std::size_t unit, const GoldenFollower::UnitKey& key, double recipe, std::int32_t throughput) const {
  if (key.activity == Activity::start_up && !key.from_empty) return -1;  // after a hold-up it depends on how long that was
  for (const std::int32_t place : cells_[unit]) {
    const GoldenCell& cell = profile_.cells[static_cast<std::size_t>(place)];
    if (cell.activity != key.activity || cell.phase != key.phase) continue;
    if (cell.recipe != 0 && cell.recipe != recipe) continue;
    if (cell.throughput == 0 || (throughput >= 0 && cell.throughput == profile_.throughputs[static_cast<std::size_t>(throughput)]))
      return place;
  }
  return -1;
}

std::size_t GoldenModel::compare_unit(std::size_t unit, const Frame& frame, const Context& context, Range range, const GoldenState& state,
                                      Conformance& conformance) const {
  std::array<std::int32_t, 8> found{};
  std::size_t count = 0;
  for (std::int32_t rate = range.first; rate <= range.last && count < found.size(); ++rate) {
    const std::int32_t cell = find(unit, state.follow.keys[unit], context.recipe, rate);
    if (cell >= 0 && (count == 0 || found[count - 1] != cell)) found[count++] = cell;
  }
  if (count == 0) return 0;
  const std::span<const std::int32_t> cells{found.data(), count};
  const GoldenCell& first = profile_.cells[static_cast<std::size_t>(cells.front())];
  if (first.axis == GoldenAxis::band) return compare_bands(cells, state, conformance);
  const auto position = position_of(first, unit, context.units[unit], frame, state);
  return position ? compare_tubes(cells, *position, state, conformance) : 0;
}

std::size_t GoldenModel::compare_bands(std::span<const std::int32_t> cells, const GoldenState& state, Conformance& conformance) const {
  const auto& watched = placed_[static_cast<std::size_t>(cells.front())].watched;
  std::size_t compared = 0;
  for (std::size_t t = 0; t < watched.size(); ++t) {
    if (watched[t] < 0) continue;
    const auto k = static_cast<std::size_t>(watched[t]);
    if (state.follow.slow[k].seen < GoldenFollower::slow_span) continue;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const std::int32_t place : cells) {
      const GoldenCell& cell = profile_.cells[static_cast<std::size_t>(place)];
      if (cell.axis != GoldenAxis::band || t >= cell.tags.size() || placed_[static_cast<std::size_t>(place)].watched[t] != watched[t])
        continue;
      low = std::min(low, cell.centre[t] - cell.half[t]);
      high = std::max(high, cell.centre[t] + cell.half[t]);
    }
    conformance.excess[k] = excess_of(state.follow.slow[k].value, low, high);
    ++compared;
  }
  return compared;
}

std::size_t GoldenModel::compare_tubes(std::span<const std::int32_t> cells, double position, const GoldenState& state,
                                       Conformance& conformance) const {
  const auto& watched = placed_[static_cast<std::size_t>(cells.front())].watched;
  std::size_t compared = 0;
  for (std::size_t t = 0; t < watched.size(); ++t) {
    if (watched[t] < 0) continue;
    const auto k = static_cast<std::size_t>(watched[t]);
    if (state.follow.fast[k].seen < GoldenFollower::fast_span) continue;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const std::int32_t place : cells) {
      const GoldenCell& cell = profile_.cells[static_cast<std::size_t>(place)];
      if (t >= cell.tags.size() || placed_[static_cast<std::size_t>(place)].watched[t] != watched[t]) continue;
      const auto point = static_cast<std::size_t>(position);
      if (point >= cell.points()) continue;
      low = std::min(low, cell.low[t * cell.points() + point]);
      high = std::max(high, cell.high[t * cell.points() + point]);
    }
    if (high < low) continue;
    const float excess = excess_of(state.follow.fast[k].value, low, high);
    if (std::fabs(excess) > std::fabs(conformance.excess[k])) conformance.excess[k] = excess;  // beside how the phase before ended
    ++compared;
  }
  return compared;
}

/// The point of the tube where the unit is now; none: outside the learned stretch.
std::optional<double> GoldenModel::position_of(const GoldenCell& cell, std::size_t unit, const UnitContext& own, const Frame& frame,
                                               const GoldenState& state) const {
  if (cell.axis == GoldenAxis::aligned) {
    if (state.phase_s[unit] < 0 || state.aligned[unit].taken == 0) return {};
    return static_cast<double>(state.aligned[unit].at);
  }
  double along = cell.activity == Activity::refill ? own.refill_s : own.since_s;
  if (cell.axis == GoldenAxis::maturity) {
    const auto& tag = follower_.line().units[unit].maturity_tag;
    if (!tag || !usable(frame.flaws[tag->value])) return {};
    along = frame.values[tag->value];
  }
  const double point = std::floor((along - cell.begin) / cell.step + 0.5);
  if (point < 0 || point >= static_cast<double>(cell.points())) return {};
  return point;
}

void GoldenModel::follow_phase(std::size_t unit, const Context& context, GoldenState& state) const {
  const GoldenFollower::UnitKey &now = state.follow.keys[unit], &before = state.follow.before[unit];
  if (now.phase == before.phase) {
    if (state.phase_s[unit] >= 0) state.phase_s[unit] = context.units[unit].phase_s;
  } else {
    if (state.phase_s[unit] >= 0) end_phase(unit, find(unit, before, context.recipe, -1), state);
    if (now.phase < before.phase)  // the next batch
      for (const std::size_t k : follower_.of_unit(unit)) state.ended[k] = 0;
    state.phase_s[unit] = before.phase >= 0 ? 0 : -1;
    state.aligned[unit] = {};
    state.shape[unit].clear();
  }
  const std::int32_t cell = find(unit, now, context.recipe, -1);
  if (cell >= 0 && state.phase_s[unit] >= 0) align(unit, cell, state);
}

void GoldenModel::end_phase(std::size_t unit, std::int32_t place, GoldenState& state) const {
  if (place < 0) return;
  const GoldenCell& cell = profile_.cells[static_cast<std::size_t>(place)];
  const auto& ends = placed_[static_cast<std::size_t>(place)].ends;
  const auto keep = [&](std::size_t k, float excess) {
    if (std::fabs(excess) > std::fabs(state.ended[k])) state.ended[k] = excess;
  };
  for (std::size_t e = 0; e < ends.size(); ++e) {
    if (ends[e] < 0) continue;
    const auto k = static_cast<std::size_t>(ends[e]);
    keep(k, excess_of(state.follow.fast[k].value, cell.end_low[e], cell.end_high[e]));
    if (e == 0 && cell.most_s > 0)
      keep(k, excess_of(state.phase_s[unit], cell.least_s, cell.most_s));  // the phase's length shows with its first end point
  }
}

/// One more point of the growing trajectory each `step` seconds.
void GoldenModel::align(std::size_t unit, std::int32_t place, GoldenState& state) const {
  const GoldenCell& cell = profile_.cells[static_cast<std::size_t>(place)];
  const Placed& placed = placed_[static_cast<std::size_t>(place)];
  if (!placed.dtw) return;
  std::vector<double>& series = state.shape[unit];  // of the first tag, then of the second; as many points each as were taken
  const std::size_t features = placed.shape.size(), taken = state.aligned[unit].taken;
  if (state.phase_s[unit] < cell.step * static_cast<double>(taken)) return;
  std::array<double, 8> point{};
  if (features > point.size()) return;
  for (std::size_t f = features; f-- > 0;)  // from behind, so that the places before stay
    series.insert(series.begin() + static_cast<std::ptrdiff_t>((f + 1) * taken),
                  state.follow.fast[static_cast<std::size_t>(placed.shape[f])].value);
  for (std::size_t f = 0; f < features; ++f)
    point[f] = slope_of(std::span{series}.subspan(f * (taken + 1), taken + 1), taken, golden_slope_reach) / cell.shape_scale[f];
  placed.dtw->take(std::span{point}.first(features), state.aligned[unit]);
}

void GoldenModel::conclude(std::size_t compared, const GoldenState&, Conformance& conformance) const {
  double sum = 0;
  conformance.worst_count = 0;
  for (std::size_t k = 0; k < conformance.excess.size(); ++k) {
    const float excess = conformance.excess[k];
    if (excess == 0) continue;
    sum += static_cast<double>(excess) * static_cast<double>(excess);
    std::size_t rank = conformance.worst_count;
    while (rank > 0 && std::fabs(conformance.worst[rank - 1].excess) < std::fabs(excess)) --rank;
    if (rank == conformance.worst.size()) continue;
    conformance.worst_count = std::min(conformance.worst_count + 1, conformance.worst.size());
    for (std::size_t i = conformance.worst_count - 1; i > rank; --i) conformance.worst[i] = conformance.worst[i - 1];
    conformance.worst[rank] = {k, excess};
  }
  conformance.known = compared > 0 && 2 * compared >= tags().size();
  const std::size_t of = std::max<std::size_t>({compared, tags().size() / 2, 1});
  conformance.index = 100 * numeric::exp(-0.5 * sum / static_cast<double>(of));
}

}  // namespace steadyline
