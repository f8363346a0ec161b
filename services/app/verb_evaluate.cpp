#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <thread>

#include "app/duration_text.h"
#include "app/signals.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "core/json_text.h"
#include "core/sha256.h"
#include "evaluation/detection_score.h"
#include "evaluation/exam_suite.h"
#include "evaluation/exam_text.h"
#include "evaluation/twin_production.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"
#include "settings/settings.h"

namespace steadyline {
namespace {

struct Choices {
  std::string line, twin, settings, bundle, out, commit;
  std::vector<std::string> suites, only;
  std::size_t seeds = 30, jobs = 1;
  bool json = false;
};

/// Tells how far a suite is and how long it will take.
class Progress {
 public:
  explicit Progress(std::string suite) : suite_{std::move(suite)} {}
  void operator()(const ExamProgress& now) {
    const double spent_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double left_s = spent_s / static_cast<double>(std::max<std::size_t>(now.lived, 1)) * static_cast<double>(now.of - now.done);
    terminal_.draw({fmt::format("{}: {} of {} runs, {} left; last {}", suite_, now.done, now.of, to_duration_text(left_s), now.last)});
  }

 private:
  std::string suite_;
  Terminal terminal_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::string identity_of(const ExamPlan& plan, const std::string& settings) {
  std::string text = "{\"exam\":1,\"line\":\"" + plan.line.sha256 + "\",\"bundle\":\"" + (plan.bundle ? plan.bundle->sha256 : "") +
                     "\",\"settings\":\"" + settings + "\",\"commit\":";
  append_json_text(text, plan.commit);
  return text + "}";
}

Checked<ExamPlan> plan_of(const Choices& choices) {
  auto whole = read_line(choices.line);
  if (!whole) return tl::unexpected(whole.error());
  auto parameters = read_twin(choices.twin);
  if (!parameters) return tl::unexpected(parameters.error());
  auto settings = read_settings(choices.settings);
  if (!settings) return tl::unexpected(settings.error());
  ExamPlan plan{watched_part(*whole), std::move(*parameters), nullptr, settings->monitor, choices.commit};
  if (choices.bundle.empty()) return plan;
  auto bundle = load_bundle(choices.bundle, plan.line);
  if (!bundle) return tl::unexpected(bundle.error());
  plan.bundle = std::make_shared<const Bundle>(std::move(*bundle));
  return plan;
}

bool asked(const Choices& choices, std::string_view suite) {
  return choices.suites.empty() || std::find(choices.suites.begin(), choices.suites.end(), suite) != choices.suites.end();
}

int run(const Choices& choices) {
  const auto plan = plan_of(choices);
  if (!plan) return report(plan.error());
  const std::filesystem::path folder = choices.out;
  auto store = ExamStore::open(choices.out.empty() ? folder : folder / "runs.jsonl", identity_of(*plan, ""));
  if (!store) return report(store.error());
  std::fprintf(stderr, "bundle %s, commit %s\n", plan->bundle ? plan->bundle->sha256.c_str() : "none", plan->commit.c_str());
  const StopSignals stop;
  if (asked(choices, "faults")) {
    Progress progress{"faults"};
    const auto rows =
        examine_faults(*plan, fault_cases(choices.seeds, choices.only), choices.jobs, *store, std::ref(progress), stop.token());
    if (!rows) return report(rows.error());
    std::printf("%s", faults_text(*rows).c_str());
  }
  return exit_done;
}

}  // namespace

void add_evaluate(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand("evaluate", "Examines the whole monitor on runs that nobody tuned on, and writes what it found");
  const auto choices = std::make_shared<Choices>();
  choices->line = (home() / "config/lines/cdc1.yaml").string();
  choices->twin = (home() / "config/twin/cdc1.yaml").string();
  choices->settings = (home() / "config/monitor.yaml").string();
  choices->bundle = (home() / "models/bundles/cdc1").string();
  choices->commit = "development";
  choices->jobs = std::max(1U, std::thread::hardware_concurrency());
  verb->add_option("--suite", choices->suites, "what to examine: normal, faults, zagar, skab, tep; none: all")
      ->delimiter(',')
      ->check(CLI::IsMember({"normal", "faults", "zagar", "skab", "tep"}));
  verb->add_option("--only", choices->only, "faults to examine, e.g. F01,\"F04 zero\"; none: all")->delimiter(',');
  verb->add_option("--bundle", choices->bundle, "models that are examined; \"\": none")->default_str("models/bundles/cdc1");
  verb->add_option("--commit", choices->commit, "of which the seeds are made; \"development\" for anything that is tuned")
      ->capture_default_str();
  verb->add_option("--seeds", choices->seeds, "runs of each fault and third of its severities")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  verb->add_option("--jobs", choices->jobs, "runs at once")->check(CLI::Range(1, 256));
  verb->add_option("--out", choices->out, "folder for exam.json, exam.html and the finished runs, with which a stopped exam goes on");
  verb->add_option("--line", choices->line, "line description")->default_str("config/lines/cdc1.yaml");
  verb->add_option("--twin", choices->twin, "physical parameters of the twin")->default_str("config/twin/cdc1.yaml");
  verb->add_option("--settings", choices->settings, "alarm settings")->default_str("config/monitor.yaml");
  verb->add_flag("--json", choices->json, "print exam.json instead of tables");
  verb->footer(
      "Exit: 0 all that is promised was reached, 1 something was not, 2 wrong use or bad input.\n"
      "Examples: steadyline evaluate --suite faults --only F01,F06 --seeds 2\n"
      "          steadyline evaluate --commit 1f0c2ab --out exam");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
