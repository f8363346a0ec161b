#include "app/activations.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "models/golden_approval.h"
#include "telemetry/log.h"

namespace steadyline {

void Activations::prepare(std::span<const Record> records, Pipeline& pipeline) {
  for (const Record& record : records) {
    if (record.type != "activate") continue;
    const auto tree = nlohmann::json::parse(record.bytes, nullptr, false);  // what is no activation the decoder sets aside
    if (!tree.is_object() || !tree.contains("line") || !tree.contains("bundle") || !tree["line"].is_string() || !tree["bundle"].is_string()) continue;
    const std::string bundle = tree["bundle"];
    if (bundle != "previous" && bundle != "none") fetch(tree["line"], bundle, pipeline);
  }
}

Result<void> Activations::prepare(const Assignment& assignment, Pipeline& pipeline) {
  for (const auto& [line, roles] : assignment.in_force)
    for (const std::string& sha256 : {roles.champion, roles.challenger, roles.previous})
      if (!sha256.empty()) fetch(line, sha256, pipeline);
  const std::vector<std::string> lacking = pipeline.bring_back(assignment.in_force);
  if (lacking.empty()) return {};
  return tl::unexpected(Error{Errc::bundle, fmt::format("bundles that are in force are not at hand: {}", fmt::join(lacking, ", ")),
                              fmt::format("partition {}", assignment.partition), "copy their folders back into lines[].bundles"});
}

void Activations::fetch(const std::string& line, const std::string& sha256, Pipeline& pipeline) {
  const auto place = std::find(lines_.begin(), lines_.end(), line);
  if (place == lines_.end()) return;
  if (const auto known = offered_.find({line, sha256}); known != offered_.end()) return say(line, known->second);
  const auto bundle = shelf_.find(line, sha256);
  if (!bundle) {
    for (const Error& fault : bundle.error()) log::warn("{}", to_line(fault));
    return;
  }
  pipeline.offer(LineIndex{static_cast<std::uint32_t>(place - lines_.begin())}, *bundle);
  offered_[{line, sha256}] = unapproved_words(**bundle);
  log::info("bundle {} of line {} is at hand", (*bundle)->sha256, line);
  say(line, offered_[{line, sha256}]);
}

void Activations::say(const std::string& line, const std::string& words) {
  if (!words.empty()) log::warn("line {}: {}", line, words);
}

}  // namespace steadyline
