#pragma once

#include <span>
#include <vector>

#include "frames/features.h"
#include "training/recordings.h"

namespace steadyline {

/// What the forecaster is asked: which places of FeatureSpec::tags, how many frames ahead.
struct Question {
  std::vector<std::size_t> targets;
  std::vector<std::size_t> ahead;  ///< horizons in frames
  std::int64_t settle_frames = 0;  ///< the first frames of a run ask nothing: the live line does not listen there
  std::vector<std::size_t> namesakes{};  ///< of each target, see namesakes.h; training needs them
  std::size_t fans() const { return targets.size() * ahead.size(); }
};

/// Running frames as model inputs with their true futures, row-major. The models live through running frames only, and begin anew with
/// each run: so does the live line.
struct Sequence {
  std::size_t inputs = 0, fans = 0;
  std::size_t tags = 0, targets = 0;   ///< modelled tags, whose blocks come first; forecast ones
  std::size_t network = 0, rungs = 0;  ///< inputs that the network reads; steps of each target's ladder with what was clipped
  std::size_t linear = 0;              ///< the most inputs that a target's linear forecast reads
  std::vector<std::size_t> places;     ///< of the targets among the tags
  std::vector<std::vector<std::size_t>> own;  ///< by target: places of what its linear forecast reads beside the network's inputs
  std::vector<float> features;         ///< [frames][inputs]
  std::vector<float> futures;          ///< [frames][fans] in z units; NaN: not usable, or beyond the end of the run
  std::vector<std::int64_t> run;       ///< number of the run that a frame belongs to, ascending
  std::vector<std::int64_t> since;     ///< frames since the run began
  std::vector<EventTime> times;
  std::vector<unsigned char> eventful; ///< [frames][targets] group of contexts; 0: steady
  std::vector<unsigned char> group;    ///< [frames][targets] group of forecasts (ForecasterSpec::groups)
  std::vector<unsigned char> faulty;   ///< by frame: of a recording with a fault
  std::size_t frames() const { return run.size(); }
  bool begins(std::size_t frame) const { return frame == 0 || run[frame] != run[frame - 1]; }
  std::span<const float> row(std::size_t frame) const { return std::span{features}.subspan(frame * inputs, inputs); }
};

/// Median and robust spread of each modelled tag over running, usable frames. The spread is wide enough that the middle 99 % of what was
/// seen stays within half of `clip`: a forecaster that sees a clipped value cannot follow it.
/// Guides are the set-points and hopper weights that move in `lively` (recordings with events; empty: `recordings` themselves).
FeatureSpec fit_features(const Line& line, std::span<const Recording> recordings, const TrainOptions& options,
                         std::span<const Recording> lively = {});

/// Readings that are taken away at random, so that the forecaster learns to do without: each modelled tag for `share` of the time, in
/// stretches of half a minute to ten minutes. Futures stay as they are.
struct Masking {
  double share = 0;
  std::uint64_t seed = 0;
};
Sequence to_sequence(const Line& line, const FeatureSpec& spec, const Question& question, std::span<const Recording> recordings,
                     const Masking& masking = {});

/// Sets what tells that a target moves by itself (features.h, unrest): the move that all but two percent of the steady seconds stay below, of
/// the seconds under refill too.
void fit_unrest(const Sequence& calm, FeatureSpec& spec);

/// The frames of recordings without a fault.
Sequence faultless(const Sequence& all);

}  // namespace steadyline
