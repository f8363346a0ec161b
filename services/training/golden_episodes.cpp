#include "training/golden_episodes.h"

#include <algorithm>
#include <cmath>

#include "training/golden_cells.h"

namespace steadyline {
namespace {

constexpr double step_s = 5;
constexpr std::size_t past_s = 10;  // a refill's tube begins so long before it
constexpr std::size_t least_refills = 30, least_episodes = 15;
constexpr std::size_t maturity_points = 120;
constexpr double low_share = 0.01, high_share = 0.99;
constexpr double end_scales = 3, least_length_share = 0.02;

bool among(const std::vector<std::int64_t>& phases, std::int64_t phase) {
  return std::find(phases.begin(), phases.end(), phase) != phases.end();
}

}  // namespace

Episodes::Episodes(const GoldenFollower& follower)
    : follower_{&follower}, open_(follower.line().units.size()), past_(follower.line().units.size()) {}

/// What kind of episode the unit is in, if any.
std::optional<Episodes::Key> Episodes::kind_of(std::size_t unit, const Context& context, const GoldenFollower::State& state) const {
  const GoldenFollower::UnitKey& now = state.keys[unit];
  const Unit& description = follower_->line().units[unit];
  Key key{unit, now.phase, now.activity, context.recipe, 0};
  if (now.phase >= 0) {
    if (!among(description.maturity_phases, now.phase) && !among(description.aligned_phases, now.phase)) return {};
    key.recipe = 0;  // a batch may be of an earlier recipe than the line
    return key;
  }
  if (now.activity == Activity::refill && !state.moving) {
    key.rate = golden_rate(state.throughput);
    return key;
  }
  if ((now.activity == Activity::start_up && now.from_empty) || now.activity == Activity::shutdown) return key;
  return {};
}

void Episodes::take(const Frame& frame, const Context& context, const GoldenFollower::State& state) {
  for (std::size_t unit = 0; unit < open_.size(); ++unit) {
    if (follower_->of_unit(unit).empty()) continue;
    const UnitContext& own = context.units[unit];
    const auto key = kind_of(unit, context, state);
    const bool changed = frame.cold || state.keys[unit] != state.before[unit];
    auto& open = open_[unit];
    if (open && frame.cold) open.reset();
    if (open && changed) {
      Trail& trail = open->trail;
      for (const std::size_t k : follower_->of_unit(unit)) trail.ends.push_back(state.fast[k].value);
      trails_[open->key].push_back(std::move(trail));
      open.reset();
    }
    if (open && (!key || *key != open->key)) open.reset();  // a refill during which the throughput moved
    const bool seen = (!frame.cold || context.from_empty) && (!key || key->phase < 0 || state.before[unit].phase >= 0);
    if (key && changed && seen) begin(unit, *key, own);
    if (open) grow(unit, frame, own, state);
    if (follower_->line().units[unit].mode_tag) remember(unit, state);
  }
}

void Episodes::begin(std::size_t unit, const Key& key, const UnitContext& own) {
  const bool refill = key.activity == Activity::refill && key.phase < 0;
  if (refill && (own.refill_s > 0 || past_[unit].size() < past_s)) return;
  open_[unit] = Open{key, {}};
  if (!refill) return;
  Trail& trail = open_[unit]->trail;
  for (std::size_t second = 0; second < past_s; second += static_cast<std::size_t>(step_s)) {
    trail.values.insert(trail.values.end(), past_[unit][second].begin(), past_[unit][second].end());
    ++trail.points;
  }
}

void Episodes::grow(std::size_t unit, const Frame& frame, const UnitContext& own, const GoldenFollower::State& state) {
  const Key& key = open_[unit]->key;
  Trail& trail = open_[unit]->trail;
  const bool refill = key.activity == Activity::refill && key.phase < 0;
  const double along = refill ? own.refill_s + static_cast<double>(past_s) : key.phase >= 0 ? own.phase_s : own.since_s;
  trail.length_s = along;
  if (along < step_s * static_cast<double>(trail.points)) return;
  for (const std::size_t k : follower_->of_unit(unit)) trail.values.push_back(static_cast<float>(state.fast[k].value));
  if (const auto& tag = follower_->line().units[unit].maturity_tag) trail.maturity.push_back(frame.values[tag->value]);
  ++trail.points;
}

void Episodes::remember(std::size_t unit, const GoldenFollower::State& state) {
  auto& past = past_[unit];
  if (past.size() == past_s) past.erase(past.begin());
  auto& now = past.emplace_back();
  for (const std::size_t k : follower_->of_unit(unit)) now.push_back(static_cast<float>(state.fast[k].value));
}

void Episodes::append_cells(GoldenProfile& profile) {
  std::map<Key, std::vector<Trail>> merged;
  for (auto& [key, trails] : trails_) {
    Key of_class = key;
    of_class.rate = golden_class(profile, key.rate);
    if (of_class.rate == 0 && key.rate != 0) continue;
    auto& into = merged[of_class];
    into.insert(into.end(), std::make_move_iterator(trails.begin()), std::make_move_iterator(trails.end()));
  }
  trails_.clear();
  for (const auto& [key, trails] : merged) {
    const bool refill = key.activity == Activity::refill && key.phase < 0;
    if (trails.size() < (refill ? least_refills : least_episodes)) continue;
    if (key.phase < 0)
      append_elapsed(key, trails, profile);
    else if (among(follower_->line().units[key.unit].maturity_phases, key.phase))
      append_maturity(key, trails, profile);
    else
      append_aligned(key, trails, profile);
  }
}

GoldenCell Episodes::new_cell(const Key& key, GoldenAxis axis, std::size_t episodes) const {
  GoldenCell cell{.unit = follower_->line().units[key.unit].id,
                  .recipe = key.recipe,
                  .throughput = key.rate,
                  .phase = key.phase,
                  .activity = key.activity,
                  .axis = axis,
                  .episodes = static_cast<std::int64_t>(episodes)};
  for (const std::size_t k : follower_->of_unit(key.unit)) cell.tags.push_back(follower_->line().tag(follower_->tags()[k]).path);
  cell.step = step_s;
  return cell;
}

void Episodes::add_tube(const Key& key, const std::vector<std::vector<std::vector<double>>>& met, GoldenCell& cell) const {
  for (std::size_t t = 0; t < cell.tags.size(); ++t) {
    const Tag& tag = follower_->line().tag(follower_->tags()[follower_->of_unit(key.unit)[t]]);
    for (std::size_t p = 0; p < met.size(); ++p) {
      std::vector<double> at;  // of the neighbours too: what switches between two points lies within
      for (std::size_t near = p > 0 ? p - 1 : 0; near < std::min(p + 2, met.size()); ++near)
        at.insert(at.end(), met[near][t].begin(), met[near][t].end());
      const double low = quantile(at, low_share), high = quantile(at, high_share), middle = (low + high) / 2;
      const double half = std::max((high - low) / 2, least_half(tag, middle, 0, 1));
      cell.low.push_back(middle - half);
      cell.high.push_back(middle + half);
    }
  }
}

/// As far as enough of them last.
void Episodes::append_elapsed(const Key& key, const std::vector<Trail>& trails, GoldenProfile& profile) const {
  const bool refill = key.activity == Activity::refill;
  GoldenCell cell = new_cell(key, GoldenAxis::elapsed, trails.size());
  cell.begin = refill ? -static_cast<double>(past_s) : 0;
  std::vector<std::vector<std::vector<double>>> met;
  for (std::size_t point = 0;; ++point) {
    std::vector<std::vector<double>> at(cell.tags.size());
    for (const Trail& trail : trails)
      for (std::size_t t = 0; t < at.size() && point < trail.points; ++t)
        at[t].push_back(static_cast<double>(trail.values[point * at.size() + t]));
    if (at[0].size() < (refill ? least_refills : least_episodes)) break;
    met.push_back(std::move(at));
  }
  if (met.empty()) return;
  add_tube(key, met, cell);
  profile.cells.push_back(std::move(cell));
}

/// A batch meets a point with all its samples that are nearest to it.
void Episodes::append_maturity(const Key& key, const std::vector<Trail>& trails, GoldenProfile& profile) const {
  std::vector<double> final_maturity;
  for (const Trail& trail : trails)
    if (!trail.maturity.empty()) final_maturity.push_back(trail.maturity.back());
  const double most = quantile(final_maturity, 0.5);
  if (!(most > 0)) return;
  GoldenCell cell = new_cell(key, GoldenAxis::maturity, trails.size());
  cell.step = most / maturity_points;
  std::vector<std::vector<std::vector<double>>> met(maturity_points + 1, std::vector<std::vector<double>>(cell.tags.size()));
  for (const Trail& trail : trails)
    for (std::size_t p = 0; p < trail.points; ++p) {
      const double point = std::floor(trail.maturity[p] / cell.step + 0.5);
      if (!(point >= 0) || point >= static_cast<double>(met.size())) continue;
      auto& at = met[static_cast<std::size_t>(point)];
      for (std::size_t t = 0; t < cell.tags.size(); ++t) at[t].push_back(static_cast<double>(trail.values[p * cell.tags.size() + t]));
    }
  while (!met.empty() && met.back()[0].size() < least_episodes) met.pop_back();
  if (met.empty()) return;
  add_tube(key, met, cell);
  add_ends(key, trails, cell);
  profile.cells.push_back(std::move(cell));
}

/// The pointwise median is the reference; each trajectory is aligned to it as the model will align the next one.
void Episodes::append_aligned(const Key& key, const std::vector<Trail>& trails, GoldenProfile& profile) const {
  const Line& line = follower_->line();
  GoldenCell cell = new_cell(key, GoldenAxis::aligned, trails.size());
  const std::size_t tags = cell.tags.size();
  std::vector<std::size_t> shape;  // places among the unit's tags
  for (const TagIndex tag : line.units[key.unit].aligned_by)
    for (std::size_t t = 0; t < tags; ++t)
      if (cell.tags[t] == line.tag(tag).path) shape.push_back(t);
  std::vector<double> lengths;
  for (const Trail& trail : trails) lengths.push_back(static_cast<double>(trail.points));
  const auto points = static_cast<std::size_t>(quantile(lengths, 0.5));
  if (shape.empty() || points < 2) return;

  cell.shape.resize(points * shape.size());
  for (std::size_t f = 0; f < shape.size(); ++f) {
    std::vector<double> median(points), slopes(points);
    for (std::size_t p = 0; p < points; ++p) {
      std::vector<double> at;
      for (const Trail& trail : trails)
        if (p < trail.points) at.push_back(static_cast<double>(trail.values[p * tags + shape[f]]));
      median[p] = quantile(at, 0.5);
    }
    double squares = 0;
    for (std::size_t p = 0; p < points; ++p) {
      slopes[p] = slope_of(median, p, golden_slope_reach);
      squares += slopes[p] * slopes[p];
    }
    const double scale = std::max(std::sqrt(squares / static_cast<double>(points)), 1e-9);
    for (std::size_t p = 0; p < points; ++p) cell.shape[p * shape.size() + f] = slopes[p] / scale;
    cell.shape_tags.push_back(cell.tags[shape[f]]);
    cell.shape_scale.push_back(scale);
  }

  const OpenEndDtw dtw{DtwReference{shape.size(), cell.shape}};
  std::vector<std::vector<std::vector<double>>> met(points, std::vector<std::vector<double>>(tags));
  for (const Trail& trail : trails) {
    DtwState state;
    std::vector<std::vector<double>> series(shape.size());
    std::vector<double> point(shape.size());
    for (std::size_t p = 0; p < trail.points; ++p) {
      for (std::size_t f = 0; f < shape.size(); ++f) {
        series[f].push_back(static_cast<double>(trail.values[p * tags + shape[f]]));
        point[f] = slope_of(series[f], p, golden_slope_reach) / cell.shape_scale[f];
      }
      const std::size_t at = dtw.take(point, state);
      for (std::size_t t = 0; t < tags; ++t) met[at][t].push_back(static_cast<double>(trail.values[p * tags + t]));
    }
  }
  for (std::size_t p = 1; p < points; ++p)
    if (met[p][0].empty()) met[p] = met[p - 1];
  add_tube(key, met, cell);
  add_ends(key, trails, cell);
  profile.cells.push_back(std::move(cell));
}

void Episodes::add_ends(const Key& key, const std::vector<Trail>& trails, GoldenCell& cell) const {
  const auto& places = follower_->of_unit(key.unit);
  for (std::size_t t = 0; t < places.size(); ++t) {
    const Tag& tag = follower_->line().tag(follower_->tags()[places[t]]);
    if (tag.tag_class != TagClass::cqa) continue;
    std::vector<double> ends;
    for (const Trail& trail : trails) ends.push_back(trail.ends[t]);
    const Robust all = robust(ends);
    const double half = std::max(end_scales * all.scale, least_half(tag, all.centre, 0, 1));
    cell.end_tags.push_back(tag.path);
    cell.end_low.push_back(all.centre - half);
    cell.end_high.push_back(all.centre + half);
  }
  std::vector<double> lengths;
  for (const Trail& trail : trails) lengths.push_back(trail.length_s);
  const Robust length = robust(lengths);
  const double half = std::max({end_scales * length.scale, least_length_share * length.centre, step_s});
  cell.least_s = std::max(0.0, length.centre - half);
  cell.most_s = length.centre + half;
}

}  // namespace steadyline
