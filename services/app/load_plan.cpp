#include "app/load_plan.h"

#include <iterator>

#include "broker/properties.h"
#include "models/golden_approval.h"
#include "settings/read_line.h"
#include "telemetry/log.h"

namespace steadyline {

namespace {

/// Nobody has approved the profile against which conformance is shown: it is shown all the same, but not in silence.
void say_unapproved(const Pipeline::Setup& setup) {
  const std::string words = setup.bundle == nullptr ? std::string{} : unapproved_words(*setup.bundle);
  if (!words.empty()) log::warn("line {}: {}", setup.line.id, words);
}

}  // namespace

Checked<Pipeline::Setup> load_setup(const std::filesystem::path& description, const std::filesystem::path& bundle) {
  auto line = read_line(description);
  if (!line) return tl::unexpected(line.error());
  Pipeline::Setup setup{std::move(*line), nullptr};
  if (bundle.empty()) return setup;
  auto loaded = load_bundle(bundle, setup.line);
  if (!loaded) return tl::unexpected(loaded.error());
  setup.bundle = std::make_shared<const Bundle>(std::move(*loaded));
  return setup;
}

Checked<MonitorPlan> load_plan(const Settings& settings) {
  MonitorPlan plan{.setups = {}, .monitor = settings.monitor, .broker = settings.broker, .http = settings.http, .bundles = {}, .write_ticks = true};
  std::vector<Error> faults;
  if (auto good = check_properties(settings.broker); !good) faults.push_back(good.error());
  for (const LineSource& source : settings.lines) {
    auto setup = load_setup(source.description, source.bundle.value_or(std::filesystem::path{}));
    if (setup) {
      say_unapproved(*setup);
      plan.setups.push_back(std::move(*setup));
      plan.bundles.push_back(source.bundles);
    } else {
      std::move(setup.error().begin(), setup.error().end(), std::back_inserter(faults));
    }
  }
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return plan;
}

Checked<MonitorPlan> load_plan(const std::filesystem::path& settings_file) {
  const auto settings = read_settings(settings_file);
  if (!settings) return tl::unexpected(settings.error());
  return load_plan(*settings);
}

}  // namespace steadyline
