#include "app/replay_report.h"

#include <cstdio>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/write_report.h"
#include "evaluation/report.h"

namespace steadyline {
namespace {

std::set<std::string> groups_in(const Bundle& bundle, const char* fact) {
  const auto found = bundle.passport.find(fact);
  std::istringstream words{found == bundle.passport.end() ? std::string{} : found->second};
  return {std::istream_iterator<std::string>{words}, {}};
}

double plant_seconds(const Line& line, const ReplayAudit& audit) {
  return static_cast<double>(audit.sent.rows) * std::chrono::duration<double>(line.period).count();
}

void print_json(const Line& line, const ReplayAudit& audit, const RunSummary& summary, double seconds) {
  nlohmann::ordered_json out{{"rows", audit.sent.rows},
                             {"seconds", seconds},
                             {"times_real_time", plant_seconds(line, audit) / seconds},
                             {"sent", audit.sent.records()},
                             {"lost_on_purpose", audit.sent.lost},
                             {"duplicates", audit.sent.duplicates},
                             {"ticks", audit.sent.ticks},
                             {"input_records", audit.input_records},
                             {"frames", audit.frames},
                             {"assessments", audit.assessments},
                             {"alerts", audit.alerts},
                             {"rejected", audit.rejected},
                             {"disagreements", audit.faults}};
  for (std::size_t fate = 0; fate < fate_count; ++fate) out["fates"][std::string{to_text(static_cast<Fate>(fate))}] = audit.fates[fate];
  std::map<std::string, int> raised;
  for (const auto& alert : summary.alerts())
    if (alert.state == "unacknowledged") ++raised[alert.kind];
  out["alarms_raised"] = raised;
  std::printf("%s\n", out.dump().c_str());
}

void print_text(const Line& line, const ReplayAudit& audit, double seconds) {
  std::printf("%llu rows, %llu records in %.2f s: %.0f times real time\n", static_cast<unsigned long long>(audit.sent.rows),
              static_cast<unsigned long long>(audit.sent.records()), seconds, plant_seconds(line, audit) / seconds);
  for (std::size_t fate = 0; fate < fate_count; ++fate)
    if (audit.fates[fate] > 0)
      std::printf("  %-11s %llu\n", std::string{to_text(static_cast<Fate>(fate))}.c_str(),
                  static_cast<unsigned long long>(audit.fates[fate]));
  std::printf("%llu frames closed, %llu assessments and %llu alert transitions in the topics\n",
              static_cast<unsigned long long>(audit.frames), static_cast<unsigned long long>(audit.assessments),
              static_cast<unsigned long long>(audit.alerts));
  for (const auto& fault : audit.faults) std::printf("DISAGREE  %s\n", fault.c_str());
  if (audit.faults.empty()) std::printf("every record has one fate, every frame one assessment: an independent consumer counts the same\n");
}

}  // namespace

void print_replay(const Line& line, const ReplayAudit& audit, const RunSummary& summary, double seconds, bool json) {
  if (json)
    print_json(line, audit, summary, seconds);
  else
    print_text(line, audit, seconds);
}

Result<void> judge_held_out(const Pipeline::Setup& setup, const MonitorOptions& options, const Dataset& dataset,
                            std::span<const DataRow> rows, const std::string& report_to) {
  const auto train_groups = groups_in(*setup.bundle, "train groups"), calibrate_groups = groups_in(*setup.bundle, "calibrate groups");
  std::vector<Recording> train, judged;
  for (auto& recording : to_recordings(setup.line, dataset, rows)) {
    if (train_groups.contains(recording.group))
      train.push_back(std::move(recording));
    else if (!calibrate_groups.contains(recording.group))
      judged.push_back(std::move(recording));
  }
  if (train.empty() || judged.empty())
    return tl::unexpected(Error{Errc::usage, "the files hold no campaign that the bundle learned from, or none that it did not see",
                                "--report", "give the files that the bundle was trained on together with later ones"});
  const auto result = evaluate_bundle(setup.line, setup.bundle, options, train, judged, standard_faults(setup.line));
  std::printf("%s", to_markdown(result).c_str());
  return write_report(result, report_to);
}

}  // namespace steadyline
