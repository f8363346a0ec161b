#include "models/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "core/sha256.h"
#include "line/tag_facts.h"
#include "models/golden_approval.h"
#include "models/manifest.h"
#include "models/safetensors.h"

namespace steadyline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view manifest_name = "manifest.json";
constexpr std::string_view weights_name = "weights.safetensors";
constexpr std::string_view passport_name = "passport.md";
constexpr std::string_view sums_name = "SHA256SUMS";
/// Files of the models that a bundle may lack.
constexpr std::string_view golden_name = "golden.json", drift_name = "drift.json", soft_sensors_name = "soft_sensors.json";
constexpr std::uintmax_t manifest_max = 8 << 20;
constexpr std::uintmax_t weights_max = 1 << 30;
constexpr std::uintmax_t passport_max = 8 << 20;
constexpr std::uintmax_t part_max = 64 << 20;
constexpr std::uintmax_t sums_max = 4096;
constexpr std::string_view copy_again = "copy the bundle again from where it was made";

/// The sums as `sha256sum` prints and checks them. They cover the manifest too, which cannot hold its own hash.
std::string write_sums(std::string_view manifest, const FileHashes& hashes) {
  std::string text = fmt::format("{}  {}\n", sha256_hex(manifest), manifest_name);
  for (const auto& [file, hash] : hashes) text += fmt::format("{}  {}\n", hash, file);
  return text;
}

/// Reads the files of one folder and notes each that cannot be had.
class Folder {
 public:
  explicit Folder(const fs::path& path) : path_{path} {}

  bool has(std::string_view file) const {
    std::error_code trouble;
    return fs::exists(path_ / file, trouble);
  }
  std::string where(std::string_view file) const { return (path_ / file).string(); }
  std::optional<std::string> read(std::string_view file, std::uintmax_t bytes_max) {
    const fs::path path = path_ / file;
    std::error_code trouble;
    if (!fs::is_regular_file(path, trouble)) return refuse(file, "there is no such file");
    const std::uintmax_t size = fs::file_size(path, trouble);
    if (trouble || size > bytes_max) return refuse(file, fmt::format("is larger than the {} bytes allowed", bytes_max));
    std::string bytes(size, '\0');
    std::ifstream in{path, std::ios::binary};
    if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) return refuse(file, "cannot be read");
    return bytes;
  }
  std::nullopt_t refuse(std::string_view file, std::string what) {
    faults.push_back({Errc::bundle, std::move(what), where(file), std::string{copy_again}});
    return std::nullopt;
  }

  std::vector<Error> faults;

 private:
  fs::path path_;
};

struct Files {
  std::optional<std::string> manifest, weights, passport, sums;
  std::map<std::string, std::string> parts;  // bytes by name, of the parts that are there
};

Files read_files(Folder& folder) {
  Files files{folder.read(manifest_name, manifest_max), folder.read(weights_name, weights_max), folder.read(passport_name, passport_max),
              folder.read(sums_name, sums_max), {}};
  for (const std::string_view part : {golden_name, drift_name, soft_sensors_name}) {
    if (!folder.has(part)) continue;
    if (auto bytes = folder.read(part, part_max)) files.parts[std::string{part}] = std::move(*bytes);
  }
  return files;
}

void check_sums(const Files& files, Folder& folder) {
  if (!files.manifest || !files.weights || !files.passport || !files.sums) return;
  FileHashes hashes{{std::string{passport_name}, sha256_hex(*files.passport)}, {std::string{weights_name}, sha256_hex(*files.weights)}};
  for (const auto& [part, bytes] : files.parts) hashes[part] = sha256_hex(bytes);
  if (*files.sums != write_sums(*files.manifest, hashes)) folder.refuse(sums_name, "does not fit the bytes of the other files");
}

void check_hash(const std::optional<std::string>& bytes, std::string_view file, const FileHashes& hashes, Folder& folder) {
  const auto expected = hashes.find(std::string{file});
  if (expected == hashes.end()) {
    folder.refuse(manifest_name, fmt::format("files has no hash of {}", file));
  } else if (bytes && sha256_hex(*bytes) != expected->second) {
    folder.refuse(file, fmt::format("its SHA-256 is {}, the manifest says {}", sha256_hex(*bytes), expected->second));
  }
}

