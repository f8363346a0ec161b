// What the drift detectors see by themselves, on development seeds: the twin's frames, checked, with their context, through DriftModel.
//
//   drift_bench learn OUT.json [RUNS]         learn from RUNS eight-hour runs, the last third for the common factor
//   drift_bench calm DRIFT.json RUNS [SEED]   false-alarm episodes per 480 h, by the channel that spoke first
//   drift_bench fault DRIFT.json SEEDS [FAULT[:VARIANT]]...   by fault and tercile: share detected, delay, who spoke first
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "evaluation/twin_production.h"
#include "frames/check.h"
#include "models/drift.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "training/learn.h"
#include "twin/exam.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

const std::filesystem::path home = STEADYLINE_SOURCE_DIR;
constexpr double on_delay_s = 5, merge_s = 60, quiet = 0.8;

struct World {
  Line line;
  TwinParameters twin;
  Scenario long_run;
};

World read_world() {
  auto line = read_line(home / "config/lines/cdc1.yaml");
  auto twin = read_twin(home / "config/twin/cdc1.yaml");
  if (!line || !twin) {
    for (const Error& error : line ? twin.error() : line.error()) std::fprintf(stderr, "%s\n", to_line(error).c_str());
    std::exit(1);
  }
  auto scenario = read_scenario(home / "config/scenarios/train_long.yaml", *line);
  if (!scenario) std::exit(1);
  return {watched_part(*line), *twin, *scenario};
}

/// Follows the readings of one run: which channel has passed its limit for the on-delay.
class Watch {
 public:
  explicit Watch(std::size_t channels) : above_s_(channels, 0) {}
  /// The channel that speaks first in a new episode; none otherwise.
  /// With `each`, a channel that has spoken already says nothing new, but another does.
  std::optional<std::size_t> take(const DriftReading& reading, bool each = false) {
    std::optional<std::size_t> first;
    bool any = false;
    for (std::size_t i = 0; i < reading.excess.size(); ++i) {
      const double excess = std::fabs(static_cast<double>(reading.excess[i]));
      above_s_[i] = excess >= 1 ? above_s_[i] + 1 : 0;
      if ((each ? above_s_[i] == on_delay_s : above_s_[i] >= on_delay_s) &&
          (!first || excess > std::fabs(static_cast<double>(reading.excess[*first]))))
        first = i;
      any = any || (active_ && excess >= quiet);
    }
    if (each) return first;
    any = any || first.has_value();
    quiet_s_ = any ? 0 : quiet_s_ + 1;
    const bool was = active_;
    active_ = any || (active_ && quiet_s_ < merge_s);
    return active_ && !was ? first : std::nullopt;
  }

 private:
  std::vector<double> above_s_;
  double quiet_s_ = 0;
  bool active_ = false;
};

