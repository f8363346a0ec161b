// steadyline <verb>: the list of verbs, and nothing else. docs/architecture.md walks on from here.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "app/verbs.h"
#include "core/numeric.h"

namespace {

/// Says what is wrong with the command line and which help to read.
int wrong_use(const CLI::App& app, const CLI::ParseError& fault) {
  std::string what = fault.what(), verb;
  for (const CLI::App* const chosen : app.get_subcommands()) verb += chosen->get_name() + ' ';
  if (const auto unknown = app.remaining(); verb.empty() && !unknown.empty()) what = "there is no verb \"" + unknown.front() + '"';
  return steadyline::report(steadyline::Error{steadyline::Errc::usage, what, "command line", "see steadyline " + verb + "--help"});
}

}  // namespace

int main(int argc, char** argv) {
  if (!steadyline::numeric::processor_is_supported()) {
    std::fputs(
        "processor: has no fused multiply-add (AVX2, AVX-512 or NEON), on which equal results everywhere rest; run on a newer machine\n",
        stderr);
    return steadyline::exit_usage;
  }
  CLI::App app{"Steadyline watches a continuous tablet line second by second and warns early, with cause and limit."};
  app.name("steadyline");
  app.set_version_flag("--version", steadyline::version_text());
  app.require_subcommand(1);
  app.footer("Exit: 0 done, 1 ran and found trouble, 2 wrong use or bad input.\nExample: steadyline demo --for 60s --json");
  int exit_code = steadyline::exit_done;
  steadyline::add_demo(app, exit_code);
  steadyline::add_monitor(app, exit_code);
  steadyline::add_simulate(app, exit_code);
  steadyline::add_replay(app, exit_code);
  steadyline::add_train(app, exit_code);
  steadyline::add_evaluate(app, exit_code);
  steadyline::add_backtest(app, exit_code);
  steadyline::add_check(app, exit_code);
  steadyline::add_activate(app, exit_code);
  steadyline::add_bundle(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return stop.get_exit_code() == 0 ? app.exit(stop) : wrong_use(app, stop);
  }
  return exit_code;
}
