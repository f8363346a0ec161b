#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <thread>

#include "app/duration_text.h"
#include "app/exam_suites.h"
#include "app/signals.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "core/json_text.h"
#include "core/sha256.h"
#include "evaluation/exam_normal.h"
#include "evaluation/exam_report.h"
#include "evaluation/exam_suite.h"
#include "evaluation/exam_trace.h"
#include "evaluation/matched_baselines.h"
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
  double hours = 480;
  std::size_t baselines = 12;
  bool json = false;
  SuiteChoices others;
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

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What finished runs belong to.
std::string identity_of(const ExamPlan& plan, const std::string& settings) {
  std::string text = "{\"exam\":1,\"program\":\"" STEADYLINE_VERSION "\",\"line\":\"" + plan.line.sha256 + "\",\"bundle\":\"" +
                     (plan.bundle ? plan.bundle->sha256 : "") + "\",\"settings\":\"" + sha256_hex(settings) + "\",\"commit\":";
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

/// Lives through the suites of the twin. Normal running comes first: it sets the limits of the baselines for the faults.
Result<void> live_twin(ExamPlan& plan, const Choices& choices, ExamStore& store, const StopSignals& stop, ExamReport& report) {
  if (asked(choices, "normal")) {
    if (choices.baselines > 0) plan.baselines = learned_baselines(plan, choices.baselines);
    Progress progress{"normal"};
    auto rows = examine_normal(plan, choices.hours, choices.jobs, store, std::ref(progress), stop.token());
    if (!rows) return tl::unexpected(rows.error());
    report.normal = std::move(*rows);
    if (plan.baselines && !stop.token().stop_requested()) plan.limits = matched_limits(report.normal);
  }
  if (!asked(choices, "faults")) return {};
  if (!plan.limits) report.left_out.push_back("the baselines of detection: their limits come from the suite normal of the same call");
  Progress progress{"faults"};
  auto rows = examine_faults(plan, fault_cases(choices.seeds, choices.only), choices.jobs, store, std::ref(progress), stop.token());
  if (!rows) return tl::unexpected(rows.error());
  report.faults = std::move(*rows);
  for (const char* fault : {"F01", "F07", "F20", "F26"})
    if (std::any_of(report.faults.begin(), report.faults.end(), [&](const FaultRow& row) { return row.of.fault == fault; }))
      if (!stop.token().stop_requested()) report.traces.push_back(trace_of(plan, {fault, "", 2, 0}));
  return {};
}

Result<void> write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary};
  out << text;
  if (!out.flush()) return tl::unexpected(Error{Errc::io, "cannot be written", file.string(), "give a folder that can be written to"});
  return {};
}

int hand_over(const ExamReport& exam, const Choices& choices) {
  const std::filesystem::path folder = choices.out;
  if (!choices.out.empty()) {
    if (auto written = write_file(folder / "exam.json", to_json(exam)); !written) return report(written.error());
    if (auto written = write_file(folder / "exam.html", to_html(exam)); !written) return report(written.error());
  }
  std::printf("%s", (choices.json ? to_json(exam) : to_text(exam)).c_str());
  const auto promises = promises_of(exam);
  return std::all_of(promises.begin(), promises.end(), [](const Promise& p) { return p.kept; }) ? exit_done : exit_trouble;
}

int run(const Choices& choices) {
  auto plan = plan_of(choices);
  if (!plan) return report(plan.error());
  const std::filesystem::path folder = choices.out;
  auto store = ExamStore::open(choices.out.empty() ? folder : folder / "runs.jsonl", identity_of(*plan, text_of(choices.settings)));
  if (!store) return report(store.error());
  ExamReport exam;
  exam.line = plan->line.id;
  exam.line_sha256 = plan->line.sha256;
  exam.bundle = plan->bundle ? plan->bundle->sha256 : "none";
  exam.commit = plan->commit;
  exam.seeds = choices.seeds;
  std::fprintf(stderr, "bundle %s, commit %s\n", exam.bundle.c_str(), exam.commit.c_str());
  const StopSignals stop;
  if (auto lived = live_twin(*plan, choices, *store, stop, exam); !lived) return report(lived.error());
  for (const char* suite : {"forecast", "skab", "tep", "zagar"})
    if (asked(choices, suite) && !stop.token().stop_requested())
      if (auto ran = run_suite(suite, *plan, choices.others, exam); !ran) return report(ran.error());
  if (stop.token().stop_requested())
    return report(Error{Errc::io, "stopped before its end", "exam", "call it again with the same --out: finished runs are kept"});
  return hand_over(exam, choices);
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
  verb->add_option("--suite", choices->suites, "what to examine: normal, faults, forecast, zagar, skab, tep; none: all")
      ->delimiter(',')
      ->check(CLI::IsMember({"normal", "faults", "forecast", "zagar", "skab", "tep"}));
  verb->add_option("--only", choices->only, "faults to examine, e.g. F01,\"F04 zero\"; none: all")->delimiter(',');
  verb->add_option("--bundle", choices->bundle, "models that are examined; \"\": none")->default_str("models/bundles/cdc1");
  verb->add_option("--commit", choices->commit, "of which the seeds are made; \"development\" for anything that is tuned")
      ->capture_default_str();
  verb->add_option("--seeds", choices->seeds, "runs of each fault and third of its severities")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  verb->add_option("--hours", choices->hours, "of normal running, at least; promised for 480")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  verb->add_option("--baseline-days", choices->baselines, "days of the twin that the baselines of detection learn from; 0: no baselines")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  verb->add_option("--data", choices->others.data, "folder with recorded data: skab/, tep/, zagar_tablet/")->envname("STEADYLINE_DATA");
  verb->add_option("--forecast-runs", choices->others.forecast_runs, "normal runs, and as many with faults, that judge the forecasts")
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
