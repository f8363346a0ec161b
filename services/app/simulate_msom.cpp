#include "app/simulate_msom.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/duration_text.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "campaigns/msom_run.h"

namespace steadyline {
namespace {

void print(const MsomAccount& account) {
  for (const auto& [file, rows] : account.rows) std::printf("%-40s %zu rows\n", file.c_str(), rows);
  for (const auto& [trap, spoilt] : account.planted) std::printf("trap %-35s %zu spoilt\n", trap.c_str(), spoilt);
}

}  // namespace

int simulate_msom(const SimulateChoices& choices, const std::string& folder, const std::vector<std::string>& names, const std::stop_token& stop) {
  if (folder.empty()) return report(Error{Errc::usage, "the layout msom goes into files", "--layout", "name a folder with --out"});
  const auto plan = make_simulate_plan(choices, false);
  if (!plan) return report(plan.error());
  const auto traps = msom_traps(names, plan->scenario.seed);
  if (!traps) return report(traps.error());
  Terminal terminal;
  const auto progress = [&](double lived, double total) { terminal.draw({fmt::format("simulated {} of {}", to_duration_text(lived), to_duration_text(total))}); };
  const auto account = write_msom(plan->line, plan->parameters, plan->scenario, folder, *traps, progress, stop);
  if (!account) return report(account.error());
  print(*account);
  return stop.stop_requested() ? exit_trouble : exit_done;
}

}  // namespace steadyline
