#include <algorithm>
#include <cmath>
#include <vector>

#include "training/drift_limits.h"
#include "training/drift_relations.h"
#include "training/learn.h"
#include "training/recorded_production.h"

namespace steadyline {
namespace {

constexpr double block_s = 3600;
constexpr double least_unrests = 2;  // no limit lies closer: five-minute means alone scatter so far
constexpr double few_hours = 0.1;  // of the budget: a tail read off a handful of campaigns lies too low for the next one
constexpr std::size_t cells_of_channel = drift_contexts * drift_statistics * 2;
/// Statistics against what this stretch itself was: `level` and `scatter` speak of other campaigns.
constexpr std::size_t anchored_statistics = static_cast<std::size_t>(DriftStatistic::level);

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// A tag beyond its hard limits is no production to learn from, such as a force sensor that reads nothing for a whole campaign.
bool teaches(const Line& line, const DriftChannel& channel, const Frame& frame) {
  return std::none_of(channel.tags.begin(), channel.tags.end(), [&](TagIndex tag) {
    const Band& hard = line.tag(tag).hard;
    const double value = frame.values[tag.value];
    return value < hard.low || value > hard.high;
  });
}

/// Usual unrest of each signal's anchors; one that never moves has no drift to be known by and is left out.
void learn_unrest(DriftSpec& spec, const Line& line, const Production& production) {
  const DriftModel model{spec, line};
  std::vector<std::vector<double>> met(spec.signals.size());
  std::vector<bool> stood(model.channels().size(), false);
  DriftState state;
  production([&](std::size_t, const Frame& frame, const Context& context) {
    model.follow(frame, context, state);
    for (std::size_t i = 0; i < stood.size(); ++i) {
      const DriftTrack& track = state.tracks[i];
      if (track.anchored && !stood[i] && track.unrest > 0 && teaches(line, model.channels()[i], frame)) met[model.place(i)].push_back(track.unrest);
      stood[i] = track.anchored;
    }
  });
  std::vector<DriftSignal> kept;
  for (std::size_t i = 0; i < met.size(); ++i) {
    spec.signals[i].unrest = rounded(median(met[i]));
    if (spec.signals[i].unrest > 0) kept.push_back(std::move(spec.signals[i]));
  }
  spec.signals = std::move(kept);
}

/// What one hour, or what is left of one, of a stretch between two stops showed: the largest value of each cell (channel, context, statistic, side).
struct Block {
  std::size_t stretch;
  std::vector<float> peaks;
};

struct Lived {
  std::vector<Block> blocks;
  double running_s = 0;
  std::size_t stretches = 0;
};

std::size_t cell(std::size_t channel, std::size_t row, bool high) { return channel * cells_of_channel + 2 * row + (high ? 1 : 0); }

Lived live_through(const Line& line, const DriftModel& model, const Production& production) {
  Lived lived;
  const std::size_t cells = model.channels().size() * cells_of_channel;
  DriftState state;
  DriftStatistics values;
  double in_block_s = block_s;
  bool within = false;
  production([&](std::size_t, const Frame& frame, const Context& context) {
    model.follow(frame, context, state);
    if (frame.running) lived.running_s += model.period_s();
    const bool steady = context.activity == Activity::steady;
    if (!steady || !within || frame.cold) in_block_s = block_s;
    if (steady && (!within || frame.cold)) ++lived.stretches;
    within = steady;
    if (!steady) return;
    if (in_block_s >= block_s) {
      lived.blocks.push_back({lived.stretches - 1, std::vector<float>(cells, 0.0F)});
      in_block_s = 0;
    }
    in_block_s += model.period_s();
    std::vector<float>& peaks = lived.blocks.back().peaks;
    for (std::size_t i = 0; i < model.channels().size(); ++i) {
      if (!state.tracks[i].open || !teaches(line, model.channels()[i], frame)) continue;
      const auto row = static_cast<std::size_t>(model.statistics(state, i, values)) * drift_statistics;
      for (std::size_t k = 0; k < anchored_statistics; ++k) {
        float& peak = peaks[cell(i, row + k, values[k] > 0)];
        peak = std::max(peak, std::fabs(values[k]));  // NaN is never larger
      }
    }
  });
  return lived;
}

/// Takes the `count` stretches out that went farthest beyond what stretches usually show.
void set_aside(Lived& lived, std::size_t count) {
  if (lived.blocks.empty()) return;
  const std::size_t cells = lived.blocks.front().peaks.size();
  std::vector<double> worst(lived.stretches, 0);
  for (std::size_t c = 0; c < cells; ++c) {
    std::vector<double> met;
    for (const Block& block : lived.blocks)
      if (block.peaks[c] > 0) met.push_back(static_cast<double>(block.peaks[c]));
    const double usual = median(met);
    if (usual <= 0) continue;
    for (const Block& block : lived.blocks) worst[block.stretch] = std::max(worst[block.stretch], static_cast<double>(block.peaks[c]) / usual);
  }
  for (std::size_t k = 0; k < count; ++k) {
    const auto found = std::max_element(worst.begin(), worst.end());
    if (*found <= 0) return;
    *found = 0;
    const auto stretch = static_cast<std::size_t>(found - worst.begin());
    std::erase_if(lived.blocks, [&](const Block& block) { return block.stretch == stretch; });
  }
}

void set_limits(DriftSignal& signal, const Lived& lived, std::size_t channel, double expected) {
  signal.low.assign(drift_contexts * drift_statistics, 0);
  signal.high = signal.low;
  for (std::size_t row = 0; row < signal.low.size(); ++row) {
    for (const bool high : {false, true}) {
      std::vector<float> peaks;
      for (const Block& block : lived.blocks)
        if (const float peak = block.peaks[cell(channel, row, high)]; peak > 0) peaks.push_back(peak);
      if (peaks.empty()) continue;
      const double limit = std::max(least_unrests * signal.unrest, tail_limit(peaks, expected));
      (high ? signal.high : signal.low)[row] = rounded(high ? limit : -limit);
    }
  }
}

}  // namespace

DriftSpec learn_recorded_drift(const Line& line, std::span<const Recording> campaigns, const TrainOptions& options) {
  DriftSpec spec;
  spec.anew_after_stop = std::none_of(line.tags.begin(), line.tags.end(), [](const Tag& tag) { return tag.role == Role::setpoint; });
  for (const Tag& tag : line.tags)
    if (drifts(line, tag) && tag.clock != Clock::on_change) spec.signals.push_back(plain_drift_signal(line, tag));
  for (const RelationDescription& relation : line.relations) spec.signals.push_back(relation_signal(relation));
  const Production production = recorded_production(line, campaigns);
  learn_relations(spec, line, production);
  learn_unrest(spec, line, production);
  const DriftModel model{spec, line};
  Lived lived = live_through(line, model, production);
  const double budget = options.recorded_drift_alarms_per_24h * lived.running_s / 86400;
  set_aside(lived, static_cast<std::size_t>(std::ceil(budget)));
  const double shared_by = static_cast<double>(model.channels().size() * anchored_statistics);
  for (std::size_t i = 0; i < model.channels().size(); ++i) set_limits(spec.signals[model.place(i)], lived, i, few_hours * budget / shared_by);
  std::erase_if(spec.signals, [](const DriftSignal& signal) { return signal.low.empty(); });
  return spec;
}

}  // namespace steadyline
