// How the judge fares on development seeds: alarms of normal running, and of each fault the first group, its causes and verdict.
//
//   judge_bench calm DRIFT.json|- HOURS SEED        heads of groups in normal running with all normal events, by kind and tag
//   judge_bench faults DRIFT.json|- SEEDS [FAULT...]  first group per fault, middle and upper third of severities
//   judge_bench cost DRIFT.json|- SECONDS           µs a frame of check, context, drift detectors and judge
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/time_text.h"
#include "evaluation/twin_production.h"
#include "frames/check.h"
#include "monitor/judge.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"
#include "settings/settings.h"
#include "twin/exam.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

const std::filesystem::path home = STEADYLINE_SOURCE_DIR;

struct Bench {
  Line line;
  TwinParameters twin;
  MonitorOptions options;
  std::shared_ptr<const Bundle> bundle;
};

double seconds(EventTime from, EventTime to) { return std::chrono::duration<double>(to - from).count(); }
std::string path_of(const Alert& alert) { return alert.unit + "/" + alert.tag; }
bool opens(const Alert& alert) { return alert.seq == 0 && alert.id == alert.group && alert.state == AlarmState::unacknowledged; }

/// Twin, check, context, drift detectors and judge of one line; without forecaster and health.
class Run {
 public:
  Run(const Bench& bench, const Scenario& scenario)
      : line_{bench.line},
        simulation_{line_, bench.twin, scenario},
        checker_{line_},
        context_{line_},
        model_{bench.bundle->drift, line_},
        judge_{line_, bench.bundle.get(), bench.options.alarms, model_.channels()} {}
  bool step(std::vector<Alert>& alerts) {
    if (simulation_.finished()) return false;
    Frame frame;
    simulation_.step(frame.values);
    frame.time = simulation_.time();
    frame.cold = !last_;
    frame.flaws.assign(frame.values.size(), Flaw::good);
    for (std::size_t i = 0; i < frame.values.size(); ++i)
      if (std::isnan(frame.values[i])) frame.flaws[i] = Flaw::null;
    take(std::move(frame), alerts);
    return true;
  }
  void take(Frame&& frame, std::vector<Alert>& alerts) {
    alerts.clear();
    last_ = FrameStep{.line = nullptr, .frame = std::move(frame)};
    checker_.check(last_->frame);
    last_->troubles.assign(checker_.troubles().begin(), checker_.troubles().end());
    last_->context = context_.take(last_->frame);
    if (!last_->frame.running) since_.reset();
    if (last_->frame.running && !since_) since_ = last_->frame.time, last_->began = true;
    last_->settled = since_ && last_->frame.time - *since_ >= Milliseconds{120'000};
    model_.step(last_->frame, last_->context, state_, last_->assessment.drift);
    judge_.judge(*last_, alerts);
  }
  const Simulation& simulation() const { return simulation_; }
  std::optional<FrameStep> last_;

 private:
  const Line& line_;
  Simulation simulation_;
  Checker checker_;
  ContextTracker context_;
  DriftModel model_;
  DriftState state_;
  Judge judge_;
  std::optional<EventTime> since_;
};

int calm(const Bench& bench, double hours, std::uint64_t seed) {
  std::map<std::string, int> heads, members;
  double lived = 0;
  for (int run = 0; lived < hours; ++run, lived += 12) {
    Scenario scenario;
    scenario.start = *parse_rfc3339("2025-11-20T06:00:00Z");
    scenario.duration_s = 12 * 3600;
    scenario.seed = seed + static_cast<std::uint64_t>(run);
    scenario.start_in_production = run % 3 != 0;
    scenario.stops = StopStatistics::line;
    scenario.scheduled_stops = true;
    scenario.lot_size_share = 0.25;
    scenario.exam = true;
    if (run % 4 == 1) scenario.recipes.push_back({6 * 3600.0, run % 8 == 1 ? 20.0 : 30.0, {}, {}});
    Run it{bench, scenario};
    std::vector<Alert> alerts;
    while (it.step(alerts))
      for (const Alert& alert : alerts) {
        if (alert.seq != 0 || alert.state != AlarmState::unacknowledged) continue;
        const std::string what = std::string{to_text(alert.kind)} + " " + path_of(alert);
        if (!opens(alert)) {
          ++members[what];
          continue;
        }
        ++heads[what];
        const Context& context = it.last_->context;
        std::string near;
        for (const Label& label : it.simulation().labels())
          if (label.id != "refill" && label.id != "sub_lot" && label.on <= alert.time && seconds(label.on, alert.time) < 3600)
            near += " " + label.id + ":" + label.target + "-" + std::to_string(static_cast<int>(seconds(label.on, alert.time)));
        std::printf("seed %llu t=%.0f %s value %.4g limit %.4g | line %s %.0f s, settled %.0f, throughput %.1f |%s\n", static_cast<unsigned long long>(scenario.seed),
                    seconds(scenario.start, alert.time), what.c_str(), alert.value, alert.limit, std::string{to_text(context.activity)}.c_str(),
                    context.since_s, context.settled_s, context.throughput, near.c_str());
      }
    std::fflush(stdout);
  }
  int all = 0;
  for (const auto& [what, n] : heads) std::printf("%4d  head %s\n", n, what.c_str()), all += n;
  for (const auto& [what, n] : members) std::printf("%4d  member %s\n", n, what.c_str());
  std::printf("%d heads in %.0f h: %.2f per 480 h\n", all, lived, 480 * all / lived);
  return 0;
}

bool names(const std::string& root, const std::string& tag) {
  return root == "*" || root == tag || (root.ends_with("/*") && tag.starts_with(root.substr(0, root.size() - 1)));
}

int faults(const Bench& bench, int seeds, const std::set<std::string>& only) {
  int found = 0, all = 0, hit1 = 0, hit3 = 0, unit = 0, verdicts = 0;
  for (const FaultKind& kind : fault_catalogue()) {
    const std::string name = std::string{kind.id} + (kind.variant.empty() ? "" : " " + std::string{kind.variant});
    if ((!only.empty() && !only.contains(std::string{kind.id})) || kind.id == "F23" || kind.id == "F24") continue;
    for (int index = 0; index < seeds; ++index) {
      const Scenario scenario = exam_scenario(kind.id, kind.variant, 1 + index % 2, exam_seed("development", name, static_cast<std::uint64_t>(index)));
      Run it{bench, scenario};
      const Label label = it.simulation().labels().front();
      const EventTime end = label.off ? *label.off + Milliseconds{401'000} : EventTime::max();
      std::vector<Alert> alerts;
      std::optional<Alert> head;
      int groups = 0;
      std::string early, later;
      while (it.step(alerts)) {
        if (it.simulation().time() > end) break;
        for (const Alert& alert : alerts) {
          if (alert.time < label.on) {
            if (opens(alert)) early += " early:" + std::string{to_text(alert.kind)} + " " + path_of(alert);
            continue;
          }
          if (opens(alert)) {
            ++groups;
            if (head) later += " " + path_of(alert);
          }
          if (opens(alert) && !head) head = alert;
          if (head && alert.id == head->id && alert.time <= head->time + Milliseconds{30'000} && !alert.causes.empty())
            head->causes = alert.causes, head->verdict = alert.verdict, head->text = alert.text;
        }
      }
      ++all;
      std::printf("%-10s %d sev %.3g %-8s", name.c_str(), index, scenario.faults.front().severity, scenario.faults.front().target.c_str());
      if (!head) {
        std::printf(" MISSED%s\n", early.c_str());
        continue;
      }
      ++found;
      std::size_t rank = 99;
      for (std::size_t i = 0; i < head->causes.size() && rank == 99; ++i)
        for (const std::string& root : label.root_tags)
          if (names(root, head->causes[i].tag)) rank = i;
      const std::string top = head->causes.empty() ? "" : head->causes[0].tag;
      const bool right_unit = std::any_of(label.root_tags.begin(), label.root_tags.end(), [&](const std::string& root) { return unit_of(root) == unit_of(top) || root == "*"; });
      const std::string wanted = kind.id == "F04" ? "sensor" : label.kind == LabelKind::process ? "process" : label.kind == LabelKind::sensor ? "sensor" : "comms";
      hit1 += rank == 0, hit3 += rank < 3, unit += right_unit, verdicts += head->verdict == wanted;
      std::printf(" +%.0f s %s %s groups %d rank %zu %s verdict %s%s |", seconds(label.on, head->time), std::string{to_text(head->kind)}.c_str(),
                  path_of(*head).c_str(), groups, rank + 1, right_unit ? "" : "WRONG-UNIT", head->verdict.c_str(), head->verdict == wanted ? "" : " (WRONG)");
      for (const Contribution& cause : head->causes) std::printf(" %s %.2f", cause.tag.c_str(), cause.share);
      std::printf(" |%s%s\n", later.c_str(), early.c_str());
      std::fflush(stdout);
    }
  }
  std::printf("found %d of %d, hit@1 %d, hit@3 %d, unit %d, verdict %d\n", found, all, hit1, hit3, unit, verdicts);
  return 0;
}

int cost(const Bench& bench, int length) {
  Scenario scenario;
  scenario.duration_s = length;
  const Line& line = bench.line;
  Simulation simulation{line, bench.twin, scenario};
  std::vector<Frame> frames(static_cast<std::size_t>(length));
  for (Frame& frame : frames) {
    simulation.step(frame.values);
    frame.time = simulation.time();
    frame.flaws.assign(frame.values.size(), Flaw::good);
  }
  frames.front().cold = true;
  Run run{bench, scenario};
  std::vector<Alert> alerts;
  const auto begin = std::chrono::steady_clock::now();
  for (Frame& frame : frames) run.take(std::move(frame), alerts);
  const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%.2f us a frame of %zu tags\n", 1e6 * s / length, line.tags.size());
  return 0;
}

int run(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "judge_bench calm|faults|cost DRIFT.json|- ...\n"), 2;
  const auto line = read_line(home / "config/lines/cdc1.yaml");
  const auto settings = read_settings(home / "config/monitor.yaml");
  const auto twin = read_twin(home / "config/twin/cdc1.yaml");
  if (!line || !settings || !twin) return std::fprintf(stderr, "line, settings or twin cannot be read\n"), 1;
  Bench bench{watched_part(*line), *twin, settings->monitor, nullptr};
  Bundle bundle;
  if (std::string{argv[2]} != "-") {
    std::ifstream file{argv[2]};
    auto spec = read_drift(std::string{std::istreambuf_iterator<char>{file}, {}}, argv[2]);
    if (!spec) return std::fprintf(stderr, "%s\n", to_line(spec.error().front()).c_str()), 1;
    bundle.drift = std::move(*spec);
  }
  bench.bundle = std::make_shared<const Bundle>(std::move(bundle));
  const std::string what = argv[1];
  if (what == "calm") return calm(bench, std::stod(argv[3]), argc > 4 ? std::stoull(argv[4]) : 70000);
  if (what == "cost") return cost(bench, std::stoi(argv[3]));
  return faults(bench, std::stoi(argv[3]), {argv + 4, argv + argc});
}

}  // namespace
}  // namespace steadyline

int main(int argc, char** argv) { return steadyline::run(argc, argv); }
