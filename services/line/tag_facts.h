#pragma once

#include <map>
#include <span>
#include <string>

#include "line/line.h"

namespace steadyline {

/// What a model takes for granted of its tags, in words, by "tag unit/name": "kg/h; range -3..20; control 4.82..5.18; hard 4.5..5.5; each
/// period". Kept in a bundle's passport, so that a changed line description can be told by what has changed.
std::map<std::string, std::string> tag_facts(const Line& line, std::span<const std::string> paths);

/// In what `line` differs from such facts (other keys are ignored): "fd1/massflow_pv: was kg/h; …, is g/s; …", at most `named` tags by
/// name. "nothing": in nothing that the facts hold. Empty: they hold no tag.
std::string tag_differences(const std::map<std::string, std::string>& facts, const Line& line, std::size_t named = 8);

}  // namespace steadyline
