#include "twin/tag_choice.h"

#include <set>
#include <string>

namespace steadyline {

Line core_tags(const Line& line, const TwinParameters& parameters) {
  std::set<std::string> auxiliary;
  for (const AuxiliaryParameters& recipe : parameters.auxiliary) auxiliary.insert(recipe.tag);
  Line core = line;
  std::erase_if(core.tags, [&](const Tag& tag) { return auxiliary.contains(tag.path); });
  core.running_tag = line.running_tag ? core.find_tag(line.tag(*line.running_tag).path) : std::nullopt;
  return core;
}

}  // namespace steadyline
