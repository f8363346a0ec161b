#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <memory>

#include "app/build_facts.h"
#include "app/terminal.h"
#include "app/train_parts.h"
#include "app/train_session.h"
#include "app/train_watch.h"
#include "app/twin_recording.h"
#include "app/verbs.h"
#include "app/write_report.h"
#include "evaluation/report.h"
#include "evaluation/twin_production.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/settings.h"
#include "training/data_check.h"
#include "training/joined_reader.h"
#include "training/learn.h"
#include "training/trainer.h"
#include "training/trimming.h"

namespace steadyline {
namespace {

struct Choices {
  std::string line, dataset, scenario, disturbed, twin, out;
  std::vector<std::string> files;
  TrainOptions options;
  std::string report_to;
  bool hold_out = false;
  bool keep_all = false;  ///< contaminated stretches too
  bool afresh = false;    ///< checkpoints of a stopped training are discarded
  std::string settings;
  int twin_runs = 96;         ///< of the scenario, each with a seed of its own; the last third calibrates
  int disturbed_runs = 360;   ///< of the scenario with disturbances
  std::string long_scenario;  ///< what golden profile, drift detectors and soft sensors learn from
  int days = 30;              ///< whole days for the drift detectors
  int long_runs = 24;
};

/// Health has a part of what all alarms together may have.
TrainOptions within_budget(TrainOptions options) {
  options.false_alarms_per_24h = std::min(options.false_alarms_per_24h, 0.1);
  return options;
}

/// `notes` receives what the check of the rows mended or found odd.
Checked<std::vector<Recording>> read_recordings(const Line& line, const Choices& choices, std::vector<std::string>& notes) {
  const auto dataset = read_dataset(std::filesystem::path{choices.dataset});
  if (!dataset) return tl::unexpected(dataset.error());
  std::vector<DataRow> rows;
  for (const auto& file : choices.files) {
    if (!dataset->files.empty()) {
      auto joined = read_folder(line, *dataset, file);
      if (!joined) return tl::unexpected(std::vector{joined.error()});
      for (const FileAccount& account : joined->files) notes.push_back(to_line(account));
      rows.insert(rows.end(), std::make_move_iterator(joined->rows.begin()), std::make_move_iterator(joined->rows.end()));
      continue;
    }
    auto table = read_checked_dataset(line, *dataset, file, notes);
    if (!table) return tl::unexpected(table.error());
    for (const auto& note : table->notes) std::fprintf(stderr, "%s: %s\n", file.c_str(), note.c_str());
    rows.insert(rows.end(), std::make_move_iterator(table->rows.begin()), std::make_move_iterator(table->rows.end()));
  }
  for (const auto& note : notes) std::fprintf(stderr, "%s\n", note.c_str());
  return to_recordings(line, *dataset, rows);
}

/// Recorded campaigns as the options split them, contaminated stretches left out; `facts` tells what was mended and left out.
Checked<Split> recorded(const Line& line, const Choices& choices, std::map<std::string, std::string>& facts) {
  std::vector<std::string> notes;
  auto recordings = read_recordings(line, choices, notes);
  if (!recordings) return tl::unexpected(recordings.error());
  auto split = split_recordings(std::move(*recordings), choices.options.split);
  if (!split) return tl::unexpected(std::vector{split.error()});
  std::string words;
  for (const auto& note : notes) words += (words.empty() ? "" : "; ") + note;
  facts["data notes"] = words.empty() ? "none" : words;
  if (choices.keep_all) {
    facts["left out"] = "nothing: --keep-all";
  } else {
    trim(line, *split, facts);
    std::fprintf(stderr, "left out: %s\n", facts["left out"].c_str());
  }
  return std::move(*split);
}

/// Each campaign judged by models that never saw it; no bundle is kept.
int hold_out(const Line& line, const Choices& choices) {
  const auto settings = read_settings(choices.settings);
  if (!settings) return report(settings.error());
  std::vector<std::string> notes;
  const auto recordings = read_recordings(line, choices, notes);
  if (!recordings) return report(recordings.error());
  Terminal terminal;
  TrainWatch watch{terminal};
  const auto result =
      hold_out_each_group(line, *recordings, within_budget(choices.options), settings->monitor, standard_faults(line), watch.of(0, 1));
  if (!result) return report(result.error());
  std::printf("%s", to_markdown(*result).c_str());
  const auto kept = write_report(*result, choices.report_to);
  return kept ? exit_done : report(kept.error());
}

/// Start-ups with shutdown and the other set-points, in proportion to the long runs.
std::vector<ScenarioRuns> transitions(int long_runs) {
  const auto file = [](const char* name) { return (home() / "config/scenarios" / name).string(); };
  return {{file("train_start.yaml"), long_runs}, {file("train_rates.yaml"), long_runs / 2}};
}

/// The network worsens a good linear start before it becomes better, so it does not stop early. There are rows enough for a light ridge:
/// with a strong one the linear part could not smooth away the noise.
TrainOptions twin_options(TrainOptions options) {
  options.epochs = std::min(options.epochs, 14);
  options.patience = options.epochs;
  options.ridge = 10;
  options.own_ridge = 1e-4;     // smooth tags are followed closely
  options.level_jitter = 0.05;  // levels say much here, but each plant has its own
  options.streams = 64;
  return within_budget(std::move(options));
}

/// Checkpoints are of these files and counts.
Result<void> begin(TrainSession& session, const PartChoices& parts, const Choices& choices) {
  std::vector<std::filesystem::path> files{choices.twin, choices.scenario, choices.disturbed, parts.production.file};
  std::string words = fmt::format("{} {} {} {}", choices.twin_runs, choices.disturbed_runs, parts.production.runs, parts.days);
  for (const ScenarioRuns& from : parts.transitions) {
    files.emplace_back(from.file);
    words += fmt::format(" {}", from.runs);
  }
  return session.begin(parts.options, files, words, choices.afresh);
}

/// Where networks and the other parts begin in the whole, by the time that they take.
constexpr double networks_from = 0.03, parts_from = 0.8;

int train_on_twin(const Line& line, const Choices& choices) {
  const Line part = watched_part(line);
  const PartChoices parts{.twin = choices.twin,
                          .production = {choices.long_scenario, choices.long_runs},
                          .days = choices.days,
                          .transitions = transitions(choices.long_runs),
                          .options = twin_options(choices.options)};
  Terminal terminal;
  TrainSession session{choices.out, terminal};
  if (const auto begun = begin(session, parts, choices); !begun) return report(begun.error());
  TrainWatch watch{terminal};
  const StageClock clock;
  const auto calm = calm_runs(line, part, {choices.twin, choices.scenario, choices.twin_runs}, watch.of(0, 0.01));
  if (!calm) return report(calm.error());
  auto disturbed = disturbed_runs(line, part, {choices.twin, choices.disturbed, choices.disturbed_runs}, watch.of(0.01, networks_from));
  if (!disturbed) return report(disturbed.error());
  session.course().took("recordings of the twin", clock.seconds());
  auto bundle = train_bundle(part, calm->train, calm->calibrate, parts.options, watch.of(networks_from, parts_from), std::move(*disturbed), session.aside());
  if (!bundle) return report(bundle.error());
  if (const auto learnt = learn_parts(*bundle, line, part, parts, session.aside(), watch.of(parts_from, 1)); !learnt) return report(learnt.error());
  return session.end(std::move(bundle));
}

int train_on_files(const Line& line, const Choices& choices) {
  const TrainOptions options = within_budget(choices.options);
  Terminal terminal;
  TrainWatch watch{terminal};
  TrainSession session{choices.out, terminal};
  if (const auto begun = session.begin(options, {}, "", choices.afresh); !begun) return report(begun.error());
  std::map<std::string, std::string> facts;
  const StageClock reading;
  const auto split = recorded(line, choices, facts);
  if (!split) return report(split.error());
  session.course().took("reading the files", reading.seconds());
  auto bundle = train_bundle(line, split->train, split->calibrate, options, watch.of(0, 1), {}, session.aside());
  if (bundle) {
    std::vector<Recording> known = split->train;
    known.insert(known.end(), split->calibrate.begin(), split->calibrate.end());
    const StageClock drift;
    bundle->drift = learn_recorded_drift(line, known, choices.options);
    session.course().took("drift detectors", drift.seconds());
    bundle->passport.merge(facts);
  }
  return session.end(std::move(bundle));
}

int run(const Choices& choices) {
  const auto line = read_line(choices.line);
  if (!line) return report(line.error());
  if (choices.hold_out && !choices.files.empty()) return hold_out(*line, choices);
  if (choices.out.empty())
    return report(
        Error{Errc::usage, "no folder for the bundle", "--out", "name one, or judge recorded files with --hold-out-each-campaign"});
  std::fprintf(stderr, "%s\n", version_text().c_str());
  return choices.files.empty() ? train_on_twin(*line, choices) : train_on_files(*line, choices);
}

}  // namespace

void add_train(CLI::App& app, int& exit_code) {
  auto* const verb =
      app.add_subcommand("train", "Trains, calibrates and saves the models of a line, from recorded campaigns or from the twin");
  const auto choices = std::make_shared<Choices>();
  choices->line = (home() / "config/lines/cdc1.yaml").string();
  choices->dataset = (home() / "config/datasets/zagar.yaml").string();
  choices->settings = (home() / "config/zagar.yaml").string();
  choices->scenario = (home() / "config/scenarios/train.yaml").string();
  choices->disturbed = (home() / "config/scenarios/train_disturbed.yaml").string();
  choices->long_scenario = (home() / "config/scenarios/train_long.yaml").string();
  choices->twin = (home() / "config/twin/cdc1.yaml").string();
  verb->add_option("files", choices->files, "recorded files or folders, in order of time; none: the twin is the data")
      ->check(CLI::ExistingPath);
  verb->add_option("--out", choices->out,
                   "folder of the new bundle, with the report training.html (learning curves, what was left out, times)");
  verb->add_flag("--afresh", choices->afresh, "begin anew, whatever checkpoints of a stopped training lie in OUT.part");
  verb->add_flag("--hold-out-each-campaign", choices->hold_out,
                 "judge instead: train with each campaign of the files held out in turn, pool the results");
  verb->add_flag("--keep-all", choices->keep_all, "of recorded files: stretches unlike the rest teach too");
  verb->add_option("--report", choices->report_to, "folder for report.json and report.md of that judgement");
  verb->add_option("--settings", choices->settings, "alignment and alarm settings of that judgement")->default_str("config/zagar.yaml");
  verb->add_option("--line", choices->line, "line description")->default_str("config/lines/cdc1.yaml");
  verb->add_option("--dataset", choices->dataset, "how recorded files are read")->default_str("config/datasets/zagar.yaml");
  verb->add_option("--twin", choices->twin, "physical parameters of the twin")->default_str("config/twin/cdc1.yaml");
  verb->add_option("--scenario", choices->scenario, "what the twin lives through")->default_str("config/scenarios/train.yaml");
  verb->add_option("--disturbed-scenario", choices->disturbed,
                   "what it lives through for the forecaster, which must know how disturbances go on")
      ->default_str("config/scenarios/train_disturbed.yaml");
  verb->add_option("--disturbed-runs", choices->disturbed_runs, "runs of that scenario; 0: the forecaster learns from the others")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  verb->add_option("--runs", choices->twin_runs, "runs of the twin, each with its own seed; the last third calibrates")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  verb->add_option("--long-scenario", choices->long_scenario,
                   "what the twin lives through for golden profile, drift detectors and soft sensors")
      ->default_str("config/scenarios/train_long.yaml");
  verb->add_option("--days", choices->days, "whole days with all normal events for the drift detectors; the last third calibrates")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  verb->add_option("--long-runs", choices->long_runs, "runs of that scenario; the last third calibrates; 0: no such models")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  verb->add_option("--train", choices->options.split.train, "campaigns that teach")->delimiter(',');
  verb->add_option("--calibrate", choices->options.split.calibrate, "campaigns that set the thresholds")->delimiter(',');
  verb->add_option("--test", choices->options.split.test, "campaigns that are left out to judge")->delimiter(',');
  verb->add_option("--seed", choices->options.seed, "of the weights and of the order of learning")->capture_default_str();
  verb->add_option("--epochs", choices->options.epochs, "at most; it stops when it no longer improves")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  verb->add_option("--bottleneck", choices->options.autoencoder_bottleneck, "narrowest width of the autoencoder; 0: by the number of tags")
      ->check(CLI::Range(0, 512))
      ->capture_default_str();
  verb->add_option("--hidden", choices->options.hidden, "width of the LSTM")->check(CLI::Range(1, 512))->capture_default_str();
  verb->footer(
      "A training that was stopped (Ctrl-C, kill, loss of power) goes on from its checkpoints in OUT.part when the same command is given "
      "again,\n"
      "and ends in the same bytes. Checkpoints of another program, line, data or options are refused; --afresh discards them.\n\n"
      "Example: steadyline train --out models/bundles/cdc1\n"
      "         steadyline train Process/3.csv --line config/lines/press-zagar.yaml --train 6,10 --calibrate 43 --test 70,94 --bottleneck 7 --out "
      "models/bundles/press-zagar");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
