#pragma once

#include <span>
#include <vector>

#include "frames/context.h"
#include "frames/frame.h"
#include "frames/hopper.h"
#include "line/line.h"

namespace steadyline {

/// How frames become model inputs: which tags, scaled how. Part of every bundle; the same code for training and for the live line.
struct FeatureSpec {
  std::vector<TagIndex> tags;  ///< modelled tags, in the model's order
  std::vector<double> center;  ///< one per tag, in its unit of measure
  std::vector<double> scale;   ///< one per tag, > 0
  double fast_span_s = 60;     ///< EWMA spans: alpha = period / (span + period)
  double slow_span_s = 600;
  double clip = 8;                   ///< scaled values are held within +-clip
  double quick_span_s = 10;          ///< a third EWMA
  std::vector<TagIndex> guides;      ///< what the tags follow and the health model does not look at: set-points, hopper weights
  std::vector<double> guide_center;  ///< one per guide
  std::vector<double> guide_scale;   ///< one per guide, > 0
  std::vector<UnitIndex> units;      ///< whose context is an input: the feeders
  std::vector<double> ladder_s;       ///< ascending EWMA spans; may be empty
  std::vector<std::size_t> followed;  ///< places of the tags that have the ladder: the forecast ones
  std::vector<double> unrest;         ///< by followed tag: |quick - slow EWMA| beyond which it moves by itself, z units; empty: never
  std::vector<double> unrest_refill;  ///< likewise while its unit is under refill; as many, like the next two
  std::vector<double> to_product_s;   ///< by followed tag: how far its unit is from the tablet (line.h, Unit)
  std::vector<double> unit_of;        ///< by followed tag: number of its unit; tags of one unit have the same
  std::vector<Hopper> hoppers;        ///< of units with followed tags

