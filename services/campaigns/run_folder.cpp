#include "campaigns/run_folder.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/sha256.h"
#include "core/whole_file.h"

namespace steadyline {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

bool is_file(const Json& entry) {
  const auto has = [&](const char* key, bool (Json::*kind)() const noexcept) { return entry.contains(key) && (entry[key].*kind)(); };
  return entry.is_object() && has("name", &Json::is_string) && has("rows", &Json::is_number_unsigned) && has("bytes", &Json::is_number_unsigned) &&
         has("sha256", &Json::is_string);
}

bool is_manifest(const Json& json) {
  return json.is_object() && json.contains("run") && json.contains("complete") && json["complete"].is_boolean() && json.contains("files") &&
         json["files"].is_array() && std::all_of(json["files"].begin(), json["files"].end(), is_file);
}

}  // namespace

Result<RunFolder> RunFolder::open(std::filesystem::path folder, std::string identity) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return tl::unexpected(Error{Errc::io, "cannot be made: " + code.message(), folder.string(), "name a folder that may be written"});
  RunFolder run{std::move(folder), std::move(identity)};
  if (auto read = run.read_manifest(); !read) return tl::unexpected(read.error());
  return run;
}

Result<void> RunFolder::read_manifest() {
  const auto path = folder_ / "manifest.json";
  if (!std::filesystem::exists(path)) return {};
  const Json manifest = Json::parse(text_of(path), nullptr, false);
  if (!is_manifest(manifest))
    return tl::unexpected(Error{Errc::io, "is not the manifest of a run", path.string(), "name an empty folder, or remove this one's files"});
  if (manifest["run"] != Json::parse(identity_))
    return tl::unexpected(Error{Errc::usage, "belongs to another run", path.string(), "name another folder, or give the line, scenario, seed and format that began it"});
  for (const Json& entry : manifest["files"]) {
    const std::string name = entry["name"].get<std::string>();
    const File file{entry["rows"].get<std::uint64_t>(), entry["bytes"].get<std::uint64_t>(), entry["sha256"].get<std::string>()};
    std::error_code code;
    if (std::filesystem::file_size(folder_ / name, code) != file.bytes || code || sha256_hex(text_of(folder_ / name)) != file.sha256) continue;
    files_.emplace(name, file);
  }
  complete_ = manifest["complete"].get<bool>() && files_.size() == manifest["files"].size();
  return {};
}

Result<void> RunFolder::add(const std::string& name, std::uint64_t rows, std::string_view bytes) {
  if (auto written = write_or_leave(folder_ / name, bytes); !written) return written;
  files_[name] = {rows, bytes.size(), sha256_hex(bytes)};
  return write_manifest();
}

Result<void> RunFolder::finish() {
  complete_ = true;
  return write_manifest();
}

Result<void> RunFolder::write_manifest() const {
  Json manifest;
  manifest["run"] = Json::parse(identity_);
  manifest["complete"] = complete_;
  manifest["files"] = Json::array();
  for (const auto& [name, file] : files_) manifest["files"].push_back({{"name", name}, {"rows", file.rows}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  return write_or_leave(folder_ / "manifest.json", manifest.dump(1) + "\n");
}

std::uint64_t RunFolder::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, file] : files_) sum += file.bytes;
  return sum;
}

std::uint64_t RunFolder::rows(std::string_view prefix) const {
  std::uint64_t sum = 0;
  for (const auto& [name, file] : files_)
    if (name.starts_with(prefix)) sum += file.rows;
  return sum;
}

}  // namespace steadyline
