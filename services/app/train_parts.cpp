#include "app/train_parts.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "evaluation/twin_production.h"
#include "models/golden_approval.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "training/learn.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

std::string words_of(const ScenarioRuns& from) { return fmt::format("{} x {}", from.runs, std::filesystem::path{from.file}.filename().string()); }

/// Runs `first` to `first + runs` of a scenario.
Result<Production> production_of(const Line& line, const Line& part, const std::string& twin, const ScenarioRuns& from, int first) {
  const auto parameters = read_twin(twin);
  if (!parameters) return tl::unexpected(parameters.error().front());
  auto scenario = read_scenario(from.file, line, [&](const Scenario& read) { return unsimulated(line, *parameters, read); });
  if (!scenario) return tl::unexpected(scenario.error().front());
  scenario->seed += static_cast<std::uint64_t>(first);
  return twin_production(part, *parameters, *scenario, static_cast<std::size_t>(from.runs));
}

}  // namespace

Result<void> learn_parts(Bundle& bundle, const Line& line, const Line& part, const PartChoices& choices) {
  if (choices.production.runs == 0) return {};
  const int teach = (2 * choices.production.runs + 2) / 3;
  const auto train = production_of(line, part, choices.twin, {choices.production.file, teach}, 0);
  if (!train) return tl::unexpected(train.error());
  const auto calibrate = production_of(line, part, choices.twin, {choices.production.file, choices.production.runs - teach}, teach);
  if (!calibrate) return tl::unexpected(calibrate.error());
  std::vector<Production> all{*train};
  std::string words = words_of({choices.production.file, teach});
  for (const ScenarioRuns& from : choices.transitions) {
    auto more = production_of(line, part, choices.twin, from, 0);
    if (!more) return tl::unexpected(more.error());
    all.push_back(std::move(*more));
    words += ", " + words_of(from);
  }
  const auto parameters = read_twin(choices.twin);
  if (!parameters) return tl::unexpected(parameters.error().front());
  const auto days = static_cast<std::size_t>(choices.days), taught = (2 * days + 2) / 3;
  const Production many = chained({*train, teaching_days(part, *parameters, 0, taught)});
  const Production judge = chained({*calibrate, teaching_days(part, *parameters, taught, days - taught)});
  words += fmt::format(", {} whole days", days);
  std::fprintf(stderr, "golden profile, drift detectors and soft sensors: %s\n", words.c_str());
  bundle.passport["parts learn from"] = words;
  bundle.golden = learn_golden(part, chained(std::move(all)), choices.options);
  if (!bundle.golden.empty()) propose_golden(bundle, words);
  bundle.drift = learn_drift(part, many, judge, choices.options);
  bundle.soft_sensors = learn_soft_sensors(part, *train, *calibrate, choices.options);
  return {};
}

}  // namespace steadyline
