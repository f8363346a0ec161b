#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/load_plan.h"
#include "app/verbs.h"
#include "broker/topics.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

struct Choices {
  std::string file, kind = "settings", line, twin;
};

template <class Value>
int say(const Checked<Value>& checked, const std::string& good) {
  if (!checked) return report(checked.error());
  std::printf("good: %s\n", good.c_str());
  return exit_done;
}

int run(const Choices& choices) {
  if (choices.kind == "line") return say(read_line(choices.file), choices.file);
  if (choices.kind == "twin") return say(read_twin(choices.file), choices.file);
  if (choices.kind == "dataset") return say(read_dataset(choices.file), choices.file);
  if (choices.kind == "scenario") {
    const auto line = read_line(choices.line.empty() ? home() / "config/lines/cdc1.yaml" : std::filesystem::path{choices.line});
    if (!line) return report(line.error());
    const auto twin = read_twin(choices.twin.empty() ? home() / "config/twin/cdc1.yaml" : std::filesystem::path{choices.twin});
    if (!twin) return report(twin.error());
    return say(read_scenario(choices.file, *line, [&](const Scenario& scenario) { return unsimulated(*line, *twin, scenario); }), choices.file);
  }
  return say(load_plan(std::filesystem::path{choices.file}), choices.file + " with its lines and bundles");
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand("check", "Reads settings with the lines and bundles they name, and lists every fault");
  const auto choices = std::make_shared<Choices>();
  verb->add_option("file", choices->file, "the file to check")->required();
  verb->add_option("--as", choices->kind, "what the file is")
      ->check(CLI::IsMember({"settings", "line", "dataset", "scenario", "twin"}))
      ->capture_default_str();
  verb->add_option("--line", choices->line, "line description that a scenario is for");
  verb->add_option("--twin", choices->twin, "physical parameters of the twin that a scenario is for");
  verb->footer("Example: steadyline check config/monitor.yaml\n         steadyline check config/lines/cdc1.yaml --as line");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
