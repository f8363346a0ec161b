#include <algorithm>
#include <cmath>
#include <map>

#include "training/drift_limits.h"
#include "training/drift_relations.h"
#include "training/learn.h"

namespace steadyline {
namespace {

constexpr double sample_s = 60;

/// Measured tags with limits: set-points have no drift, counters no level.
bool watched(const Line& line, const Tag& tag) {
  if (std::find(line.no_level.begin(), line.no_level.end(), tag.name) != line.no_level.end()) return false;
  if (tag.role == Role::setpoint || !tag.codes.empty()) return false;
  if (!tag.control.bounded() && !tag.hard.bounded() && !tag.modelled) return false;
  return true;
}

DriftSignal plain_signal(const Line& line, const Tag& tag) {
  DriftSignal signal;
  signal.name = tag.path;
  signal.unit = line.unit(tag.unit).id;
  signal.tags = {tag.path};
  signal.follows_lots = line.unit(tag.unit).lot_tag.has_value();
  signal.terms.emplace_back().tags = {tag.path};
  return signal;
}

/// The phase in which a batch-wise unit spends most of its time; -1 for others.
std::map<std::string, std::int64_t> main_phases(const Line& line, const Production& train) {
  std::vector<std::map<int, std::size_t>> seen(line.units.size());
  train([&](std::size_t run, const Frame&, const Context& context) {
    if (run > 1) return;
    for (std::size_t i = 0; i < context.units.size(); ++i)
      if (context.units[i].phase > 0) ++seen[i][context.units[i].phase];
  });
  std::map<std::string, std::int64_t> phases;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const auto most = std::max_element(seen[i].begin(), seen[i].end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most != seen[i].end()) phases[line.units[i].id] = most->first;
  }
  return phases;
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
    if (++since_s < sample_s) return;
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
  const auto phases = main_phases(line, train);
  for (const Tag& tag : line.tags)
    if (watched(line, tag)) spec.signals.push_back(plain_signal(line, tag));
  for (const RelationDescription& relation : line.relations) spec.signals.push_back(relation_signal(relation));
  for (DriftSignal& signal : spec.signals)
    if (const auto phase = phases.find(signal.unit); phase != phases.end()) signal.phase = phase->second;
  learn_relations(spec, line, train);
  learn_centres(spec, line, train);
  set_drift_limits(spec, line, train, calibrate, options.drift_alarms_per_24h);
  return spec;
}

}  // namespace steadyline
