#include "monitor/verdict.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace steadyline {
namespace {

constexpr double broken = 0.8;       // a relation that says something
constexpr double beats = 0.6;        // share of what the process shows that a broken relation must reach
constexpr double strongest = 3;
constexpr std::size_t most_tags = 4;
constexpr std::size_t most_units = 2;

/// Two ways to one quantity: few tags of at most two neighbours. Balances over the line have many.
bool is_redundancy(const Line& line, const DriftChannel& channel) {
  if (!channel.relation || channel.tags.size() < 2 || channel.tags.size() > most_tags) return false;
  std::set<std::uint32_t> units;
  for (const TagIndex tag : channel.tags) units.insert(line.tag(tag).unit.value);
  return units.size() <= most_units;
}

/// Readings of one instrument share unit and name up to the first underscore: nir1_api, nir1_gain.
bool same_instrument(const Tag& a, const Tag& b) {
  return a.unit == b.unit && std::string_view{a.name}.substr(0, a.name.find('_')) == std::string_view{b.name}.substr(0, b.name.find('_'));
}

/// The largest deviation of a tag that the relation does not concern; beyond all measure when the accused unit itself is far off.
double process_shows(const Line& line, const Clues& clues, std::span<const Suspect> suspects, const DriftChannel& relation) {
  double most = 0;
  for (const Suspect& suspect : suspects) {
    if (suspect.place >= line.tags.size()) continue;
    const Tag& tag = line.tags[suspect.place];
    const auto concerns = [&](TagIndex accused) { return same_instrument(tag, line.tag(accused)) || line.tag(accused).path == tag.path; };
    if (std::any_of(relation.tags.begin(), relation.tags.end(), concerns)) continue;
    const double peak = std::min(strongest, static_cast<double>(clues.at(suspect.place).peak));
    if (peak >= strongest && !relation.tags.empty() && tag.unit == line.tag(relation.tags.front()).unit) return 10 * strongest;
    most = std::max(most, peak);
  }
  return most;
}

}  // namespace

Judgement judge_group(const Line& line, const Clues& clues, std::span<const Suspect> suspects, bool comms, std::span<const DriftChannel> channels,
                      std::span<const Clue> relations, std::span<const char> follows_lots, EventTime opened) {
  if (comms) return {"comms", {}};
  if (suspects.empty()) return {"process", {}};
  const std::size_t top = suspects.front().place;
  if (clues.at(top).bad_data) return {"sensor", {}};
  const DriftChannel* worst = nullptr;
  double most = broken;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (relations[i].peak <= most || relations[i].last + forgotten_after < opened || follows_lots[i] != 0 || !is_redundancy(line, channels[i]))
      continue;
    most = static_cast<double>(relations[i].peak);
    worst = &channels[i];
  }
  if (worst != nullptr && std::min(strongest, most) >= beats * process_shows(line, clues, suspects, *worst)) return {"sensor", worst->tags};
  // What an instrument says of itself, beside the quantity that another one measures too.
  if (top < line.tags.size() && line.tags[top].tag_class == TagClass::aux)
    for (const DriftChannel& channel : channels) {
      if (!is_redundancy(line, channel)) continue;
      for (const TagIndex tag : channel.tags)
        if (tag.value != top && line.tag(tag).tag_class == TagClass::cqa && same_instrument(line.tags[top], line.tag(tag))) return {"sensor", {}};
    }
  return {"process", {}};
}

}  // namespace steadyline
