#include "app/simulate_files.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include "app/duration_text.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "campaigns/table.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

using Stopwatch = std::chrono::steady_clock;

double seconds_since(Stopwatch::time_point began) { return std::chrono::duration<double>(Stopwatch::now() - began).count(); }

/// One second of frames after the other to standard output; whoever reads may leave.
int stream(const SimulatePlan& plan, const std::stop_token& stop) {
  Simulation simulation{plan.line, plan.parameters, plan.scenario};
  Table second{.name = "frames", .columns = {}, .times_ms = {0}, .values = {}};
  for (const Tag& tag : plan.line.tags) second.columns.push_back(tag.path);
  const CsvSpelling spelling = plan.scenario.data_traps ? recorded_spelling : CsvSpelling{};
  for (bool first = true; !simulation.finished() && !stop.stop_requested();) {
    simulation.step(second.values);
    if (!simulation.logged()) continue;
    second.times_ms[0] = simulation.time().time_since_epoch().count();
    const std::string text = csv_text(second, std::exchange(first, false), spelling);
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) continue;
    return report(Error{Errc::io, fmt::format("the reader has gone: {}", std::strerror(errno)), "standard output",
                        "name a folder with --out, or let the reader read to the end"});
  }
  if (std::fflush(stdout) != 0)
    return report(Error{Errc::io, fmt::format("cannot be written: {}", std::strerror(errno)), "standard output",
                        "make room, or name a folder with --out"});
  return stop.stop_requested() ? exit_trouble : exit_done;
}

/// `wall_s`: since the first second that was not lived through again.
std::string progress_line(const CampaignProgress& now, double wall_s) {
  const double lived = now.simulated_s - now.again_s, left = lived > 0 ? wall_s / lived * (now.total_s - now.simulated_s) : 0;
  const int tenths = static_cast<int>(20 * now.simulated_s / now.total_s);
  return fmt::format("[{:<20}] {:3.0f} %  {} of {}, {:.1f} million values, {:.0f} MB, {} left",
                     std::string(static_cast<std::size_t>(tenths), '#'), 100 * now.simulated_s / now.total_s,
                     to_duration_text(now.simulated_s), to_duration_text(now.total_s), static_cast<double>(now.values) / 1e6,
                     static_cast<double>(now.bytes) / 1e6, to_duration_text(left));
}

}  // namespace

int simulate_to_files(const SimulatePlan& chosen, const std::string& folder, TableFormat format, bool json, const std::stop_token& stop) {
  if (folder == "-") return stream(chosen, stop);
  CampaignPlan plan;
  plan.line = &chosen.line;
  plan.parameters = chosen.parameters;
  plan.parameters_sha256 = chosen.parameters_sha256;
  plan.scenario = chosen.scenario;
  plan.name = chosen.name;
  plan.format = format;
  plan.readings_per_s = chosen.readings_per_s;
  plan.tablets = chosen.tablets;

  Terminal terminal;
  const auto began = Stopwatch::now();
  auto writing_since = began;
  const auto done = run_campaign(
      plan, folder,
      [&](const CampaignProgress& now) {
        if (now.simulated_s == now.again_s) writing_since = Stopwatch::now();
        terminal.draw({progress_line(now, seconds_since(writing_since))});
      },
      stop);
  if (!done) return report(done.error());
  const double wall = seconds_since(began);
  if (json)
    std::printf("{\"complete\":%s,\"rows\":%llu,\"values\":%llu,\"bytes\":%llu,\"seconds\":%.3f}\n", done->complete ? "true" : "false",
                static_cast<unsigned long long>(done->rows), static_cast<unsigned long long>(done->values),
                static_cast<unsigned long long>(done->bytes), wall);
  std::fprintf(stderr, "%s: %llu rows of %zu tags, %.1f million values, %.1f MB in %s%s\n", folder.c_str(),
               static_cast<unsigned long long>(done->rows), chosen.line.tags.size(), static_cast<double>(done->values) / 1e6,
               static_cast<double>(done->bytes) / 1e6, to_duration_text(wall).c_str(),
               done->complete ? "" : "; not complete: the same command goes on from here");
  return done->complete ? exit_done : exit_trouble;
}

}  // namespace steadyline
