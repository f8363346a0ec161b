#pragma once

#include <functional>
#include <string_view>

namespace steadyline {

enum class BrokerLogLevel { debug, info, warning, error };

/// Where the broker's words go; `app` hands in the log of telemetry. Called from librdkafka's threads too, so it must be thread-safe.
using BrokerLog = std::function<void(BrokerLogLevel level, std::string_view words)>;

/// Warnings and errors to stderr.
BrokerLog log_to_stderr();

}  // namespace steadyline
