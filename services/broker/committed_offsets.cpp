#include "broker/committed_offsets.h"

#include <fmt/format.h>

#include <charconv>

namespace steadyline {
namespace {

constexpr std::string_view word = "read_from=";

}  // namespace

std::string to_metadata(const Progress& progress) { return fmt::format("{}{}", word, progress.read_from); }

Progress from_metadata(std::int64_t next, std::string_view metadata) {
  Progress progress{.next = next, .read_from = next};
  if (metadata.substr(0, word.size()) != word) return progress;
  metadata.remove_prefix(word.size());
  std::int64_t offset = 0;
  const char* const last = metadata.data() + metadata.size();
  const auto [end, fault] = std::from_chars(metadata.data(), last, offset);
  if (fault == std::errc{} && end == last && offset >= 0 && offset <= next) progress.read_from = offset;
  return progress;
}

}  // namespace steadyline
