#include <algorithm>
#include <cmath>
#include <map>

#include "training/drift_limits.h"
#include "training/drift_relations.h"
#include "training/learn.h"

namespace steadyline {
namespace {

constexpr double sample_s = 60;

}  // namespace

bool drifts(const Line& line, const Tag& tag) {
  if (std::find(line.no_level.begin(), line.no_level.end(), tag.name) != line.no_level.end()) return false;
  if (tag.role == Role::setpoint || !tag.codes.empty()) return false;
  if (!tag.control.bounded() && !tag.hard.bounded() && !tag.modelled) return false;
  return true;
}

DriftSignal plain_drift_signal(const Line& line, const Tag& tag) {
  DriftSignal signal;
  signal.name = tag.path;
  signal.unit = line.unit(tag.unit).id;
  signal.tags = {tag.path};
  signal.follows_lots = line.unit(tag.unit).lot_tag.has_value();
  signal.terms.emplace_back().tags = {tag.path};
  return signal;
}

namespace {

/// How often each unit was met in each phase.
using PhasesSeen = std::vector<std::map<int, std::size_t>>;

/// `train`, noting the phases on the way: a pass of its own would live through everything once more.
Production noting_phases(const Production& train, PhasesSeen& seen) {
  return [&train, &seen](const FrameVisitor& visit) {
    train([&](std::size_t run, const Frame& frame, const Context& context) {
      seen.resize(context.units.size());
      for (std::size_t i = 0; i < seen.size(); ++i)
        if (context.units[i].phase > 0) ++seen[i][context.units[i].phase];
      visit(run, frame, context);
    });
  };
}

/// A batch-wise unit speaks in the phase in which it spends most of its time.
void set_phases(DriftSpec& spec, const Line& line, const PhasesSeen& seen) {
  for (DriftSignal& signal : spec.signals) {
    const auto unit = line.find_unit(signal.unit);
    if (!unit || unit->value >= seen.size() || seen[unit->value].empty()) continue;
    const auto& phases = seen[unit->value];
    signal.phase = std::max_element(phases.begin(), phases.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
  }
}

struct Sums {
  double n = 0, level = 0, scatter = 0;
};

/// Centre and spread of every signal, over all settled minutes.
void learn_centres(DriftSpec& spec, const Line& line, const Production& train) {
  const DriftModel model{spec, line};
  std::vector<Sums> sums(model.channels().size());
  DriftState state;
  DriftStatistics values;
  double since_s = 0;
  train([&](std::size_t, const Frame& frame, const Context& context) {
    model.follow(frame, context, state);
    if ((since_s += model.period_s()) < sample_s) return;
    since_s = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (!state.tracks[i].open) continue;
      model.statistics(state, i, values);
      const double level = static_cast<double>(values[static_cast<std::size_t>(DriftStatistic::level)]);
      const double scatter = static_cast<double>(values[static_cast<std::size_t>(DriftStatistic::scatter)]);
      if (std::isnan(level) || std::isnan(scatter)) continue;
      sums[i].n += 1;
      sums[i].level += level;
      sums[i].scatter += scatter;
    }
  });
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i].n < 1) continue;
    DriftSignal& signal = spec.signals[model.place(i)];
    signal.centre = rounded(sums[i].level / sums[i].n);
    signal.spread = rounded(sums[i].scatter / sums[i].n);
  }
}

}  // namespace

DriftSpec learn_drift(const Line& line, const Production& train, const Production& calibrate, const TrainOptions& options) {
  DriftSpec spec;
  for (const Tag& tag : line.tags)
    if (drifts(line, tag)) spec.signals.push_back(plain_drift_signal(line, tag));
  for (const RelationDescription& relation : line.relations) spec.signals.push_back(relation_signal(relation));
  PhasesSeen seen;
  learn_relations(spec, line, noting_phases(train, seen));
  set_phases(spec, line, seen);
  learn_centres(spec, line, train);
  set_drift_limits(spec, line, train, calibrate, options.drift_alarms_per_24h);
  return spec;
}

}  // namespace steadyline
