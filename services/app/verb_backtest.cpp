#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <set>

#include "app/backtest_report.h"
#include "app/backtest_run.h"
#include "app/duration_text.h"
#include "app/load_plan.h"
#include "app/signals.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "core/whole_file.h"
#include "settings/read_dataset.h"
#include "telemetry/log.h"
#include "training/frames_csv.h"

namespace steadyline {
namespace {

using Stopwatch = std::chrono::steady_clock;

struct Choices {
  std::vector<std::string> recordings;
  std::string settings, against, dataset, line, out;
  bool json = false;
};

/// What both runs need, read and checked.
struct BacktestPlan {
  StoredProduction production;
  MonitorPlan before, after;
  std::string line;  ///< id
};

Error wrong(std::string where, std::string what, std::string mend) {
  return {Errc::usage, std::move(what), std::move(where), std::move(mend)};
}

void gather(std::vector<Error> more, std::vector<Error>& faults) { std::move(more.begin(), more.end(), std::back_inserter(faults)); }

const Pipeline::Setup* find_line(const MonitorPlan& plan, const std::string& id) {
  const auto found = std::find_if(plan.setups.begin(), plan.setups.end(), [&](const auto& setup) { return setup.line.id == id; });
  return found == plan.setups.end() ? nullptr : &*found;
}

std::string ids_of(const MonitorPlan& plan) {
  std::string ids;
  for (const auto& setup : plan.setups) ids += (ids.empty() ? "" : ", ") + setup.line.id;
  return ids;
}

/// A line that only one of the settings names would be lived through by one alone.
std::vector<Error> lines_of_one(const Choices& choices, const BacktestPlan& plan) {
  std::vector<Error> faults;
  const auto look = [&](const MonitorPlan& has, const std::string& has_it, const MonitorPlan& lacks, const std::string& lacks_it) {
    for (const auto& setup : has.setups)
      if (!find_line(lacks, setup.line.id))
        faults.push_back(wrong(lacks_it, fmt::format("lacks line {}, which {} names", setup.line.id, has_it),
                               "add it to `lines`, or leave it out of both"));
  };
  look(plan.before, choices.settings, plan.after, choices.against);
  look(plan.after, choices.against, plan.before, choices.settings);
  return faults;
}

/// The line that the recordings are of.
Result<std::string> line_of(const Choices& choices, const BacktestPlan& plan) {
  const std::string& asked = choices.line.empty() && plan.production.dataset ? plan.production.dataset->line : choices.line;
  if (asked.empty() && plan.before.setups.size() == 1) return plan.before.setups.front().line.id;
  if (!asked.empty() && find_line(plan.before, asked)) return asked;
  const std::string there = ids_of(plan.before);
  if (asked.empty())
    return tl::unexpected(wrong("--line", "the settings name more than one line", "say of which the recordings are: " + there));
  return tl::unexpected(wrong(choices.line.empty() ? choices.dataset : "--line", fmt::format("line \"{}\" is not in the settings", asked),
                              "they name " + there));
}

std::vector<Error> find_parts(const Choices& choices, StoredProduction& production) {
  const bool whole_folders = production.dataset && !production.dataset->files.empty();
  std::vector<Error> faults;
  for (const std::string& recording : choices.recordings) {
    const bool folder = std::filesystem::is_directory(recording);
    if (folder == whole_folders) {
      production.parts.emplace_back(recording);
    } else if (whole_folders || production.dataset) {
      faults.push_back(wrong(recording, whole_folders ? "is no folder" : "is a folder", "give what " + choices.dataset + " describes"));
    } else if (auto files = frame_files(recording)) {
      std::move(files->begin(), files->end(), std::back_inserter(production.parts));
    } else {
      faults.push_back(files.error());
    }
  }
  return faults;
}

/// Every fault of every file at once.
Checked<BacktestPlan> make_plan(const Choices& choices) {
  BacktestPlan plan;
  std::vector<Error> faults;
  for (auto [file, into] : {std::pair{&choices.settings, &plan.before}, {&choices.against, &plan.after}}) {
    auto loaded = load_plan(std::filesystem::path{*file});
    if (loaded)
      *into = std::move(*loaded);
    else
      gather(std::move(loaded.error()), faults);
  }
  if (faults.empty()) gather(lines_of_one(choices, plan), faults);
  if (!choices.dataset.empty()) {
    auto dataset = read_dataset(std::filesystem::path{choices.dataset});
    if (dataset)
      plan.production.dataset = std::move(*dataset);
    else
      gather(std::move(dataset.error()), faults);
  }
  if (choices.dataset.empty() || plan.production.dataset) gather(find_parts(choices, plan.production), faults);
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  auto line = line_of(choices, plan);
  if (!line) return tl::unexpected(std::vector{line.error()});
  plan.line = std::move(*line);
  return plan;
}

/// Shows the share of both runs together, and how long they will take; at most a few times a second.
class Progress {
 public:
  ShareShown of(int run, std::string what) {
    return [this, run, what = std::move(what)](double share) { show((run + share) / 2, what); };
  }

