#include "app/train_parts.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>

#include "evaluation/twin_production.h"
#include "models/golden_approval.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "training/learn.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

std::string words_of(const ScenarioRuns& from) {
  return fmt::format("{} x {}", from.runs, std::filesystem::path{from.file}.filename().string());
}

/// Runs `first` to `first + runs` of a scenario.
Result<Production> production_of(const Line& line, const Line& part, const std::string& twin, const ScenarioRuns& from, int first) {
  const auto parameters = read_twin(twin);
  if (!parameters) return tl::unexpected(parameters.error().front());
  auto scenario = read_scenario(from.file, line, [&](const Scenario& read) { return unsimulated(line, *parameters, read); });
  if (!scenario) return tl::unexpected(scenario.error().front());
  scenario->seed += static_cast<std::uint64_t>(first);
  return twin_production(part, *parameters, *scenario, static_cast<std::size_t>(from.runs));
}

/// A part from its checkpoint, or learned now and kept.
template <class Part, class Learn>
Part learned(const std::string& name, const TrainAside& aside, Checked<Part> (*read)(std::string_view, std::string_view),
             std::string (*write)(const Part&), Learn learn) {
  std::string stage = name;
  std::replace(stage.begin(), stage.end(), ' ', '_');
  const auto took = [&](double seconds) {
    if (aside.course != nullptr) aside.course->took(name, seconds);
  };
  if (const auto kept = aside.checkpoints == nullptr ? std::nullopt : aside.checkpoints->read(stage)) {
    if (auto part = read(kept->facts.at("json"), stage)) {
      took(kept->number("seconds"));
      return std::move(*part);
    }
    std::fprintf(stderr, "%s: its checkpoint does not read back; it is learned anew\n", name.c_str());
  }
  const StageClock clock;
  Part part = learn();
  if (aside.checkpoints != nullptr && !part.empty()) {
    Checkpoint checkpoint{.words = name, .facts = {{"json", write(part)}}, .tensors = {}};
    checkpoint.set("seconds", clock.seconds());
    aside.checkpoints->write(stage, checkpoint);
  }
  took(clock.seconds());
  return part;
}

}  // namespace

Result<void> learn_parts(Bundle& bundle, const Line& line, const Line& part, const PartChoices& choices, const TrainAside& aside,
                         const TrainProgress& progress) {
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
  const auto say = [&](const char* stage, double share) {
    if (progress) progress({stage, share, 0, "learns"});
  };
  say("golden profile", 0);
  bundle.golden = learned<GoldenProfile>("golden profile", aside, read_golden, write_golden,
                                         [&] { return learn_golden(part, chained(std::move(all)), choices.options); });
  if (!bundle.golden.empty()) propose_golden(bundle, words);
  say("drift detectors", 0.1);
  bundle.drift = learned<DriftSpec>("drift detectors", aside, read_drift, write_drift,
                                    [&] { return learn_drift(part, many, judge, choices.options); });
  say("soft sensors", 0.9);
  bundle.soft_sensors = learned<SoftSensorSpec>("soft sensors", aside, read_soft_sensors, write_soft_sensors,
                                                [&] { return learn_soft_sensors(part, *train, *calibrate, choices.options); });
  return {};
}

}  // namespace steadyline
