#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "telemetry/options.h"

/// The program's own log: one line a message on standard error, times in UTC. For programs' answers use standard output instead.
/// Threads  any. Before `start` messages go out with the default options.
namespace steadyline::log {

void start(const LogOptions& options);
void write(LogLevel level, std::string_view message);
/// A message as a JSON string with its quotes; bytes that are not UTF-8 become "?".
std::string json_text(std::string_view message);

template <class... Args>
void debug(fmt::format_string<Args...> words, Args&&... args) {
  write(LogLevel::debug, fmt::format(words, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> words, Args&&... args) {
  write(LogLevel::info, fmt::format(words, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> words, Args&&... args) {
  write(LogLevel::warn, fmt::format(words, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> words, Args&&... args) {
  write(LogLevel::error, fmt::format(words, std::forward<Args>(args)...));
}

}  // namespace steadyline::log
