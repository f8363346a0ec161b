#include "app/bundle_shelf.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <set>

#include "core/sha256.h"

namespace steadyline {

std::string bundle_sha256(const std::filesystem::path& folder) {
  std::ifstream in{folder / "manifest.json", std::ios::binary};
  if (!in) return {};
  return sha256_hex(std::string{std::istreambuf_iterator<char>{in}, {}});
}

Checked<std::shared_ptr<const Bundle>> BundleShelf::find(std::string_view line, std::string_view sha256) const {
  const auto place = std::find_if(places_.begin(), places_.end(), [&](const Place& p) { return p.line.id == line; });
  const auto none = [&](std::string mend) {
    return tl::unexpected(std::vector{Error{Errc::bundle, fmt::format("no bundle {} of line {} is at hand", sha256, line), "activation", std::move(mend)}});
  };
  if (place == places_.end()) return none("name a line of the settings");
  if (place->folder.empty()) return none("name the folder of bundles under lines[].bundles of the settings");
  std::error_code trouble;
  std::set<std::filesystem::path> folders;  // in order of name, whatever the file system says
  for (const auto& entry : std::filesystem::directory_iterator{place->folder, trouble}) folders.insert(entry.path());
  for (const auto& folder : folders) {
    if (!bundle_sha256(folder).starts_with(sha256)) continue;
    auto bundle = load_bundle(folder, place->line);
    if (!bundle) return tl::unexpected(std::move(bundle.error()));
    return std::make_shared<const Bundle>(std::move(*bundle));
  }
  return none(fmt::format("copy its folder into {}", place->folder.string()));
}

}  // namespace steadyline