void append(std::vector<Error>& faults, std::vector<Error> more) {
  faults.insert(faults.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// One of the models that a bundle may lack.
template <class Part, class Read>
void read_part(const Files& files, std::string_view name, Read read, Part& part, Folder& folder) {
  const auto bytes = files.parts.find(std::string{name});
  if (bytes == files.parts.end()) return;
  if (auto read_well = read(bytes->second, folder.where(name))) part = std::move(*read_well);
  else append(folder.faults, std::move(read_well.error()));
}

/// What the manifest says and what the files hold, together.
std::optional<Bundle> read_bundle(const Files& files, Folder& folder) {
  std::optional<Tensors> tensors;
  if (files.weights) {
    if (auto parsed = parse_safetensors(*files.weights)) tensors = std::move(*parsed);
    else folder.refuse(weights_name, parsed.error().where + " " + parsed.error().what);
  }
  if (!files.manifest) return std::nullopt;
  Checked<Manifest> manifest = read_manifest(*files.manifest, folder.where(manifest_name));
  if (!manifest) {
    append(folder.faults, std::move(manifest.error()));
    return std::nullopt;
  }
  check_hash(files.weights, weights_name, manifest->hashes, folder);
  check_hash(files.passport, passport_name, manifest->hashes, folder);
  for (const auto& [part, bytes] : files.parts) check_hash(bytes, part, manifest->hashes, folder);
  const auto golden = files.parts.find(std::string{golden_name});
  if (auto fault = check_approval(manifest->bundle.passport, golden == files.parts.end() ? std::string_view{} : golden->second, folder.where(golden_name)))
    folder.faults.push_back(std::move(*fault));
  read_part(files, golden_name, read_golden, manifest->bundle.golden, folder);
  read_part(files, drift_name, read_drift, manifest->bundle.drift, folder);
  read_part(files, soft_sensors_name, read_soft_sensors, manifest->bundle.soft_sensors, folder);
  for (const auto& [file, hash] : manifest->hashes)
    if (file != weights_name && file != passport_name && !files.parts.contains(file)) folder.refuse(manifest_name, fmt::format("files names {}, which is not in the folder or no part of a bundle", file));
  if (!tensors) return std::nullopt;
  manifest->bundle.tensors = std::move(*tensors);
  manifest->bundle.sha256 = sha256_hex(*files.manifest);
  append(folder.faults, check_bundle(manifest->bundle, folder.where(manifest_name)));
  return std::move(manifest->bundle);
}

/// Places the tags in the line and notes where bundle and line do not belong together.
void join_line(Bundle& bundle, const Line& line, Folder& folder) {
  const auto refuse = [&](std::string what, std::string mend) {
    folder.faults.push_back({Errc::bundle, std::move(what), folder.where(manifest_name), std::move(mend)});
  };
  if (bundle.line != line.id) refuse(fmt::format("is for line {}, not {}", bundle.line, line.id), "name the bundle that was trained for this line");
  if (bundle.line_sha256 != line.sha256) {
    const std::string changed = tag_differences(bundle.passport, line);
    refuse(fmt::format("was trained for the description of line {} with SHA-256 {}, the file now has {}: the line description has changed{}",
                       bundle.line, bundle.line_sha256, line.sha256,
                       changed.empty() ? "" : "; of what the models read: " + changed),
           fmt::format("restore config/lines/{}.yaml, or train a bundle for the new one", line.id));
  }
  if (bundle.period != line.period)
    refuse(fmt::format("has a period of {} ms, line {} has {} ms", bundle.period.count(), line.id, line.period.count()), "train with the line's period");
  const auto place = [&](const std::string& path, TagIndex& of) {
    const std::optional<TagIndex> tag = line.find_tag(path);
    if (tag) of = *tag;
    else refuse(fmt::format("needs tag {}, which line {} does not have", path, line.id), "add the tag to the line, or train without it");
  };
  for (std::size_t i = 0; i < bundle.tag_paths.size(); ++i) place(bundle.tag_paths[i], bundle.features.tags[i]);
  for (std::size_t i = 0; i < bundle.guide_paths.size(); ++i) place(bundle.guide_paths[i], bundle.features.guides[i]);
  for (std::size_t i = 0; i < bundle.features.hoppers.size(); ++i) place(bundle.hopper_paths[i], bundle.features.hoppers[i].weight);
  for (std::size_t i = 0; i < bundle.unit_ids.size(); ++i) {
    const std::optional<UnitIndex> unit = line.find_unit(bundle.unit_ids[i]);
    if (unit) bundle.features.units[i] = *unit;
    else refuse(fmt::format("needs unit {}, which line {} does not have", bundle.unit_ids[i], line.id), "add the unit to the line, or train without it");
  }
}

Checked<Bundle> load(const fs::path& path, const Line* line) {
  Folder folder{path};
  std::error_code trouble;
  if (!fs::is_directory(path, trouble))
    return tl::unexpected(std::vector<Error>{{Errc::bundle, "there is no such folder", path.string(), "name a folder with a manifest.json"}});
  const Files files = read_files(folder);
  check_sums(files, folder);
  std::optional<Bundle> bundle = read_bundle(files, folder);
  if (bundle && line != nullptr) join_line(*bundle, *line, folder);
  if (!folder.faults.empty()) return tl::unexpected(std::move(folder.faults));
  return std::move(*bundle);
}

/// The files of the models that the bundle has.
std::map<std::string_view, std::string> write_parts(const Bundle& bundle) {
  std::map<std::string_view, std::string> parts;
  if (!bundle.golden.empty()) parts[golden_name] = write_golden(bundle.golden);
  if (!bundle.drift.empty()) parts[drift_name] = write_drift(bundle.drift);
  if (!bundle.soft_sensors.empty()) parts[soft_sensors_name] = write_soft_sensors(bundle.soft_sensors);
  return parts;
}

Result<void> write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return {};
  return tl::unexpected(Error{Errc::io, "cannot be written", path.string(), "check the rights and the free space of the folder"});
}

}  // namespace

