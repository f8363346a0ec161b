#include "twin/effect_watch.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "twin/breach.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline {
namespace {

constexpr std::size_t window_s = 10, scatter_every_s = 60;
constexpr double missing_sds = 10, share_without_noise = 0.01, code_step = 0.5;

// A drifting clock counts as a fault once it is two seconds off.
EventTime noticeable(const Label& label) {
  if (label.spec.variant != "drift") return label.on;
  return label.on + std::chrono::milliseconds{static_cast<std::int64_t>(2e9 / std::fabs(label.spec.severity))};
}

bool is_root(const std::vector<std::string>& roots, const std::string& path) {
  return std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
    return root == "*" || root == path || (root.ends_with("/*") && path.starts_with(root.substr(0, root.size() - 1)));
  });
}

}  // namespace

EffectWatch::EffectWatch(const Line& line, const Scenario& scenario) : line_{&line}, scenario_{scenario} {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const Label label = fault_label(scenario.faults[i], scenario.start);
    if (label.kind == LabelKind::comms) continue;  // the line itself does not feel them
    const EventTime to = label.off ? *label.off + Milliseconds{static_cast<std::int64_t>(washed_out_s * 1000)} : EventTime::max();
    Watched watched;
    watched.fault = i;
    watched.from = label.on;
    watched.to = to;
    watched.effects.resize(line.tags.size());
    for (std::size_t t = 0; t < line.tags.size(); ++t)
      watched.effects[t].at_once = label.kind == LabelKind::sensor && is_root(label.root_tags, line.tags[t].path);
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
    blame(watched, simulation);
    ++watched.seconds;
  }
}

// Only what the run without the fault would not have done in the same second.
void EffectWatch::blame(Watched& watched, const Simulation& simulation) {
  const Truth with = simulation.truth();
  const Breach breach = breach_of(with);
  if (!breach.alert) return;
  const Breach anyhow = breach_of(watched.without.front().truth());
  if (!anyhow.alert && !watched.alert) watched.alert = with.time;
  if (!breach.spec || anyhow.spec) return;
  if (!watched.spec) watched.spec = with.time;
  const EventTime from = with.time - std::chrono::seconds{1};
  if (!watched.outside.empty() && watched.outside.back().to == from)
    watched.outside.back().to = with.time;
  else
    watched.outside.push_back({from, with.time});
  watched.tablets += with.outside_now;
  watched.grams += with.outside_now * with.weight_mg * 1e-3;
}

void EffectWatch::compare(Watched& watched) const {
  const std::size_t slot = watched.seconds % window_s;
  const bool refresh = watched.seconds % scatter_every_s == 0;
  const EventTime now = watched.without.front().time();
  for (std::size_t t = 0; t < values_.size(); ++t) {
    Effect& effect = watched.effects[t];
    if (refresh) effect.sd = 0;  // asked for again where something differs
    const double difference = std::fabs(values_[t] - healthy_[t]);
    if (difference == 0 && effect.moved == 0) continue;
    double sds = 0;
    if (std::isnan(difference))
      sds = std::isnan(values_[t]) == std::isnan(healthy_[t]) ? 0 : missing_sds;
    else if (difference > 0) {
      if (effect.sd == 0) effect.sd = scatter(watched, t, healthy_[t]);
      sds = difference / effect.sd;
    }
    effect.moved += (sds > 0) - (effect.recent[slot] > 0);
    effect.recent[slot] = static_cast<float>(sds);
    see(effect, watched.seconds, now);
  }
}

void EffectWatch::see(Effect& effect, std::size_t second, EventTime now) {
  float sorted[window_s];
  std::copy(std::begin(effect.recent), std::end(effect.recent), sorted);
  std::nth_element(sorted, sorted + window_s / 2, sorted + window_s);
  const float sds = effect.at_once ? effect.recent[second % window_s] : sorted[window_s / 2];
  if (sds <= 1) return;
  effect.peak_sd = std::max(effect.peak_sd, static_cast<double>(sds));
  if (effect.visible) return;
  effect.visible = true;
  std::size_t ago = effect.at_once ? 0 : std::min(window_s - 1, second);
  while (ago > 0 && effect.recent[(second - ago) % window_s] <= 1) --ago;
  effect.first_visible = now - std::chrono::seconds{ago};
}

double EffectWatch::scatter(const Watched& watched, std::size_t tag, double value) const {
  const Tag& description = line_->tags[tag];
  if (!description.codes.empty()) return code_step;
  if (const double sd = watched.without.front().spread(description.path); sd > 0) return sd;
  const Band& band = description.control;
  if (std::isfinite(band.low) && std::isfinite(band.high)) return (band.high - band.low) / 6;
  if (const double room = band.high - value; std::isfinite(room) && room > 0) return room / 3;
  return std::max(share_without_noise * std::fabs(value), 1e-9);
}

std::vector<AffectedTag> EffectWatch::affected(std::size_t fault) const {
  std::vector<AffectedTag> tags;
  for (const Watched& watched : watched_) {
    if (watched.fault != fault) continue;
    for (std::size_t t = 0; t < watched.effects.size(); ++t)
      if (const Effect& effect = watched.effects[t]; effect.visible)
        tags.push_back({line_->tags[t].path, effect.first_visible, std::floor(effect.peak_sd * 1000 + 0.5) / 1000});
  }
  std::stable_sort(tags.begin(), tags.end(), [](const AffectedTag& a, const AffectedTag& b) { return a.first_visible < b.first_visible; });
  return tags;
}

void EffectWatch::mark(std::vector<Label>& labels) const {
  for (const Watched& watched : watched_) {
    if (watched.fault >= labels.size()) continue;
    Label& label = labels[watched.fault];
    label.affected = affected(watched.fault);
    if (label.breach_alert) label.breach_alert = watched.alert;
    if (label.breach_spec) label.breach_spec = watched.spec;
    if (label.outside.empty()) continue;
    label.outside = watched.outside;
    label.tablets_outside = watched.tablets;
    label.kg_outside = watched.grams / 1000;
  }
  for (std::size_t i = 0; i < scenario_.faults.size() && i < labels.size(); ++i)
    if (labels[i].kind == LabelKind::comms)
      for (const std::string& all : labels[i].root_tags) labels[i].affected = {{all, noticeable(labels[i]), 0}};
}

}  // namespace steadyline
