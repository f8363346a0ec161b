#include "app/twin_recording.h"

#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "evaluation/disturbed_runs.h"
#include "evaluation/in_parallel.h"
#include "frames/check.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

Recording record_twin(const Line& line, const TwinParameters& parameters, const Scenario& scenario, std::string group) {
  Recording recording{.group = std::move(group), .frames = {}};
  Simulation simulation{line, parameters, scenario};
  Checker checker{line};
  while (!simulation.finished()) {
    Frame frame;
    simulation.step(frame.values);
    frame.time = simulation.time();
    frame.cold = recording.frames.empty();
    for (const double value : frame.values) frame.flaws.push_back(std::isnan(value) ? Flaw::null : Flaw::good);
    checker.check(frame);
    recording.frames.push_back(std::move(frame));
  }
  return recording;
}

/// What one run lives through; `teaches`: or it calibrates.
using Draw = std::function<Scenario(const Scenario& seeded, int run, bool teaches)>;

Result<Split> recorded(const Line& line, const Line& part, const TwinRuns& from, int teaching, const Draw& draw, const TrainProgress& progress) {
  const auto parameters = read_twin(from.twin);
  if (!parameters) return tl::unexpected(parameters.error().front());
  const auto scenario = read_scenario(from.scenario, line, [&](const Scenario& read) { return unsimulated(line, *parameters, read); });
  if (!scenario) return tl::unexpected(scenario.error().front());
  const std::string name = std::filesystem::path{from.scenario}.filename().string();
  std::vector<Recording> recordings(static_cast<std::size_t>(from.runs));
  std::mutex telling;
  int done = 0;
  const auto record = [&](std::size_t place) -> Result<void> {
    const int run = static_cast<int>(place);
    Scenario seeded = *scenario;
    seeded.seed = scenario->seed + place;
    seeded = draw(seeded, run, run < teaching);
    recordings[place] = record_twin(part, *parameters, seeded, fmt::format("seed {}", seeded.seed));
    recordings[place].faulty = !seeded.faults.empty();
    const std::lock_guard lock{telling};
    ++done;
    if (progress) progress({"recordings of the twin", static_cast<double>(done) / from.runs, 0, fmt::format("{} of {} of {}", done, from.runs, name)});
    return {};
  };
  if (const auto lived = in_parallel(recordings.size(), std::thread::hardware_concurrency(), {}, record); !lived) return tl::unexpected(lived.error());
  Split split;
  const auto calibrating = recordings.begin() + teaching;
  split.train.assign(std::make_move_iterator(recordings.begin()), std::make_move_iterator(calibrating));
  split.calibrate.assign(std::make_move_iterator(calibrating), std::make_move_iterator(recordings.end()));
  return split;
}

}  // namespace

Result<Split> calm_runs(const Line& line, const Line& part, const TwinRuns& from, const TrainProgress& progress) {
  return recorded(line, part, from, (2 * from.runs + 2) / 3, [](const Scenario& seeded, int, bool) { return seeded; }, progress);
}

Result<Split> disturbed_runs(const Line& line, const Line& part, const TwinRuns& from, const TrainProgress& progress) {
  constexpr Events many_starts{.start_share = 0.8}, some_starts{.start_share = 0.6};  // one start a run at most: they are the rarest
  return recorded(line, part, from, (3 * from.runs + 3) / 4, [&](const Scenario& seeded, int run, bool teaches) {
    if (!teaches) return disturbed_scenario(seeded, seeded.seed, run % 3 == 0, some_starts);
    return run % 2 == 0 ? disturbed_scenario(seeded, seeded.seed, true, no_events) : disturbed_scenario(seeded, seeded.seed, false, many_starts);
  }, progress);
}

}  // namespace steadyline
