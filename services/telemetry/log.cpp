#include "telemetry/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

namespace steadyline::log {
namespace {

// Whether messages are JSON; read by every writer, so it is atomic. The logger itself is thread-safe.
std::atomic<bool> as_json{false};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("steadyline", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

/// Length of the UTF-8 character that begins at `at`, 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(at + i < text.size() ? text[at + i] : 0); };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0 && follows(1)) return 2;
  if (first >= 0xE0 && first < 0xF0 && follows(1) && follows(2)) return 3;
  if (first >= 0xF0 && first < 0xF5 && follows(1) && follows(2) && follows(3)) return 4;
  return 0;
}

}  // namespace

void start(const LogOptions& options) {
  as_json = options.json;
  logger().set_level(to_spdlog(options.level));
  logger().set_pattern(options.json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                       spdlog::pattern_time_type::utc);
}

std::string json_text(std::string_view message) {
  std::string out = "\"";
  for (std::size_t i = 0; i < message.size();) {
    const std::size_t length = utf8_length(message, i);
    const auto c = static_cast<unsigned char>(message[i]);
    if (length == 0) out += '?';
    else if (c == '"' || c == '\\') (out += '\\') += message[i];
    else if (c == '\n') out += "\\n";
    else if (c < 0x20) out += fmt::format("\\u{:04x}", c);
    else out += message.substr(i, length);
    i += length == 0 ? 1 : length;
  }
  return out += '"';
}

void write(LogLevel level, std::string_view message) {
  if (as_json) logger().log(to_spdlog(level), "{}", json_text(message));
  else logger().log(to_spdlog(level), "{}", message);
}

}  // namespace steadyline::log
