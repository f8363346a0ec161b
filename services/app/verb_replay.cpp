#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

#include "app/addresses.h"
#include "app/load_plan.h"
#include "app/replay_audit.h"
#include "app/replay_report.h"
#include "app/replay_run.h"
#include "app/verbs.h"
#include "broker/topics.h"
#include "settings/read_dataset.h"
#include "telemetry/log.h"
#include "training/joined_reader.h"

namespace steadyline {
namespace {

struct Choices {
  std::string dataset, settings, brokers, topics, report_to;
  std::vector<std::string> files;
  Disturbance disturbance;
  bool feed_only = false, json = false;
};

/// Takes the rows of a folder, or of a file, behind the others.
void append_rows(std::vector<DataRow>&& more, std::vector<DataRow>& rows) {
  for (DataRow& row : more) {
    row.number = rows.size() + 1;
    rows.push_back(std::move(row));
  }
}

/// All rows of all files in order, and what was set aside of them.
Result<std::vector<DataRow>> read_rows(const Line& line, const Dataset& dataset, const std::vector<std::string>& files) {
  std::vector<DataRow> rows;
  for (const auto& file : files) {
    if (!dataset.files.empty()) {
      auto joined = read_folder(line, dataset, file);
      if (!joined) return tl::unexpected(joined.error());
      for (const FileAccount& account : joined->files) std::fprintf(stderr, "%s\n", to_line(account).c_str());
      append_rows(std::move(joined->rows), rows);
      continue;
    }
    auto table = read_dataset(line, dataset, file);
    if (!table) return tl::unexpected(table.error());
    std::size_t aside = 0;
    for (const auto& [reason, count] : table->set_aside) {
      aside += count;
      std::fprintf(stderr, "%s: %zu rows set aside: %s\n", file.c_str(), count, reason.c_str());
    }
    std::fprintf(stderr, "%s: %zu rows read = %zu used + %zu set aside\n", file.c_str(), table->rows_read, table->rows.size(), aside);
    append_rows(std::move(table->rows), rows);
  }
  return rows;
}

int run(const Choices& choices) {
  const auto settings = read_settings(choices.settings);
  if (!settings) return report(settings.error());
  log::start({.level = LogLevel::warn});
  auto plan = load_plan(*settings);
  if (!plan) return report(plan.error());
  const auto dataset = read_dataset(std::filesystem::path{choices.dataset});
  if (!dataset) return report(dataset.error());
  const Line* found = nullptr;
  for (const auto& setup : plan->setups)
    if (setup.line.id == dataset->line) found = &setup.line;
  if (found == nullptr)
    return report(Error{Errc::usage, "describes line \"" + dataset->line + "\", which the settings do not name", choices.dataset,
                        "add it to `lines` of " + choices.settings});
  const Line line = *found;
  const Pipeline::Setup setup =
      *std::find_if(plan->setups.begin(), plan->setups.end(), [&](const auto& one) { return one.line.id == line.id; });
  const auto rows = read_rows(line, *dataset, choices.files);
  if (!rows) return report(rows.error());

  StopSignals signals;
  if (!choices.brokers.empty()) plan->broker.bootstrap_servers = choices.brokers;
  plan->broker = named_for_run(plan->broker, choices.topics.empty() ? fmt::format("replay-{}", getpid()) : choices.topics);
  plan->http.port = 0;
  plan->write_ticks = false;
  const BrokerOptions broker = plan->broker;
  const MonitorOptions options = plan->monitor;
  if (auto real = refuse_embedded(broker, Milliseconds{15'000}); !real) return report(real.error());
  if (auto made = create_topics(broker, 1, Milliseconds{15'000}); !made) return report(made.error());
  auto out = KafkaFeed::open(broker);
  if (!out) return report(out.error());
  const ReplayFeed feed{line, *rows, choices.disturbance, options.alignment};
  if (choices.feed_only) {
    const auto sent = send_all(feed, **out, signals.token());
    if (!sent) return report(sent.error());
    std::printf("{\"topic\":\"%s\",\"sent\":%llu}\n", broker.input.c_str(), static_cast<unsigned long long>(sent->records()));
    return exit_done;
  }
  const auto service = MonitorService::start(std::move(*plan));
  if (!service) return report(service.error());
  RunSummary summary;
  const auto outcome = send_and_watch(feed, **out, **service, signals, summary);
  if (!outcome) return report(outcome.error());
  const auto audit = audit_replay(broker, outcome->sent, summary);
  if (!audit) return report(audit.error());
  print_replay(line, *audit, summary, outcome->seconds, choices.json);
  if (!choices.report_to.empty() && setup.bundle)
    if (const auto judged = judge_held_out(setup, options, *dataset, *rows, choices.report_to); !judged) return report(judged.error());
  return audit->faults.empty() ? exit_done : exit_trouble;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  auto* const verb =
      app.add_subcommand("replay", "Sends recorded rows through a real Kafka broker into a monitor and accounts for every record");
  const auto choices = std::make_shared<Choices>();
  choices->settings = (home() / "config/zagar.yaml").string();
  choices->dataset = (home() / "config/datasets/zagar.yaml").string();
  verb->add_option("files", choices->files, "recorded files, or the folder of a data set that has several, in order of time")
      ->required()
      ->check(CLI::ExistingPath);
  verb->add_option("--dataset", choices->dataset, "how the files are read")->default_str("config/datasets/zagar.yaml");
  verb->add_option("--settings", choices->settings, "line, bundle and alignment")->default_str("config/zagar.yaml");
  verb->add_option("--brokers", choices->brokers, "bootstrap servers of a real broker")->required();
  verb->add_option("--topics", choices->topics, "suffix of the topics, which are made; default: one of this run's own");
  verb->add_option("--seed", choices->disturbance.seed, "of skew, jitter, loss and duplicates")->capture_default_str();
  verb->add_option("--skew-s", choices->disturbance.skew_s, "clocks of the sources differ by up to so much")->capture_default_str();
  verb->add_option("--jitter-s", choices->disturbance.jitter_s, "records arrive up to so much later")->capture_default_str();
  verb->add_option("--loss", choices->disturbance.loss, "share of records that never arrive")->capture_default_str();
  verb->add_option("--duplicates", choices->disturbance.duplicates, "share that arrives twice")->capture_default_str();
  verb->add_option("--report", choices->report_to,
                   "folder for report.json and report.md: the bundle judged on the campaigns that it has not seen");
  verb->add_flag("--feed-only", choices->feed_only, "only fill the input topic");
  verb->add_flag("--json", choices->json, "one JSON object on standard output");
  verb->footer("Example: steadyline replay Process/3.csv --brokers 127.0.0.1:9092");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
