#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "app/addresses.h"
#include "app/load_plan.h"
#include "app/replay_audit.h"
#include "app/replay_plan.h"
#include "app/run_summary.h"
#include "app/signals.h"
#include "app/verbs.h"
#include "app/write_report.h"
#include "broker/kafka_feed.h"
#include "broker/topics.h"
#include "evaluation/report.h"
#include "settings/read_dataset.h"
#include "telemetry/log.h"
#include "training/dataset_reader.h"

namespace steadyline {
namespace {

using Stopwatch = std::chrono::steady_clock;

struct Choices {
  std::string dataset, settings, brokers, topics, report_to;
  std::vector<std::string> files;
  Disturbance disturbance;
  bool feed_only = false, json = false;
};

/// All rows of all files in order, and what was set aside of them.
Result<std::vector<DataRow>> read_rows(const Line& line, const Dataset& dataset, const std::vector<std::string>& files) {
  std::vector<DataRow> rows;
  for (const auto& file : files) {
    auto table = read_dataset(line, dataset, file);
    if (!table) return tl::unexpected(table.error());
    std::size_t aside = 0;
    for (const auto& [reason, count] : table->set_aside) {
      aside += count;
      std::fprintf(stderr, "%s: %zu rows set aside: %s\n", file.c_str(), count, reason.c_str());
    }
    std::fprintf(stderr, "%s: %zu rows read = %zu used + %zu set aside\n", file.c_str(), table->rows_read, table->rows.size(), aside);
    for (auto& row : table->rows) {
      row.number = rows.size() + 1;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

Result<SentCounts> send(const Line& line, std::span<const DataRow> rows, const Disturbance& disturbance, const AlignmentOptions& alignment,
                        KafkaFeed& out, const std::stop_token& stop) {
  Result<void> done;
  const double period_s = std::chrono::duration<double>(line.period).count();
  const int closing = static_cast<int>((alignment.allowed_lateness_s * 2) / period_s) + alignment.silent_after_periods + 3;
  const auto sent = send_recording(line, rows, disturbance, alignment.max_skew_s, closing, [&](auto key, auto type, auto bytes) {
    done = out.produce(key, type, bytes, stop);
    return done.has_value();
  });
  if (!done) return tl::unexpected(done.error());
  if (auto flushed = out.flush(Milliseconds{60'000}); !flushed) return tl::unexpected(flushed.error());
  return sent;
}

std::uint64_t fated(const RunSummary& summary) {
  std::uint64_t sum = 0;
  for (const auto n : summary.fates()) sum += n;
  return sum;
}

/// Sends and watches at once; ends when every record has its fate, or when nothing has moved for a while.
Result<double> send_and_watch(const std::function<Result<SentCounts>(const std::stop_token&)>& send_all, MonitorService& service, StopSignals& signals,
                              RunSummary& summary, SentCounts& sent) {
  std::atomic<std::uint64_t> expected{0};
  Stopwatch::time_point began{}, last = Stopwatch::now();
  Result<SentCounts> outcome;
  std::jthread feeder{[&](const std::stop_token& stop) {
    while (!service.ready() && !stop.stop_requested()) std::this_thread::sleep_for(Milliseconds{5});
    began = Stopwatch::now();
    outcome = send_all(stop);
    if (outcome) expected = outcome->records();
    else signals.request_stop();
  }};
  std::jthread watch{[&](const std::stop_token& stop) {
    for (std::uint64_t seen = 0; !stop.stop_requested(); std::this_thread::sleep_for(Milliseconds{5})) {
      const auto now_seen = fated(summary);
      if (now_seen != seen) last = Stopwatch::now();
      seen = now_seen;
      if ((expected > 0 && seen >= expected) || Stopwatch::now() - last > std::chrono::seconds{60}) signals.request_stop();
    }
  }};
  const auto done = service.run(signals.token(), [&](const Outputs& outputs) { summary.observe(outputs); });
  for (auto* thread : {&feeder, &watch}) thread->request_stop(), thread->join();
  if (!done) return tl::unexpected(done.error());
  if (!outcome) return tl::unexpected(outcome.error());
  sent = *outcome;
  return std::chrono::duration<double>(last - began).count();
}

void print(const Line& line, const ReplayAudit& audit, const RunSummary& summary, double seconds, bool json) {
  const double plant_s = static_cast<double>(audit.sent.rows) * std::chrono::duration<double>(line.period).count();
  if (json) {
    nlohmann::ordered_json out{{"rows", audit.sent.rows}, {"seconds", seconds}, {"times_real_time", plant_s / seconds}, {"sent", audit.sent.records()},
                               {"lost_on_purpose", audit.sent.lost}, {"duplicates", audit.sent.duplicates}, {"ticks", audit.sent.ticks},
                               {"input_records", audit.input_records}, {"frames", audit.frames}, {"assessments", audit.assessments},
                               {"alerts", audit.alerts}, {"rejected", audit.rejected}, {"disagreements", audit.faults}};
    for (std::size_t fate = 0; fate < fate_count; ++fate) out["fates"][std::string{to_text(static_cast<Fate>(fate))}] = audit.fates[fate];
    std::map<std::string, int> raised;
    for (const auto& alert : summary.alerts())
      if (alert.state == "unacknowledged") ++raised[alert.kind];
    out["alarms_raised"] = raised;
    std::printf("%s\n", out.dump().c_str());
    return;
  }
  std::printf("%llu rows, %llu records in %.2f s: %.0f times real time\n", static_cast<unsigned long long>(audit.sent.rows),
              static_cast<unsigned long long>(audit.sent.records()), seconds, plant_s / seconds);
  for (std::size_t fate = 0; fate < fate_count; ++fate)
    if (audit.fates[fate] > 0)
      std::printf("  %-11s %llu\n", std::string{to_text(static_cast<Fate>(fate))}.c_str(), static_cast<unsigned long long>(audit.fates[fate]));
  std::printf("%llu frames closed, %llu assessments and %llu alert transitions in the topics\n", static_cast<unsigned long long>(audit.frames),
              static_cast<unsigned long long>(audit.assessments), static_cast<unsigned long long>(audit.alerts));
  for (const auto& fault : audit.faults) std::printf("DISAGREE  %s\n", fault.c_str());
  if (audit.faults.empty()) std::printf("every record has one fate, every frame one assessment: an independent consumer counts the same\n");
}

/// Judges the bundle on the campaigns that it has neither learned from nor been calibrated on: its passport names those.
Result<void> judge_held_out(const Pipeline::Setup& setup, const MonitorOptions& options, const Dataset& dataset, std::span<const DataRow> rows,
                            const std::string& report_to) {
  const auto groups_of = [&setup](const char* fact) {
    const auto found = setup.bundle->passport.find(fact);
    std::istringstream words{found == setup.bundle->passport.end() ? std::string{} : found->second};
    return std::set<std::string>{std::istream_iterator<std::string>{words}, {}};
  };
  const auto train_groups = groups_of("train groups"), calibrate_groups = groups_of("calibrate groups");
  std::vector<Recording> train, judged;
  for (auto& recording : to_recordings(setup.line, dataset, rows)) {
    if (train_groups.contains(recording.group)) train.push_back(std::move(recording));
    else if (!calibrate_groups.contains(recording.group)) judged.push_back(std::move(recording));
  }
  if (train.empty() || judged.empty())
    return tl::unexpected(Error{Errc::usage, "the files hold no campaign that the bundle learned from, or none that it did not see", "--report",
                                "give the files that the bundle was trained on together with later ones"});
  const auto result = evaluate_bundle(setup.line, setup.bundle, options, train, judged, standard_faults(setup.line));
  std::printf("%s", to_markdown(result).c_str());
  return write_report(result, report_to);
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
    return report(Error{Errc::usage, "describes line \"" + dataset->line + "\", which the settings do not name", choices.dataset, "add it to `lines` of " + choices.settings});
  const Line line = *found;
  const Pipeline::Setup setup = *std::find_if(plan->setups.begin(), plan->setups.end(), [&](const auto& one) { return one.line.id == line.id; });
  const auto rows = read_rows(line, *dataset, choices.files);
  if (!rows) return report(rows.error());

  StopSignals signals;
  if (!choices.brokers.empty()) plan->broker.bootstrap_servers = choices.brokers;
  plan->broker = named_for_run(plan->broker, choices.topics.empty() ? fmt::format("replay-{}", getpid()) : choices.topics);
  plan->http.port = 0;
  plan->write_ticks = false;
  const BrokerOptions broker = plan->broker;
  const MonitorOptions options = plan->monitor;
  const AlignmentOptions& alignment = options.alignment;
  if (auto made = create_topics(broker, 1, Milliseconds{15'000}); !made) return report(made.error());
  auto out = KafkaFeed::open(broker);
  if (!out) return report(out.error());
  const auto send_all = [&](const std::stop_token& stop) { return send(line, *rows, choices.disturbance, alignment, **out, stop); };
  if (choices.feed_only) {
    const auto sent = send_all(signals.token());
    if (!sent) return report(sent.error());
    std::printf("{\"topic\":\"%s\",\"sent\":%llu}\n", broker.input.c_str(), static_cast<unsigned long long>(sent->records()));
    return exit_done;
  }
  const auto service = MonitorService::start(std::move(*plan));
  if (!service) return report(service.error());
  RunSummary summary;
  SentCounts sent;
  const auto seconds = send_and_watch(send_all, **service, signals, summary, sent);
  if (!seconds) return report(seconds.error());
  const auto audit = audit_replay(broker, sent, summary);
  if (!audit) return report(audit.error());
  print(line, *audit, summary, *seconds, choices.json);
  if (!choices.report_to.empty() && setup.bundle)
    if (const auto judged = judge_held_out(setup, options, *dataset, *rows, choices.report_to); !judged) return report(judged.error());
  return audit->faults.empty() ? exit_done : exit_trouble;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand("replay", "Sends recorded rows through a real Kafka broker into a monitor and accounts for every record");
  const auto choices = std::make_shared<Choices>();
  choices->settings = (home() / "config/zagar.yaml").string();
  choices->dataset = (home() / "config/datasets/zagar.yaml").string();
  verb->add_option("files", choices->files, "recorded files, in order of time")->required()->check(CLI::ExistingFile);
  verb->add_option("--dataset", choices->dataset, "how the files are read")->default_str("config/datasets/zagar.yaml");
  verb->add_option("--settings", choices->settings, "line, bundle and alignment")->default_str("config/zagar.yaml");
  verb->add_option("--brokers", choices->brokers, "bootstrap servers of a real broker")->required();
  verb->add_option("--topics", choices->topics, "suffix of the topics, which are made; default: one of this run's own");
  verb->add_option("--seed", choices->disturbance.seed, "of skew, jitter, loss and duplicates")->capture_default_str();
  verb->add_option("--skew-s", choices->disturbance.skew_s, "clocks of the sources differ by up to so much")->capture_default_str();
  verb->add_option("--jitter-s", choices->disturbance.jitter_s, "records arrive up to so much later")->capture_default_str();
  verb->add_option("--loss", choices->disturbance.loss, "share of records that never arrive")->capture_default_str();
  verb->add_option("--duplicates", choices->disturbance.duplicates, "share that arrives twice")->capture_default_str();
  verb->add_option("--report", choices->report_to, "folder for report.json and report.md: the bundle judged on the campaigns that it has not seen");
  verb->add_flag("--feed-only", choices->feed_only, "only fill the input topic");
  verb->add_flag("--json", choices->json, "one JSON object on standard output");
  verb->footer("Example: steadyline replay Process/3.csv --brokers 127.0.0.1:9092");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
