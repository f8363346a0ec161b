#include "frames/features.h"

#include <algorithm>

namespace steadyline {
namespace {

void begin_anew(const FeatureSpec& spec, FeatureState& state) {
  state.z.assign(spec.tag_count(), 0.0);
  state.fast.assign(spec.tag_count(), 0.0);
  state.slow.assign(spec.tag_count(), 0.0);
  state.seen.assign(spec.tag_count(), 0);
  state.frames = 0;
}

}  // namespace

void step_features(const FeatureSpec& spec, const Line& line, const Frame& frame, FeatureState& state, std::span<float> out) {
  const std::size_t count = spec.tag_count();
  if (frame.cold || state.z.size() != count) begin_anew(spec, state);
  const bool starts = frame.running && state.frames == 0;
  const double period_s = static_cast<double>(line.period.count()) / 1000;
  const double fast_share = period_s / (spec.fast_span_s + period_s);
  const double slow_share = period_s / (spec.slow_span_s + period_s);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t tag = spec.tags[i].value;
    const bool present = usable(frame.flaws[tag]);
    if (present) state.z[i] = std::clamp((frame.values[tag] - spec.center[i]) / spec.scale[i], -spec.clip, spec.clip);
    if (starts || (present && state.seen[i] == 0)) {
      state.fast[i] = state.slow[i] = state.z[i];
    } else if (present) {
      state.fast[i] += fast_share * (state.z[i] - state.fast[i]);
      state.slow[i] += slow_share * (state.z[i] - state.slow[i]);
    }
    if (present) state.seen[i] = 1;
    out[i] = static_cast<float>(state.z[i]);
    out[count + i] = static_cast<float>(state.z[i] - state.fast[i]);
    out[2 * count + i] = static_cast<float>(state.z[i] - state.slow[i]);
    out[3 * count + i] = present ? 0.0F : 1.0F;
  }
  state.frames = frame.running ? state.frames + 1 : 0;
  out[4 * count] = frame.running ? 1.0F : 0.0F;
  out[4 * count + 1] = static_cast<float>(std::min(1.0, static_cast<double>(state.frames) * period_s / spec.slow_span_s));
}

}  // namespace steadyline
