#pragma once

#include <filesystem>

#include "app/monitor_service.h"
#include "core/error.h"
#include "settings/settings.h"

namespace steadyline {

/// Settings with everything they name, read and checked: line descriptions and bundles. Every fault of every file at once.
Checked<MonitorPlan> load_plan(const std::filesystem::path& settings_file);
Checked<MonitorPlan> load_plan(const Settings& settings);

/// One line with its bundle (empty path: none), for the verbs that need no settings file.
Checked<Pipeline::Setup> load_setup(const std::filesystem::path& description, const std::filesystem::path& bundle);

}  // namespace steadyline
