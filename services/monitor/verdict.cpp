#include "monitor/verdict.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace steadyline {
namespace {

constexpr double broken = 0.8;  // a relation that says something
constexpr double beats = 0.6;   // share of what the process shows that a broken relation must reach
constexpr double strongest = 3;
constexpr double says_material = 0.7;  // of a relation that follows lots
constexpr std::size_t most_tags = 4;
constexpr std::size_t most_units = 2;

/// Two ways to one quantity: few tags of at most two neighbours. Balances over the line have many; what a loop moves agrees with others
/// only while the loop rests.
bool is_redundancy(const Line& line, const DriftChannel& channel) {
  if (!channel.relation || channel.tags.size() < 2 || channel.tags.size() > most_tags || set_point_of_loop(line, channel.tags.front()))
    return false;
  std::set<std::uint32_t> units;
  for (const TagIndex tag : channel.tags) units.insert(line.tag(tag).unit.value);
  return units.size() <= most_units;
}

/// Readings of one instrument share unit and name up to the first underscore: nir1_api, nir1_gain.
bool same_instrument(const Tag& a, const Tag& b) {
  return a.unit == b.unit && std::string_view{a.name}.substr(0, a.name.find('_')) == std::string_view{b.name}.substr(0, b.name.find('_'));
}

/// The largest deviation of a tag that the accusation does not concern, less what has stood for long; beyond all measure when `own`, the
/// accused unit, itself is far off, or a drive left its set-point.
double process_shows(const Case& what, std::span<const Suspect> suspects, std::span<const TagIndex> concerned, UnitIndex own) {
  double most = 0;
  for (const Suspect& suspect : suspects) {
    if (suspect.place >= what.line.tags.size()) continue;
    const Tag& tag = what.line.tags[suspect.place];
    if (what.clues.at(suspect.place).departs && what.clues.at(suspect.place).peak >= 1) return 10 * strongest;  // a drive, no reading
    const auto concerns = [&](TagIndex accused) { return accused.value == suspect.place || same_instrument(tag, what.line.tag(accused)); };
    if (std::any_of(concerned.begin(), concerned.end(), concerns)) continue;
    const double news = std::min(strongest, what.clues.at(suspect.place).news());
    if (news >= strongest && tag.unit == own) return 10 * strongest;
    most = std::max(most, news);
  }
  return most;
}

/// An error of that unit's instrument can be what this group's alarms are about.
bool can_cause(const Case& what, UnitIndex unit) {
  const auto& about = what.group.unit;
  if (!about || *about == unit || what.linkage.upstream(unit, *about)) return true;
  return !what.line.unit(*about).mode_tag && what.linkage.linked(unit, about);  // loops act against the flow, but not on feeders
}

const DriftChannel* worst_redundancy(const Case& what, const Relations& relations, double& most) {
  const DriftChannel* worst = nullptr;
  for (std::size_t i = 0; i < relations.channels.size(); ++i) {
    const Clue& clue = relations.clues[i];
    if (static_cast<double>(clue.peak) <= most || clue.last + forgotten_after < what.group.opened || relations.follows_lots[i] != 0 ||
        !is_redundancy(what.line, relations.channels[i]))
      continue;
    most = static_cast<double>(clue.peak);
    worst = &relations.channels[i];
  }
  return worst;
}

/// What an instrument says of itself, beside the quantity that another one measures too.
bool speaks_of_itself(const Line& line, std::size_t top, std::span<const DriftChannel> channels) {
  if (top >= line.tags.size() || line.tags[top].tag_class != TagClass::aux) return false;
  for (const DriftChannel& channel : channels) {
    if (!is_redundancy(line, channel)) continue;
    for (const TagIndex tag : channel.tags)
      if (tag.value != top && line.tag(tag).tag_class == TagClass::cqa && same_instrument(line.tags[top], line.tag(tag))) return true;
  }
  return false;
}

/// Tags of a broken relation of the group's own unit that follows lots: another material.
std::vector<TagIndex> moved_by_material(const Case& what, const Relations& relations) {
  for (std::size_t i = 0; i < relations.channels.size(); ++i)
    if (relations.follows_lots[i] != 0 && what.group.unit && relations.channels[i].unit == *what.group.unit &&
        static_cast<double>(relations.clues[i].peak) >= says_material && relations.clues[i].last + forgotten_after >= what.group.opened)
      return relations.channels[i].tags;
  return {};
}

}  // namespace

Judgement judge_group(const Case& what, std::span<const Suspect> suspects, bool comms, const Relations& relations) {
  if (comms) return {"comms", {}, false};
  if (suspects.empty()) return {"process", {}, false};
  const std::size_t top = suspects.front().place;
  if (what.clues.at(top).bad_data) return {"sensor", {}, false};
  // What raised the alarm is an instrument's word of its own state: whatever else stands in the room did not make it say so.
  if (what.group.tag && what.group.kind == AlarmKind::drift && speaks_of_itself(what.line, what.group.tag->value, relations.channels))
    return {"sensor", {*what.group.tag}, true};
  const auto& found = relations.found;
  if (found && can_cause(what, found->error->unit) &&
      std::min(strongest, found->size) >= beats * process_shows(what, suspects, found->error->concerned, found->error->unit) &&
      !speaks_of_itself(what.line, top, relations.channels))
    return {found->error->material ? "process" : "sensor", found->error->accused, true};
  double most = broken;
  const DriftChannel* const worst = worst_redundancy(what, relations, most);
  if (worst != nullptr &&
      std::min(strongest, most) >= beats * process_shows(what, suspects, worst->tags, what.line.tag(worst->tags.front()).unit))
    return {"sensor", worst->tags, false};
  if (speaks_of_itself(what.line, top, relations.channels)) return {"sensor", {}, false};
  return {"process", moved_by_material(what, relations), true};
}

}  // namespace steadyline
