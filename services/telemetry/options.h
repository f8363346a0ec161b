#pragma once

namespace steadyline {

enum class LogLevel { debug, info, warn, error };

struct LogOptions {
  LogLevel level = LogLevel::info;  ///< lesser messages are dropped
  bool json = false;                ///< one JSON object a line instead of text
};

}  // namespace steadyline
