#include "line/tag_facts.h"

#include <cmath>
#include <string_view>
#include <vector>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr std::string_view prefix = "tag ";

void append_band(std::string& out, std::string_view name, const Band& band) {
  if (!band.bounded()) return;
  out += "; ";
  out += name;
  out += ' ';
  if (std::isfinite(band.low)) numeric::append_number(out, band.low);
  out += "..";
  if (std::isfinite(band.high)) numeric::append_number(out, band.high);
}

std::string words_of(const Tag& tag) {
  std::string words = tag.uom;
  append_band(words, "range", tag.range);
  append_band(words, "control", tag.control);
  append_band(words, "hard", tag.hard);
  words += tag.clock == Clock::period ? "; each period" : "; on change";
  if (tag.role != Role::measured) words += tag.role == Role::setpoint ? "; set-point" : "; derived";
  if (!tag.modelled) words += "; not modelled";
  if (tag.forecast) words += "; forecast";
  return words;
}

}  // namespace

std::map<std::string, std::string> tag_facts(const Line& line, std::span<const std::string> paths) {
  std::map<std::string, std::string> facts;
  for (const std::string& path : paths)
    if (const auto tag = line.find_tag(path)) facts[std::string{prefix} + path] = words_of(line.tag(*tag));
  return facts;
}

std::string tag_differences(const std::map<std::string, std::string>& facts, const Line& line, std::size_t named) {
  std::string words;
  std::size_t count = 0, known = 0;
  for (auto fact = facts.lower_bound(std::string{prefix}); fact != facts.end() && fact->first.starts_with(prefix); ++fact) {
    ++known;
    const std::string path = fact->first.substr(prefix.size());
    const auto tag = line.find_tag(path);
    const std::string now = tag ? words_of(line.tag(*tag)) : "gone";
    if (now == fact->second || ++count > named) continue;
    words += (words.empty() ? "" : ", ") + path + ": was " + fact->second + ", is " + now;
  }
  if (count > named) words += ", and " + std::to_string(count - named) + " more";
  return words.empty() && known > 0 ? "nothing" : words;
}

}  // namespace steadyline
