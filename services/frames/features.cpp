#include "frames/features.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

void begin_anew(const FeatureSpec& spec, FeatureState& state) {
  for (auto* const values : {&state.z, &state.fast, &state.slow, &state.quick}) values->assign(spec.tag_count(), 0.0);
  for (auto* const values : {&state.guide_z, &state.guide_fast}) values->assign(spec.guides.size(), 0.0);
  state.seen.assign(spec.tag_count(), 0);
  state.guide_seen.assign(spec.guides.size(), 0);
  state.unclipped.assign(spec.followed.size(), 0.0);
  state.ladder.assign(spec.followed.size() * spec.ladder_s.size(), 0.0);
  state.ladder_seen.assign(spec.followed.size(), 0);
  state.hoppers.assign(spec.hoppers.size(), HopperState{});
  state.frames = 0;
}

/// Shares of the newest value in the EWMAs.
struct Shares {
  double quick, fast, slow;
};

/// An age as an input: 1 when it just happened, 0 when long ago.
float recent(double age_s, double span_s) { return static_cast<float>(age_s < 20 * span_s ? numeric::exp(-age_s / span_s) : 0.0); }

void step_tags(const FeatureSpec& spec, const Frame& frame, const Shares& shares, bool starts, FeatureState& state, std::span<float> out) {
  const std::size_t count = spec.tag_count();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t tag = spec.tags[i].value;
    const bool present = usable(frame.flaws[tag]);
    if (present) state.z[i] = std::clamp((frame.values[tag] - spec.center[i]) / spec.scale[i], -spec.clip, spec.clip);
    if (starts || (present && state.seen[i] == 0)) {
      state.quick[i] = state.fast[i] = state.slow[i] = state.z[i];
    } else if (present) {
      state.quick[i] += shares.quick * (state.z[i] - state.quick[i]);
      state.fast[i] += shares.fast * (state.z[i] - state.fast[i]);
      state.slow[i] += shares.slow * (state.z[i] - state.slow[i]);
    }
    if (present) state.seen[i] = 1;
    out[i] = static_cast<float>(state.z[i]);
    out[count + i] = static_cast<float>(state.z[i] - state.fast[i]);
    out[2 * count + i] = static_cast<float>(state.z[i] - state.slow[i]);
    out[3 * count + i] = present ? 0.0F : 1.0F;
    out[spec.quick_at(i)] = static_cast<float>(state.z[i] - state.quick[i]);
  }
}

void step_guides(const FeatureSpec& spec, const Frame& frame, const Shares& shares, bool starts, FeatureState& state,
                 std::span<float> out) {
  for (std::size_t g = 0; g < spec.guides.size(); ++g) {
    const std::size_t tag = spec.guides[g].value;
    const bool present = usable(frame.flaws[tag]);
    if (present) state.guide_z[g] = std::clamp((frame.values[tag] - spec.guide_center[g]) / spec.guide_scale[g], -spec.clip, spec.clip);
    if (starts || (present && state.guide_seen[g] == 0))
      state.guide_fast[g] = state.guide_z[g];
    else if (present)
      state.guide_fast[g] += shares.fast * (state.guide_z[g] - state.guide_fast[g]);
    if (present) state.guide_seen[g] = 1;
    out[spec.guide_at(g)] = static_cast<float>(state.guide_z[g]);
    out[spec.guide_at(spec.guides.size() + g)] = static_cast<float>(state.guide_z[g] - state.guide_fast[g]);
  }
}

/// Steps between neighbouring EWMAs are far less alike than the EWMAs themselves: what is fitted to them stays well conditioned.
void step_ladders(const FeatureSpec& spec, const Frame& frame, double period_s, bool starts, FeatureState& state, std::span<float> out) {
  constexpr double reach = 20;  // clips
  const std::size_t spans = spec.ladder_s.size();
  for (std::size_t f = 0; f < spec.followed.size(); ++f) {
    const std::size_t place = spec.followed[f];
    const std::size_t tag = spec.tags[place].value;
    const bool present = usable(frame.flaws[tag]);
    double& value = state.unclipped[f];
    if (present) value = std::clamp((frame.values[tag] - spec.center[place]) / spec.scale[place], -reach * spec.clip, reach * spec.clip);
    const bool anew = starts || (present && state.ladder_seen[f] == 0);
    if (present) state.ladder_seen[f] = 1;
    double above = value;
    for (std::size_t k = 0; k < spans; ++k) {
      double& rung = state.ladder[f * spans + k];
      if (anew)
        rung = value;
      else if (present)
        rung += period_s / (spec.ladder_s[k] + period_s) * (value - rung);
      out[spec.ladder_at(f) + k] = static_cast<float>(above - rung);
      above = rung;
    }
    out[spec.ladder_at(f) + spans] = static_cast<float>(value - state.z[place]);
  }
}

