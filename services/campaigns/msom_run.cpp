#include "campaigns/msom_run.h"

#include <utility>
#include <vector>

#include "campaigns/msom_source.h"
#include "twin/plant.h"

namespace steadyline {
namespace {

/// The line without the tags that this twin has no signal for.
Line simulated_part(const Line& line, const TwinParameters& parameters) {
  const Plant plant{line, parameters, Scenario{}};
  Line part = line;
  std::erase_if(part.tags, [&](const Tag& tag) { return !plant.board().find(tag.path); });
  if (line.running_tag) part.running_tag = part.find_tag(line.tag(*line.running_tag).path);
  return part;
}

/// Tells the logbook when the press stops and starts.
class PressLog {
 public:
  void note(const MsomSecond& second, MsomWriter& writer) {
    const bool runs = second.press.shoe13_rpm > 1;
    if (runs != runs_) writer.log(second.time, runs ? "Start" : "Stop", runs ? "the press runs" : "the press stands");
    runs_ = runs;
  }

 private:
  bool runs_ = false;
};

}  // namespace

Checked<MsomAccount> write_msom(const Line& line, const TwinParameters& parameters, const Scenario& scenario,
                                const std::filesystem::path& folder, const MsomTraps& traps,
                                const std::function<void(double, double)>& progress, const std::stop_token& stop) {
  const Line told = simulated_part(line, parameters);
  if (auto faults = unsimulated(told, parameters, scenario); !faults.empty()) return tl::unexpected(std::move(faults));
  if (scenario.data_traps)
    return tl::unexpected(std::vector{Error{Errc::usage, "data_traps is for the files of the twin's own form", "scenario",
                                            "remove data_traps, and choose traps of the msom form with --trap"}});
  auto source = MsomSource::make(told, parameters);
  if (!source) return tl::unexpected(std::vector{source.error()});
  auto writer = MsomWriter::open(folder, traps);
  if (!writer) return tl::unexpected(std::vector{writer.error()});
  Simulation simulation{told, parameters, scenario};
  std::vector<double> readings;
  simulation.step(readings);  // a press that is running already has its first tablets after this second
  PressLog log;
  for (double at = 1; at <= scenario.duration_s && !stop.stop_requested(); ++at) {
    simulation.step(readings);
    const MsomSecond second = source->second(simulation, readings);
    log.note(second, *writer);
    if (!writer->write(second)) break;  // finish tells why
    if (progress && static_cast<std::int64_t>(at) % 60 == 0) progress(at, scenario.duration_s);
  }
  auto account = writer->finish();
  if (!account) return tl::unexpected(std::vector{account.error()});
  return *account;
}

}  // namespace steadyline
