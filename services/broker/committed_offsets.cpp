#include "broker/committed_offsets.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace steadyline {
namespace {

constexpr std::string_view word = "read_from=";
constexpr std::size_t hash_digits = 16;  // the broker keeps 4096 bytes of metadata

std::string_view short_hash(std::string_view sha256) { return sha256.substr(0, hash_digits); }

/// Takes what stands before the next `mark`, or all.
std::string_view cut(std::string_view& text, char mark) {
  const std::size_t at = std::min(text.find(mark), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

}  // namespace

std::string to_metadata(const Progress& progress) {
  std::string text = fmt::format("{}{}", word, progress.read_from);
  for (const auto& [line, roles] : progress.in_force)
    text += fmt::format(";{}={},{},{}", line, short_hash(roles.champion), short_hash(roles.challenger), short_hash(roles.previous));
  return text;
}

Progress from_metadata(std::int64_t next, std::string_view metadata) {
  Progress progress{.next = next, .read_from = next, .in_force = {}};
  if (metadata.substr(0, word.size()) != word) return progress;
  metadata.remove_prefix(word.size());
  const std::string_view number = cut(metadata, ';');
  std::int64_t offset = 0;
  const char* const last = number.data() + number.size();
  const auto [end, fault] = std::from_chars(number.data(), last, offset);
  if (fault == std::errc{} && end == last && offset >= 0 && offset <= next) progress.read_from = offset;
  while (!metadata.empty()) {
    std::string_view roles = cut(metadata, ';');
    const std::string line{cut(roles, '=')};
    if (line.empty()) continue;
    BundleRoles& of = progress.in_force[line];
    for (std::string* const role : {&of.champion, &of.challenger, &of.previous}) *role = cut(roles, ',');
  }
  return progress;
}

}  // namespace steadyline