 private:
  void show(double share, const std::string& what) {
    if (!terminal_.live() || (drawn_ && Stopwatch::now() - *drawn_ < std::chrono::milliseconds{200})) return;
    drawn_ = Stopwatch::now();
    const double wall_s = std::chrono::duration<double>(*drawn_ - began_).count();
    const std::string left = share > 0 ? to_duration_text(wall_s / share * (1 - share)) + " left" : "";
    terminal_.draw(
        {fmt::format("[{:<20}] {:3.0f} %  {}  {}", std::string(static_cast<std::size_t>(20 * share), '#'), 100 * share, what, left)});
  }

  Terminal terminal_;
  Stopwatch::time_point began_ = Stopwatch::now();
  std::optional<Stopwatch::time_point> drawn_;
};

Result<BacktestSide> live_side(const BacktestPlan& plan, const MonitorPlan& side, const std::string& settings, const ShareShown& shown,
                               const std::stop_token& stop) {
  const Pipeline::Setup& setup = *find_line(side, plan.line);
  auto lived = live_through(plan.production, setup, side.monitor, shown, stop);
  if (!lived) return tl::unexpected(lived.error());
  if (lived->frames == 0 && !stop.stop_requested())
    return tl::unexpected(wrong(plan.production.parts.front().string(), "not one row could be used",
                                "look at what was set aside; describe the columns with --dataset"));
  return BacktestSide{settings, setup.bundle ? setup.bundle->sha256 : "", std::move(*lived)};
}

int bad_input(const Error& error) {
  report(error);
  return exit_usage;
}

int run(const Choices& choices) {
  log::start({.level = LogLevel::warn});
  const auto plan = make_plan(choices);
  if (!plan) {
    report(plan.error());
    return exit_usage;
  }
  StopSignals signals;
  std::vector<BacktestSide> sides;
  {
    Progress progress;
    for (auto [monitor, settings] : {std::pair{&plan->before, &choices.settings}, {&plan->after, &choices.against}}) {
      auto side = live_side(*plan, *monitor, *settings, progress.of(static_cast<int>(sides.size()), *settings), signals.token());
      if (!side) return bad_input(side.error());
      sides.push_back(std::move(*side));
    }
  }
  if (signals.token().stop_requested()) {
    std::fprintf(stderr, "stopped: nothing is compared\n");
    return exit_trouble;
  }
  std::set<std::string> told;
  for (const BacktestSide& side : sides)
    for (const std::string& note : side.lived.notes)
      if (told.insert(note).second) std::fprintf(stderr, "%s\n", note.c_str());
  const AlarmDifference difference = difference_of(sides[0].lived.episodes, sides[1].lived.episodes);
  const auto write = choices.json ? backtest_json : backtest_text;
  const std::string text = write(plan->line, sides[0], sides[1], difference);
  if (choices.out.empty()) return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? exit_done : exit_trouble;
  const auto written = write_or_leave(choices.out, text);
  return written ? exit_done : report(written.error());
}

}  // namespace

void add_backtest(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand(
      "backtest", "Lives through stored production under two settings and lists the alarms that would have come, gone or moved");
  const auto choices = std::make_shared<Choices>();
  verb->add_option("recordings", choices->recordings,
                   "folders that `simulate --format csv` wrote, or files of frames, in order of time; with --dataset what it describes")
      ->required()
      ->check(CLI::ExistingPath);
  verb->add_option("--settings", choices->settings, "settings as they were: lines with limits, bundles, delays")->required();
  verb->add_option("--against", choices->against, "settings as they may become")->required();
  verb->add_option("--dataset", choices->dataset,
                   "how the recordings are read, e.g. config/datasets/zagar.yaml; left out: the header names the tags");
  verb->add_option("--line", choices->line, "of which line they are, where the settings name several");
  verb->add_flag("--json", choices->json, "one JSON object instead of the table");
  verb->add_option("--out", choices->out, "writes into this file instead of standard output");
  verb->footer(
      "Exit: 0 both were lived through, whatever differs; 1 stopped, or the answer cannot be written; 2 wrong use or bad input.\n"
      "Example: steadyline simulate --scenario config/scenarios/normal.yaml --for 168h --out week --format csv\n"
      "         steadyline backtest week --settings config/monitor.yaml --against config/new.yaml");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
