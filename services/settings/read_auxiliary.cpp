#include <fmt/format.h>
#include <string>
#include <string_view>

#include "settings/read_twin_parts.h"

namespace steadyline {
namespace {

constexpr double endless = 1e12;

/// How many units of a kind stand in the line: "fd*" names fd1 .. fd6.
struct Kind {
  std::string_view prefix;
  std::size_t units;
};
constexpr Kind kinds[] = {{"fd*/", feeder_count}, {"rf*/", feeder_count}, {"bl*/", 2}};

std::size_t units_of(std::string_view tag) {
  for (const Kind& kind : kinds) {
    if (tag.substr(0, kind.prefix.size()) == kind.prefix) return kind.units;
  }
  return 0;
}

bool is_path(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() && text.find('/', slash + 1) == std::string_view::npos;
}

std::string with_unit(std::string text, std::size_t number) {
  if (const auto star = text.find('*'); star != std::string::npos) text.replace(star, 1, std::to_string(number));
  return text;
}

std::string read_tag_name(Section& section) {
  std::string tag = section.text("tag", "unit/tag of the line; fd*, rf* and bl* stand for each feeder, refill station and blender");
  if (tag.empty()) return tag;
  const bool repeats = tag.find('*') != std::string::npos;
  if (is_path(tag) && (!repeats || units_of(tag) > 0)) return tag;
  section.fault("tag", fmt::format("is \"{}\"", tag), "write unit/tag, e.g. tp1/oil_temp, or fd*/drive_temp for all feeders");
  return "";
}

/// What it follows: a tag of its own unit, or unit/tag.
std::string source_of(std::string of, const std::string& tag) {
  if (of.empty() || of.find('/') != std::string::npos) return of;
  return tag.substr(0, tag.find('/') + 1) + of;
}

void check_kind(Section& section, const AuxiliaryParameters& recipe) {
  if (section.describing()) return;
  const bool follows = section.has("of"), rests = section.has("value");
  if (follows == rests)
    section.fault("tag", follows ? "has both of and value" : "has neither of nor value",
                  "it follows a signal or has a value of its own; give one");
  if (follows && !section.has("gain")) section.fault("gain", "is missing", "how strongly it follows: gain * signal + offset");
  for (const char* key : {"gain", "offset", "tau_s"}) {
    if (rests && section.has(key)) section.fault(key, "is given beside value", "only a follower has it; remove one of the two");
  }
  for (const char* key : {"step_every_s", "step", "per_s"}) {
    if (follows && section.has(key)) section.fault(key, "is given beside of", "a follower does not move by itself; remove one of the two");
  }
  if ((recipe.step_every_s > 0) != (recipe.step != 0))
    section.fault("step", "and step_every_s go together", "give both, or none for a constant");
  if (recipe.per_s > 0 && recipe.step != 0)
    section.fault("per_s", "is given beside step", "a counter does not step; remove one of the two");
}

}  // namespace

std::vector<AuxiliaryParameters> read_auxiliary(Section section) {
  AuxiliaryParameters recipe;
  recipe.tag = read_tag_name(section);
  recipe.of = section.text("of", "", "tag of the same unit, or unit/tag, that it follows; * as in tag");
  recipe.gain = section.number("gain", 0, {-endless, endless}, "reading = gain * lagged signal + offset");
  recipe.offset = section.number("offset", 0, {-endless, endless}, "reading = gain * lagged signal + offset");
  recipe.tau_s = section.number("tau_s", 0, {0, 1e6}, "lag behind the signal; 0: none");
  const auto value =
      section.optional_number("value", {-endless, endless}, "instead of following: constant, centre of the steps, or first count");
  recipe.step_every_s = section.number("step_every_s", 0, {0, 1e7}, "mean time between steps; 0: none");
  recipe.step = section.number("step", 0, {-endless, endless}, "size of a step");
  recipe.per_s = section.number("per_s", 0, {0, 1e6}, "counts a second; 0: no counter");
  check_kind(section, recipe);
  section.reject_unknown_keys();
  if (value) recipe.offset = *value;

  if (recipe.tag.empty()) return {};
  const std::string of = source_of(recipe.of, recipe.tag);
  const std::size_t units = units_of(recipe.tag);
  if (units == 0 && of.find('*') != std::string::npos) section.fault("of", fmt::format("is \"{}\"", of), "* repeats only what tag repeats");
  std::vector<AuxiliaryParameters> recipes;
  for (std::size_t i = 1; i <= (units == 0 ? 1 : units); ++i) {
    recipes.push_back(recipe);
    recipes.back().tag = with_unit(recipe.tag, i);
    recipes.back().of = with_unit(of, i);
  }
  return recipes;
}

}  // namespace steadyline
