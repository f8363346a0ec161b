#include "settings/read_relation.h"

#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

namespace steadyline {
namespace {

constexpr std::size_t from_max = 15;

void check_tags(Section& section, std::string_view key, const std::vector<std::string>& paths, const Line& line) {
  for (const std::string& path : paths)
    if (!line.find_tag(path)) section.fault(key, fmt::format("has \"{}\", no tag of this line", path), "unit/tag as in units[].tags[]");
}

void check_shape(Section& section, const RelationDescription& relation, const Line& line) {
  const bool pair = relation.kind == RelationKind::pair;
  if (!line.find_unit(relation.unit))
    section.fault("unit", fmt::format("is \"{}\", no unit of this line", relation.unit), "id as in units[]");
  if (relation.of.empty()) section.fault("of", "is empty", "unit/tag that is held against `from`");
  if (relation.of.size() > 1 && relation.kind != RelationKind::mass)
    section.fault("of", "has more than one tag", "only a mass balance multiplies factors");
  if (relation.from.empty() || relation.from.size() > from_max)
    section.fault("from", fmt::format("has {} tags", relation.from.size()), fmt::format("1 to {}", from_max));
  if (!relation.weights.empty() && (!pair || relation.weights.size() != relation.from.size()))
    section.fault("weights", "do not fit `from`", "one for each of a pair's `from`; without them they are learned");
  for (const RelationDescription& other : line.relations)
    if (other.name == relation.name) section.fault("name", fmt::format("\"{}\" is given twice", relation.name), "rename or remove one");
}

}  // namespace

void read_relation(Section section, Line& line) {
  RelationDescription relation;
  relation.name = section.text("name", "what is held against what, e.g. nir1 against feeders");
  relation.kind = section.choice<RelationKind>(
      "kind", {{"pair", RelationKind::pair}, {"potency", RelationKind::potency}, {"mass", RelationKind::mass}},
      "pair: one tag against others; potency: content against the feeders' shares; mass: what leaves against what enters");
  relation.unit = section.text("unit", "id of the unit that it speaks of");
  relation.of = section.texts("of", "unit/tag that is held against `from`; of a mass balance: factors, e.g. rate and weight");
  relation.from = section.texts("from", "potency: mass flows, the ingredient's first; mass: all mass flows; pair: the other tags");
  relation.weights = section.numbers("weights", {-1e9, 1e9}, "of a pair, one for each of `from`; without them they are learned");
  relation.accuses = section.texts("accuses", "unit/tag in what order a drift accuses; absent: `of`, then `from`");
  relation.way_s = section.number("way_s", 0, {0, 86400}, "mean residence time from `from` to `of`, s");
  relation.tanks = section.integer("tanks", 1, {1, 64}, "that way as so many equal tanks in series");
  relation.log = section.flag("log", false, "between logarithms: shares instead of units");
  relation.follows_lots = section.flag("follows_lots", false, "a new lot of the unit moves it");
  section.reject_unknown_keys();
  if (!section.describing()) {
    check_tags(section, "of", relation.of, line);
    check_tags(section, "from", relation.from, line);
    check_tags(section, "accuses", relation.accuses, line);
    check_shape(section, relation, line);
  }
  line.relations.push_back(std::move(relation));
}

}  // namespace steadyline