  std::size_t tag_count() const { return tags.size(); }
  /// Of the block that the health model reads: z | z - fast | z - slow | missing (0/1), tag_count each; then running (0/1) and maturity
  /// (frames since the start, 0..1 over slow_span).
  std::size_t base_size() const { return 4 * tags.size() + 2; }
  /// After the base: z - quick of each tag; z and z - fast of each guide; the context of each unit (`unit_facts`), then the line's
  /// (`line_facts`).
  std::size_t network_size() const { return base_size() + tags.size() + 2 * guides.size() + unit_facts * units.size() + line_facts; }
  /// After what the network reads: of each followed tag the steps of its ladder, v - e_1, e_1 - e_2, ..., then v - z: v is z before it was
  /// clipped. At last what is to be seen of each hopper (hopper.h).
  std::size_t size() const { return hopper_at(hoppers.size()); }
  std::size_t rungs() const { return ladder_s.size() + 1; }
  std::size_t ladder_at(std::size_t f) const { return network_size() + f * rungs(); }
  std::size_t hopper_at(std::size_t hopper) const { return ladder_at(followed.size()) + hopper_inputs * hopper; }
  /// What the linear forecast of a followed tag reads beside the network's inputs: places of its ladder, then of its unit's hopper.
  std::vector<std::size_t> own_inputs(std::size_t f) const;
  /// The most inputs that a linear forecast reads.
  std::size_t linear_size() const { return network_size() + rungs() + (hoppers.empty() ? 0 : hopper_inputs); }
  static constexpr std::size_t unit_facts = 6;  ///< under refill or in its tail (0/1), ages of refill (three spans) and lot, whether it stands (0/1)
  static constexpr std::size_t line_facts = 4;  ///< unsettled (0/1), starting up (0/1), age of the last move (two spans)
  std::size_t quick_at(std::size_t place) const { return base_size() + place; }
  std::size_t guide_at(std::size_t guide) const { return base_size() + tags.size() + guide; }
  std::size_t unit_at(std::size_t k) const { return base_size() + tags.size() + 2 * guides.size() + unit_facts * k; }
  std::size_t line_at() const { return unit_at(units.size()); }
};

/// Running state of the features of one line. A plain value: copy it, compare it, store it.
struct FeatureState {
  std::vector<double> z, fast, slow;  ///< last scaled value and its EWMAs, one per tag
  std::vector<double> quick;
  std::vector<unsigned char> seen;
  std::vector<double> guide_z, guide_fast;  ///< one per guide
  std::vector<unsigned char> guide_seen;
  std::vector<double> unclipped;  ///< one per followed tag
  std::vector<double> ladder;     ///< [followed][spans]
  std::vector<unsigned char> ladder_seen;
  std::vector<HopperState> hoppers;
  std::int64_t frames = 0;  ///< since the line began to run (restarts with a cold frame or a standstill)
  friend bool operator==(const FeatureState&, const FeatureState&) = default;
};

/// Whether the line is on its way to another state: starting, running empty, or a set-point or recipe moved less than `unsettled_s` ago.
inline constexpr double unsettled_s = 420;  ///< 99.5 % of the powder's residence times are shorter
bool is_unsettled(const Context& context);

/// Group of contexts of a tag by its inputs: 0 steady, 1 its own unit under refill, 2 the line unsettled, 3 the line starting up. `flag`: the
/// input that tells of its unit's refill, or `line_at()` where the unit has none.
inline std::size_t context_group(const FeatureSpec& spec, std::span<const float> inputs, std::size_t flag) {
  const std::size_t line = spec.line_at();
  if (inputs[line] >= 0.5F) return inputs[line + 1] >= 0.5F ? 3 : 2;
  return inputs[flag] >= 0.5F ? 1 : 0;
}

/// How far a followed tag moves by itself: |quick - slow EWMA|, z units.
inline double moved_of(const FeatureSpec& spec, std::span<const float> inputs, std::size_t f) {
  const std::size_t place = spec.followed[f];
  const double moved = static_cast<double>(inputs[2 * spec.tag_count() + place]) - static_cast<double>(inputs[spec.quick_at(place)]);
  return moved < 0 ? -moved : moved;
}

/// How far followed tag `f` moves by itself in terms of what it, or another tag of its unit, does in all but two percent of such seconds of
/// production without faults; in a steady context (`group` 0) also what is further upstream, at half its weight: what happened there
/// arrives. What is downstream tells it nothing.
inline double unrest_of(const FeatureSpec& spec, std::span<const float> inputs, std::size_t f, std::size_t group) {
  constexpr double of_upstream = 0.5;
  const std::vector<double>& limits = group == 0 ? spec.unrest : spec.unrest_refill;
  double most = 0;
  for (std::size_t other = 0; other < spec.followed.size(); ++other) {
    const bool here = spec.unit_of[other] == spec.unit_of[f];
    if (!here && (group != 0 || spec.to_product_s[other] <= spec.to_product_s[f])) continue;
    const double share = (here ? 1 : of_upstream) * moved_of(spec, inputs, other) / limits[other];
    most = most < share ? share : most;
  }
  return most;
}

/// Group of the forecast of followed tag `f`: its group of contexts; in a steady context 4 while it is in unrest, and there and under refill 5
/// while it is in turmoil: what has begun to move goes on. 6 while its own unit stands in a running line: nothing moves.
inline constexpr std::size_t unrest_group = 4, turmoil_group = 5, standing_group = 6;
inline std::size_t forecast_group(const FeatureSpec& spec, std::span<const float> inputs, std::size_t f, std::size_t flag) {
  constexpr double turmoil = 3;
  if (flag != spec.line_at() && inputs[flag + FeatureSpec::unit_facts - 1] >= 0.5F) return standing_group;
  const std::size_t group = context_group(spec, inputs, flag);
  if (group > 1 || spec.unrest.empty()) return group;
  const double unrest = unrest_of(spec, inputs, f, group);
  if (unrest > turmoil) return turmoil_group;
  return group == 0 && unrest > 1 ? unrest_group : group;
}

/// Steps the features by one checked frame. `out` has spec.size() floats. A tag that is not usable keeps its last z and sets `missing`.
/// A cold frame resets the state; so does the first running frame after a standstill (EWMAs begin at the present value).
/// `context`: of the same frame; an empty one (no units) leaves the units' facts at 0.
void step_features(const FeatureSpec& spec, const Line& line, const Frame& frame, const Context& context, FeatureState& state,
                   std::span<float> out);

}  // namespace steadyline
