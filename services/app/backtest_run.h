#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.h"
#include "evaluation/alarm_episode.h"
#include "monitor/options.h"
#include "monitor/pipeline.h"
#include "training/options.h"

namespace steadyline {

/// Stored production: files and folders in order of time.
struct StoredProduction {
  std::vector<std::filesystem::path> parts;  ///< with a data set of several files: its folders; else single files
  std::optional<Dataset> dataset;            ///< none: CSV whose header names the tags
};

/// What one configuration would have said to it.
struct LivedAlarms {
  std::vector<AlarmEpisode> episodes;
  std::uint64_t frames = 0;
  double hours = 0;                ///< of frames: gaps do not count
  EventTime from{}, until{};       ///< meaningful with frames
  std::vector<std::string> notes;  ///< rows set aside, columns not looked at
};

/// Shows how far it is, 0 .. 1.
using ShareShown = std::function<void(double share)>;

/// Lives through the production with one line description, bundle and settings: rows → frames → check → assess → judge.
///
/// Memory  one part. Errors: a part that cannot be read, or that begins before the one before it has ended.
/// Stops   where `stop` asks, with what it has.
Result<LivedAlarms> live_through(const StoredProduction& production, const Pipeline::Setup& setup, const MonitorOptions& options,
                                 const ShareShown& shown, const std::stop_token& stop);

}  // namespace steadyline
