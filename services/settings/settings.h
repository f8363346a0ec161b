#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/options.h"
#include "core/error.h"
#include "monitor/options.h"
#include "operator/options.h"
#include "telemetry/options.h"

namespace steadyline {

/// One line to watch. Paths are relative to the settings file, or absolute.
struct LineSource {
  std::filesystem::path description;            ///< config/lines/*.yaml
  std::optional<std::filesystem::path> bundle;  ///< folder; none: limits and data quality only
  std::filesystem::path bundles;                ///< folder of bundle folders that an activation may name; empty: only `bundle`
};

/// What config/monitor.yaml says: everything but the line descriptions and bundles themselves.
struct Settings {
  MonitorOptions monitor;
  BrokerOptions broker;
  OperatorOptions http;
  LogOptions log;
  std::vector<LineSource> lines;
};

/// Reads and checks the settings: every fault at once, with file and line. Does not open what they name.
Checked<Settings> read_settings(const std::filesystem::path& file);
/// The same from text; relative paths are taken from the folder of `file`.
Checked<Settings> parse_settings(std::string_view text, const std::filesystem::path& file);

}  // namespace steadyline
