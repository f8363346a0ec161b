#include "twin/effect_watch.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "twin/fault_catalogue.h"

namespace steadyline {
namespace {

constexpr std::size_t window_s = 10, scatter_every_s = 60;
constexpr double missing_sds = 10, share_without_noise = 0.01, code_step = 0.5;

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
    ++watched.seconds;
  }
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
