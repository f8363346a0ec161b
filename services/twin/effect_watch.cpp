#include "twin/effect_watch.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "twin/fault_catalogue.h"

namespace steadyline {
namespace {

constexpr std::size_t mean_s = 10, scatter_every_s = 60;
constexpr double missing_sds = 10, share_without_noise = 0.01;

bool is_root(const std::vector<std::string>& roots, const std::string& path) {
  return std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
    return root == "*" || root == path || (root.ends_with("/*") && path.starts_with(root.substr(0, root.size() - 1)));
  });
}

}  // namespace

EffectWatch::EffectWatch(const Line& line, const Scenario& scenario) : line_{&line} {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const Label label = fault_label(scenario.faults[i], scenario.start);
    if (label.kind == LabelKind::comms) continue;  // the line itself does not feel them
    const EventTime to = label.off ? *label.off + Milliseconds{static_cast<std::int64_t>(washed_out_s * 1000)} : EventTime::max();
    Watched watched{i, label.on, to, {}, std::vector<Effect>(line.tags.size())};
    for (std::size_t t = 0; t < line.tags.size(); ++t) watched.effects[t].root = is_root(label.root_tags, line.tags[t].path);
    watched_.push_back(std::move(watched));
  }
}

void EffectWatch::before(const Simulation& simulation) {
  for (Watched& watched : watched_) {
    const EventTime now = simulation.time();
    if (!watched.without.empty() && now >= watched.to) watched.without.clear();
    if (watched.without.empty() && watched.seconds == 0 && now + std::chrono::seconds{1} > watched.from && now < watched.to) {
      watched.without.push_back(simulation);
      watched.without.front().switch_off(watched.fault);
    }
  }
}

void EffectWatch::after(const Simulation& simulation) {
  bool read = false;
  for (Watched& watched : watched_) {
    if (watched.without.empty()) continue;
    if (!read) simulation.readings(values_);
    read = true;
    watched.without.front().step(healthy_);
    compare(watched);
    ++watched.seconds;
  }
}

void EffectWatch::compare(Watched& watched) const {
  const std::size_t slot = watched.seconds % mean_s;
  const bool refresh = watched.seconds % scatter_every_s == 0;
  for (std::size_t t = 0; t < values_.size(); ++t) {
    Effect& effect = watched.effects[t];
    if (refresh || effect.sd == 0) effect.sd = 0;  // asked for again where something differs
    double difference = values_[t] - healthy_[t];
    if (difference == 0 && effect.sum == 0 && effect.recent[slot] == 0) continue;
    if (effect.sd == 0) effect.sd = scatter(watched, t, healthy_[t]);
    if (std::isnan(difference)) difference = std::isnan(values_[t]) == std::isnan(healthy_[t]) ? 0 : missing_sds * effect.sd;
    effect.recent[slot] = difference;
    effect.sum = 0;
    for (const double d : effect.recent) effect.sum += d;
    const double sds = std::fabs(effect.root ? difference : effect.sum / mean_s) / effect.sd;
    if (sds <= 1) continue;
    effect.peak_sd = std::max(effect.peak_sd, sds);
    if (!effect.visible) effect.first_visible = watched.without.front().time();
    effect.visible = true;
  }
}

double EffectWatch::scatter(const Watched& watched, std::size_t tag, double value) const {
  const Tag& description = line_->tags[tag];
  if (const double sd = watched.without.front().spread(description.path); sd > 0) return sd;
  if (std::isfinite(description.control.low) && std::isfinite(description.control.high))
    return (description.control.high - description.control.low) / 6;
  return std::max(share_without_noise * std::fabs(value), 1e-9);
}

std::vector<AffectedTag> EffectWatch::affected(std::size_t fault) const {
  std::vector<AffectedTag> tags;
  for (const Watched& watched : watched_) {
    if (watched.fault != fault) continue;
    for (std::size_t t = 0; t < watched.effects.size(); ++t)
      if (const Effect& effect = watched.effects[t]; effect.visible)
        tags.push_back({line_->tags[t].path, effect.first_visible, effect.peak_sd});
  }
  std::stable_sort(tags.begin(), tags.end(), [](const AffectedTag& a, const AffectedTag& b) { return a.first_visible < b.first_visible; });
  return tags;
}

void EffectWatch::mark(std::vector<Label>& labels) const {
  for (const Watched& watched : watched_)
    if (watched.fault < labels.size()) labels[watched.fault].affected = affected(watched.fault);
}

}  // namespace steadyline