void step_hoppers(const FeatureSpec& spec, const Frame& frame, const Context& context, double period_s, FeatureState& state,
                  std::span<float> out) {
  for (std::size_t k = 0; k < spec.hoppers.size(); ++k) {
    const Hopper& hopper = spec.hoppers[k];
    const std::size_t tag = hopper.weight.value, unit = hopper.unit.value;
    const std::optional<double> weight = usable(frame.flaws[tag]) ? std::optional{frame.values[tag]} : std::nullopt;
    const double refill_s = unit < context.units.size() ? context.units[unit].refill_s : long_ago_s;
    step_hopper(hopper, weight, refill_s, period_s, state.hoppers[k], out.subspan(spec.hopper_at(k), hopper_inputs));
  }
}

void write_context(const FeatureSpec& spec, const Context& context, std::span<float> out) {
  for (std::size_t k = 0; k < spec.units.size(); ++k) {
    float* const fact = &out[spec.unit_at(k)];
    const std::size_t unit = spec.units[k].value;
    const UnitContext facts = unit < context.units.size() ? context.units[unit] : UnitContext{};
    fact[0] = facts.refill_s < refill_tail_s ? 1.0F : 0.0F;
    fact[1] = recent(facts.refill_s, 10);
    fact[2] = recent(facts.refill_s, 40);
    fact[3] = recent(facts.refill_s, 160);
    fact[4] = recent(facts.lot_s, 1000);
    fact[5] = unit < context.units.size() && facts.activity == Activity::stopped ? 1.0F : 0.0F;
  }
  float* const fact = &out[spec.line_at()];
  fact[0] = is_unsettled(context) ? 1.0F : 0.0F;
  fact[1] = context.activity == Activity::start_up ? 1.0F : 0.0F;
  fact[2] = recent(context.settled_s, 60);
  fact[3] = recent(context.settled_s, 300);
}

}  // namespace

std::vector<std::size_t> FeatureSpec::own_inputs(std::size_t f) const {
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < rungs(); ++k) places.push_back(ladder_at(f) + k);
  for (std::size_t hopper = 0; hopper < hoppers.size(); ++hopper)
    for (std::size_t k = 0; k < hopper_inputs && static_cast<double>(hoppers[hopper].unit.value) == unit_of[f]; ++k) places.push_back(hopper_at(hopper) + k);
  return places;
}

bool is_unsettled(const Context& context) {
  return context.activity == Activity::start_up || context.activity == Activity::shutdown || context.settled_s < unsettled_s;
}

void step_features(const FeatureSpec& spec, const Line& line, const Frame& frame, const Context& context, FeatureState& state,
                   std::span<float> out) {
  const std::size_t count = spec.tag_count();
  if (frame.cold || state.z.size() != count) begin_anew(spec, state);
  const bool starts = frame.running && state.frames == 0;
  const double period_s = static_cast<double>(line.period.count()) / 1000;
  const auto share = [period_s](double span_s) { return period_s / (span_s + period_s); };
  const Shares shares{share(spec.quick_span_s), share(spec.fast_span_s), share(spec.slow_span_s)};
  step_tags(spec, frame, shares, starts, state, out);
  step_guides(spec, frame, shares, starts, state, out);
  step_ladders(spec, frame, period_s, starts, state, out);
  step_hoppers(spec, frame, context, period_s, state, out);
  write_context(spec, context, out);
  state.frames = frame.running ? state.frames + 1 : 0;
  out[4 * count] = frame.running ? 1.0F : 0.0F;
  out[4 * count + 1] = static_cast<float>(std::min(1.0, static_cast<double>(state.frames) * period_s / spec.slow_span_s));
}

}  // namespace steadyline
