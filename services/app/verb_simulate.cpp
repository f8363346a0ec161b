#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "app/duration_text.h"
#include "app/signals.h"
#include "app/simulate_feed.h"
#include "app/simulate_files.h"
#include "app/simulate_msom.h"
#include "app/simulate_plan.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "campaigns/pictures.h"
#include "core/whole_file.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"

namespace steadyline {
namespace {

struct Choices {
  SimulateChoices what;
  FeedTarget target{"127.0.0.1:9092", "steadyline.input", 1};
  std::string speed = "1", out, format, layout = "frames", pictures;
  std::vector<std::string> traps;
  std::uint64_t seed = 0;
  bool json = false;
};

TableFormat format_of(const Choices& choices) {
  if (!choices.format.empty()) return choices.format == "csv" ? TableFormat::csv : TableFormat::hdf5;
  return choices.what.campaign.empty() ? TableFormat::csv : TableFormat::hdf5;
}

/// The pictures of docs/twin.md, into a folder.
int draw(const SimulateChoices& what, const std::string& folder) {
  const auto line = read_line(what.line);
  if (!line) return report(line.error());
  const auto parameters = read_twin(what.twin);
  if (!parameters) return report(parameters.error());
  Terminal terminal;
  std::error_code made;
  std::filesystem::create_directories(folder, made);
  for (const Picture& picture : twin_pictures(*line, *parameters, [&](const std::string& name) { terminal.draw({"drawn: " + name}); }))
    if (auto written = write_or_leave(std::filesystem::path{folder} / (picture.name + ".svg"), picture.svg); !written) return report(written.error());
  return exit_done;
}

int run(Choices choices) {
  if (!choices.pictures.empty()) return draw(choices.what, choices.pictures);
  StopSignals signals;
  if (choices.layout == "msom") return simulate_msom(choices.what, choices.out, choices.traps, signals.token());
  const auto plan = make_simulate_plan(choices.what);
  if (!plan) return report(plan.error());
  if (!choices.out.empty()) return simulate_to_files(*plan, choices.out, format_of(choices), choices.json, signals.token());
  choices.target.speed = choices.speed == "max" ? 0 : parse_duration_s(choices.speed).value_or(-1);
  if (choices.target.speed < 0)
    return report(Error{Errc::usage, "\"" + choices.speed + "\" is not a speed", "--speed", "give a positive number, e.g. 60, or max"});
  return simulate_to_broker(*plan, choices.target, signals.token());
}

void add_exam(CLI::App& verb, ExamChoice& exam) {
  auto* const of = verb.add_option("--exam-of", exam.fault, "instead: one exam of this fault, e.g. F04; its seed is made of commit, fault and index")
                       ->excludes("--scenario")->excludes("--campaign")->excludes("--seed");
  verb.add_option("--variant", exam.variant, "of the exam: another way in which the fault comes, e.g. zero")->needs(of);
  verb.add_option("--tercile", exam.tercile, "of the exam: third of the severities, 0 low, 1 middle, 2 high")->needs(of)->capture_default_str();
  verb.add_option("--index", exam.index, "of the exam: which one of this fault")->needs(of)->capture_default_str();
  verb.add_option("--commit", exam.commit, "of the exam: the commit that is examined")->needs(of);
}

void add_options(CLI::App& verb, Choices& choices) {
  verb.add_option("--scenario", choices.what.scenario, "what happens when")->default_str("config/scenarios/demo.yaml");
  verb.add_option("--campaign", choices.what.campaign, "instead: C0 smoke, C1 demo, C2 training, C3 120 h with 40 faults, C4 10 readings a second, C5 each tablet")->excludes("--scenario");
  verb.add_option("--seed", choices.seed, "names the random numbers, instead of the scenario's")->check(CLI::Range(0.0, 9007199254740992.0));
  verb.add_option("--for", choices.what.duration, "how long, instead of the scenario's time, e.g. 2h");
  verb.add_option("--line", choices.what.line, "line description")->default_str("config/lines/cdc1.yaml");
  verb.add_option("--twin", choices.what.twin, "physical parameters")->default_str("config/twin/cdc1.yaml");
  verb.add_option("--tags", choices.what.tags, "all, core (without auxiliary ones), or as the campaign says")->check(CLI::IsMember({"all", "core", "campaign"}))->capture_default_str();
  verb.add_flag("--exam", choices.what.exam, "hold-ups, tank numbers, feed factors and press constants drawn within 10 % by the seed");
  add_exam(verb, choices.what.exam_of);
  verb.add_option("--out", choices.out, "writes files into this folder, or frames as CSV to standard output (-); a folder begun before is continued");
  verb.add_option("--format", choices.format, "of the files; left out: hdf5 for campaigns, csv for scenarios")->check(CLI::IsMember({"hdf5", "csv"}));
  verb.add_option("--layout", choices.layout, "msom: files as the 2024 MSOM challenge delivered them")->check(CLI::IsMember({"frames", "msom"}))->capture_default_str();
  verb.add_option("--trap", choices.traps, "msom: what such files do wrong, by name, or all");
  verb.add_option("--pictures", choices.pictures, "draws docs/twin.md's pictures into this folder, and nothing else");
  verb.add_option("--brokers", choices.target.brokers, "bootstrap servers, where no --out is given")->capture_default_str();
  verb.add_option("--topic", choices.target.topic, "input topic")->capture_default_str();
  verb.add_option("--speed", choices.speed, "times real time, or max")->capture_default_str();
  verb.add_flag("--json", choices.json, "ends with a summary for programs on standard output");
}

}  // namespace

void add_simulate(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand("simulate", "Lives through the simulated line: into the input topic, or into files");
  const auto choices = std::make_shared<Choices>();
  choices->what.line = (home() / "config/lines/cdc1.yaml").string();
  choices->what.twin = (home() / "config/twin/cdc1.yaml").string();
  choices->what.scenario = (home() / "config/scenarios/demo.yaml").string();
  add_options(*verb, *choices);
  verb->footer(
      "Examples: steadyline simulate --scenario config/scenarios/normal.yaml --brokers 127.0.0.1:9092 --speed 60\n"
      "          steadyline simulate --campaign C3 --out c3\n"
      "          steadyline simulate --scenario config/scenarios/demo.yaml --tags core --out - | head\n"
      "          steadyline simulate --exam-of F04 --tercile 1 --index 7 --commit 1f0c2ab --out exam\n"
      "          steadyline simulate --layout msom --for 8h --trap all --out msom");
  verb->callback([verb, choices, &exit_code] {
    if (verb->count("--seed") > 0) choices->what.seed = choices->seed;
    const bool msom = choices->layout == "msom";
    if (msom && verb->count("--twin") == 0) choices->what.twin = (home() / "config/twin/cdc50.yaml").string();
    if (msom && verb->count("--scenario") == 0) choices->what.scenario = (home() / "config/scenarios/normal.yaml").string();
    exit_code = run(*choices);
  });
}

}  // namespace steadyline
