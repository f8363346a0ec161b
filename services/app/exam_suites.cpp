#include "app/exam_suites.h"

#include <algorithm>
#include <fmt/format.h>

#include "app/terminal.h"
#include "app/verbs.h"
#include "evaluation/forecast_report.h"
#include "evaluation/html_parts.h"
#include "evaluation/report.h"
#include "evaluation/skab.h"
#include "evaluation/suite_promises.h"
#include "evaluation/tep.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "settings/settings.h"
#include "training/data_check.h"

namespace steadyline {
namespace {

constexpr double recorded_health_alarms_per_24h = 0.1;  // health's part of what all alarms together may have

std::string preformatted(const std::string& text) { return "<pre class=\"wide\">" + html_text(text) + "</pre>\n"; }

template <class Found>
Result<void> add(const char* name, const Result<Found>& found, ExamReport& report) {
  if (!found) return tl::unexpected(found.error());
  report.suites[name] = {found->to_json(), found->table(), preformatted(found->table()), promises_of(*found)};
  return {};
}

Result<void> run_forecast(const ExamPlan& plan, const SuiteChoices& choices, ExamReport& report) {
  if (!plan.bundle) {
    report.left_out.push_back("forecast: there is no bundle");
    return {};
  }
  const auto disturbed = read_scenario(home() / "config/scenarios/train_disturbed.yaml", plan.line);
  if (!disturbed) return tl::unexpected(disturbed.error().front());
  Terminal terminal;
  const auto exam =
      run_forecast_exam(plan.line, plan.parameters, *plan.bundle, forecast_plan(*disturbed, plan.commit, choices.forecast_runs),
                        [&](double share) { terminal.draw({fmt::format("forecast: {:.0f} %", 100 * share)}); });
  report.suites["forecast"] = {to_json(exam), to_text(exam), to_html(exam), promises_of(exam)};
  return {};
}

/// Each campaign of the recorded press judged by models that never saw it: one configuration, that of `steadyline train`.
Result<void> run_zagar(const std::filesystem::path& file, ExamReport& report) {
  const auto line = read_line(home() / "config/lines/press-zagar.yaml");
  if (!line) return tl::unexpected(line.error().front());
  const auto dataset = read_dataset(home() / "config/datasets/zagar.yaml");
  if (!dataset) return tl::unexpected(dataset.error().front());
  const auto settings = read_settings(home() / "config/zagar.yaml");
  if (!settings) return tl::unexpected(settings.error().front());
  std::vector<std::string> notes;
  const auto table = read_checked_dataset(*line, *dataset, file, notes);
  if (!table) return tl::unexpected(table.error().front());
  TrainOptions options;
  options.false_alarms_per_24h = recorded_health_alarms_per_24h;
  Terminal terminal;
  const auto judged = hold_out_each_group(
      *line, to_recordings(*line, *dataset, table->rows), options, settings->monitor, standard_faults(*line),
      [&](const TrainStep& step) { terminal.draw({fmt::format("zagar: {:3.0f} %  {}", 100 * step.share, step.stage)}); });
  if (!judged) return tl::unexpected(judged.error());
  report.suites["zagar"] = {to_json(*judged), to_markdown(*judged), preformatted(to_markdown(*judged))};
  return {};
}

}  // namespace

Result<void> run_suite(const std::string& name, const ExamPlan& plan, const SuiteChoices& choices, ExamReport& report) {
  if (name == "forecast") return run_forecast(plan, choices, report);
  const auto where = name == "zagar" ? choices.data / "zagar_tablet" / "Process" / "3.csv" : choices.data / name;
  if (choices.data.empty() || !std::filesystem::exists(where)) {
    report.left_out.push_back(name + ": no data at " + (choices.data.empty() ? "--data, which is not given" : where.string()));
    return {};
  }
  if (name == "skab") return add("skab", run_skab(where), report);
  if (name == "tep") return add("tep", run_tep(where), report);
  return run_zagar(where, report);
}

}  // namespace steadyline