std::string read_text(const char* path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

DriftModel load(const char* path, const Line& line) {
  const auto spec = read_drift(read_text(path), path);
  if (!spec) {
    for (const Error& error : spec.error()) std::fprintf(stderr, "%s\n", to_line(error).c_str());
    std::exit(1);
  }
  return DriftModel{*spec, line};
}

std::string worst_statistic(const DriftModel& model, const DriftState& state, std::size_t channel, const DriftSpec& spec) {
  static const char* const names[] = {"jump", "step", "fast", "middle", "slow", "slowest", "level", "scatter", "lots"};
  DriftStatistics values;
  const auto row = static_cast<std::size_t>(model.statistics(state, channel, values)) * drift_statistics;
  const DriftSignal& signal = spec.signals[model.place(channel)];
  double worst = 0;
  std::size_t at = 0;
  for (std::size_t k = 0; k < drift_statistics; ++k) {
    const double value = static_cast<double>(values[k]), limit = value > 0 ? signal.high[row + k] : signal.low[row + k];
    if (limit != 0 && value / limit > worst) worst = value / limit, at = k;
  }
  return std::string{names[at]} + (row / drift_statistics == 0 ? "" : row / drift_statistics == 1 ? "/refill" : "/lot");
}

int learn(const World& world, const char* out, std::size_t runs) {
  Scenario train = world.long_run, calibrate = world.long_run;
  calibrate.seed += 1000;
  const DriftSpec spec = learn_drift(world.line, twin_production(world.line, world.twin, train, (2 * runs + 2) / 3),
                                     twin_production(world.line, world.twin, calibrate, runs / 3), TrainOptions{});
  std::ofstream{out} << write_drift(spec);
  std::printf("%zu signals\n", spec.signals.size());
  return 0;
}

/// Processor time of one step, microseconds.
double step_cost_us(const DriftModel& model, const Frame& frame, const Context& context, DriftState state) {
  constexpr int steps = 20000;
  DriftReading reading;
  const std::clock_t begin = std::clock();
  for (int i = 0; i < steps; ++i) model.step(frame, context, state, reading);
  return 1e6 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / steps;
}

int calm(const World& world, const char* path, std::size_t runs, std::uint64_t seed) {
  const auto spec = read_drift(read_text(path), path);
  const DriftModel model = load(path, world.line);
  Scenario scenario = world.long_run;
  scenario.seed = seed;
  if (const char* hours = std::getenv("HOURS")) scenario.duration_s = 3600 * std::atof(hours);
  if (const char* share = std::getenv("LOTS")) scenario.lot_size_share = std::atof(share);
  if (std::getenv("SCHEDULED")) scenario.scheduled_stops = true;
  DriftState state;
  DriftReading reading;
  Watch watch{model.channels().size()};
  std::map<std::string, int> firsts;
  double lived = 0, took = 0, run_s = 0;
  int episodes = 0;
  twin_production(world.line, world.twin, scenario, runs)([&](std::size_t run, const Frame& frame, const Context& context) {
    if (took == 0 && run_s > 7200) took = step_cost_us(model, frame, context, state);
    model.step(frame, context, state, reading);
    run_s = frame.cold ? 0 : run_s + 1;
    if (frame.cold) watch = Watch{model.channels().size()};
    lived += 1;
    if (const auto first = watch.take(reading)) {
      ++episodes;
      const std::string what = model.channels()[*first].name + " " + worst_statistic(model, state, *first, *spec);
      ++firsts[what];
      std::printf("  run %zu at %.0f s: %s %.2f (settled %.0f)\n", run, run_s, what.c_str(), static_cast<double>(reading.excess[*first]),
                  context.settled_s);
    }
  });
  std::printf("%d episodes in %.0f h = %.1f per 480 h; %.2f us a frame\n", episodes, lived / 3600, episodes * 480 * 3600 / lived, took);
  for (const auto& [name, n] : firsts) std::printf("  %3d  %s\n", n, name.c_str());
  return 0;
}

struct Tally {
  int runs = 0, detected = 0, root = 0, unit = 0, early = 0;
  std::vector<double> delays;
  std::map<std::string, int> firsts;
};

bool accuses(const DriftModel& model, const Line& line, std::size_t channel, const Label& label, bool unit_only) {
  for (const std::string& root : label.root_tags) {
    if (unit_only && root.substr(0, root.find('/')) == line.unit(model.channels()[channel].unit).id) return true;
    for (const TagIndex tag : model.channels()[channel].tags)
      if (line.tag(tag).path == root) return true;
  }
  return false;
}

void examine(const World& world, const DriftModel& model, const DriftSpec& spec, const FaultKind& kind, int tercile, std::uint64_t index,
             Tally& tally) {
  const std::string name = std::string{kind.id} + std::string{kind.variant};
  const Scenario scenario =
      exam_scenario(kind.id, kind.variant, tercile, exam_seed("development", name, index * 3 + static_cast<std::uint64_t>(tercile)));
  const double on_s = scenario.faults.front().on_s, end_s = fault_end_s(scenario.faults.front()) + 401;
  DriftState state;
  DriftReading reading;
  Watch watch{model.channels().size()};
  double at = 0;
  ++tally.runs;
  bool done = false;
  Simulation simulation{world.line, world.twin, scenario};
  Checker checker{world.line};
  ContextTracker context{world.line};
  Frame frame;
  for (bool cold = true; !done && at < end_s; cold = false) {
    simulation.step(frame.values);
    frame.time = simulation.time();
    frame.cold = cold;
    frame.flaws.assign(frame.values.size(), Flaw::good);
    for (std::size_t i = 0; i < frame.values.size(); ++i)
      if (std::isnan(frame.values[i])) frame.flaws[i] = Flaw::null;
    checker.check(frame);
    model.step(frame, context.take(frame), state, reading);
    at += 1;
    if (std::getenv("LOOK") != nullptr && at > on_s - 5 && at < on_s + 30) {
      const auto most =
          std::max_element(reading.excess.begin(), reading.excess.end(), [](float a, float b) { return std::fabs(a) < std::fabs(b); });
      const auto which = static_cast<std::size_t>(most - reading.excess.begin());
      std::printf("      %+4.0f s: %s %.2f\n", at - on_s, model.channels()[which].name.c_str(), static_cast<double>(*most));
    }
    const auto first = watch.take(reading, true);
    if (!first) continue;
    const std::string what = model.channels()[*first].name + " " + worst_statistic(model, state, *first, spec);
    if (at <= on_s) {
      ++tally.early;
      std::printf("    early %s seed %llu at %.0f s: %s\n", name.c_str(), static_cast<unsigned long long>(index), at, what.c_str());
      continue;
    }
    done = true;
    ++tally.detected;
    tally.delays.push_back(at - on_s);
    ++tally.firsts[what];
    tally.root += accuses(model, world.line, *first, simulation.labels().front(), false) ? 1 : 0;
    tally.unit += accuses(model, world.line, *first, simulation.labels().front(), true) ? 1 : 0;
  }
  if (!done) {
    const FaultSpec& fault = scenario.faults.front();
    std::printf("    missed %s tercile %d index %llu: %s severity %.3f ramp %.0f\n", name.c_str(), tercile,
                static_cast<unsigned long long>(index), fault.target.c_str(), fault.severity, fault.ramp_s);
  }
}

int faults(const World& world, const char* path, int argc, char** argv, std::uint64_t seeds) {
  const auto spec = read_drift(read_text(path), path);
  const DriftModel model = load(path, world.line);
  const char* offset = std::getenv("FIRST");
  const std::uint64_t from = offset == nullptr ? 0 : std::strtoull(offset, nullptr, 10);
  for (const FaultKind& kind : fault_catalogue()) {
    const std::string name = std::string{kind.id} + (kind.variant.empty() ? "" : ":" + std::string{kind.variant});
    const auto asked = [&](const char* text) { return text == name; };
    if (argc > 0 ? std::none_of(argv, argv + argc, asked) : kind.id == "F23" || kind.id == "F24") continue;
    for (int tercile = 1; tercile < 3; ++tercile) {
      Tally tally;
      for (std::uint64_t index = from; index < from + seeds; ++index) examine(world, model, *spec, kind, tercile, index, tally);
      std::sort(tally.delays.begin(), tally.delays.end());
      std::printf("%-16s D%d t%d  %2d/%2d  root %2d unit %2d early %d  median %6.0f max %6.0f s ", name.c_str(), kind.difficulty, tercile,
                  tally.detected, tally.runs, tally.root, tally.unit, tally.early,
                  tally.delays.empty() ? 0 : tally.delays[tally.delays.size() / 2], tally.delays.empty() ? 0 : tally.delays.back());
      for (const auto& [what, n] : tally.firsts) std::printf(" %s:%d", what.c_str(), n);
      std::printf("\n");
      std::fflush(stdout);
    }
  }
  return 0;
}

int run(int argc, char** argv) {
  const World world = read_world();
  const std::string what = argc > 1 ? argv[1] : "";
  const auto number = [&](int i, std::uint64_t otherwise) { return argc > i ? std::strtoull(argv[i], nullptr, 10) : otherwise; };
  if (what == "learn" && argc > 2) return learn(world, argv[2], number(3, 60));
  if (what == "calm" && argc > 2) return calm(world, argv[2], number(3, 20), number(4, 500000));
  if (what == "fault" && argc > 2) return faults(world, argv[2], std::max(0, argc - 4), argv + 4, number(3, 3));
  return std::fprintf(stderr, "drift_bench learn OUT [RUNS] | calm DRIFT [RUNS] [SEED] | fault DRIFT [SEEDS] [FAULT]...\n"), 2;
}

}  // namespace
}  // namespace steadyline

int main(int argc, char** argv) { return steadyline::run(argc, argv); }