Checked<Bundle> load_bundle(const fs::path& folder, const Line& line) { return load(folder, &line); }
Checked<Bundle> load_bundle(const fs::path& folder) { return load(folder, nullptr); }

Result<void> save_bundle(Bundle& bundle, const fs::path& folder) {
  const std::vector<Error> faults = check_bundle(bundle, "bundle");
  if (!faults.empty()) return tl::unexpected(faults.front());
  const std::string weights = write_safetensors(bundle.tensors);
  const std::string passport = write_passport(bundle);
  FileHashes hashes{{std::string{passport_name}, sha256_hex(passport)}, {std::string{weights_name}, sha256_hex(weights)}};
  const std::map<std::string_view, std::string> parts = write_parts(bundle);
  for (const auto& [part, bytes] : parts) hashes[std::string{part}] = sha256_hex(bytes);
  const Result<std::string> manifest = write_manifest(bundle, hashes);
  if (!manifest) return tl::unexpected(manifest.error());

  std::error_code trouble;
  fs::create_directories(folder, trouble);
  if (trouble) return tl::unexpected(Error{Errc::io, "cannot be made: " + trouble.message(), folder.string(), "name a folder that can be written"});
  for (const std::string_view part : {golden_name, drift_name, soft_sensors_name}) fs::remove(folder / part, trouble);  // of an older bundle
  for (const auto& [part, bytes] : parts)
    if (auto written = write_file(folder / part, bytes); !written) return written;
  // The sums come last: a folder whose writing broke off is refused.
  for (const auto& [name, bytes] : {std::pair<std::string_view, const std::string&>{weights_name, weights}, {passport_name, passport}, {manifest_name, *manifest}})
    if (auto written = write_file(folder / name, bytes); !written) return written;
  bundle.sha256 = sha256_hex(*manifest);
  return write_file(folder / sums_name, write_sums(*manifest, hashes));
}

}  // namespace steadyline
