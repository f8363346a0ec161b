#pragma once

#include <span>
#include <vector>

#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// How frames become model inputs: which tags, scaled how. Part of every bundle; the same code for training and for the live line.
struct FeatureSpec {
  std::vector<TagIndex> tags;   ///< modelled tags, in the model's order
  std::vector<double> center;   ///< one per tag, in its unit of measure
  std::vector<double> scale;    ///< one per tag, > 0
  double fast_span_s = 60;      ///< EWMA spans: alpha = period / (span + period)
  double slow_span_s = 600;
  double clip = 8;              ///< scaled values are held within +-clip

  std::size_t tag_count() const { return tags.size(); }
  /// Blocks of tag_count each: z | z - fast | z - slow | missing (0/1); then running (0/1) and maturity (frames since the start, 0..1 over slow_span).
  std::size_t size() const { return 4 * tags.size() + 2; }
};

/// Running state of the features of one line. A plain value: copy it, compare it, store it.
struct FeatureState {
  std::vector<double> z, fast, slow;  ///< last scaled value and its EWMAs, one per tag
  std::vector<unsigned char> seen;
  std::int64_t frames = 0;            ///< since the line began to run (restarts with a cold frame or a standstill)
  friend bool operator==(const FeatureState&, const FeatureState&) = default;
};

/// Steps the features by one checked frame. `out` has spec.size() floats. A tag that is not usable keeps its last z and sets `missing`.
/// A cold frame resets the state; so does the first running frame after a standstill (EWMAs begin at the present value).
void step_features(const FeatureSpec& spec, const Line& line, const Frame& frame, FeatureState& state, std::span<float> out);

}  // namespace steadyline
