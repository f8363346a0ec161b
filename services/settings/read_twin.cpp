#include "settings/read_twin.h"

#include <fmt/format.h>
#include <set>
#include <string>
#include <utility>

#include "settings/read_twin_parts.h"

namespace steadyline {
namespace {

void read_all_auxiliary(Section& top, TwinParameters& twin) {
  std::set<std::string> known;
  for (Section& entry : top.list("auxiliary", "the signals beside the modelled ones", false)) {
    Section place = entry;
    for (AuxiliaryParameters& recipe : read_auxiliary(std::move(entry))) {
      if (!known.insert(recipe.tag).second)
        place.fault("tag", fmt::format("makes \"{}\" a second time", recipe.tag), "each signal has one recipe; remove one");
      twin.auxiliary.push_back(std::move(recipe));
    }
  }
}

void read_top(Section& top, TwinParameters& twin) {
  read_feeders(top.list("feeders", "the six feeders in the order of the line: API first, lubricant last", true), top, twin);
  read_feeding(top.section("feeding", "what the feeders have in common"), twin.feeding);
  read_blender(top.section("blender1", "the blender of the excipients and the API"), twin.blender1);
  read_blender(top.section("blender2", "the blender of the lubricant"), twin.blender2);
  read_path(top.section("path", "chute, diverter, feed frame and NIR"), twin.path);
  read_press(top.section("press", "the press and the tester"), twin.press);
  read_coater(top.section("coater", "the pan coater"), twin.coater);
  read_room(top.section("room", "the room and its supplies"), twin.room);
  read_procedure(top.section("procedure", "recipe and procedure"), twin.procedure);
  read_all_auxiliary(top, twin);
}

}  // namespace

void check_ascending(Section& section, const char* key, double low, double high, const char* than) {
  if (section.describing() || !section.has(key) || !section.has(than) || low < high) return;
  section.fault(key, fmt::format("is {}, not above {} ({})", high, than, low), "raise it, or lower the other");
}

Checked<TwinParameters> parse_twin(std::string_view text, std::string_view file) { return read_yaml<TwinParameters>(text, file, read_top); }

Checked<TwinParameters> read_twin(const std::filesystem::path& file) {
  const auto text = read_settings_file(file.string());
  if (!text) return tl::unexpected(std::vector{text.error()});
  return parse_twin(*text, file.string());
}

std::vector<SettingKey> twin_keys() { return keys_of<TwinParameters>(read_top); }

}  // namespace steadyline
