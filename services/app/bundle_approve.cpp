#include "app/bundle_approve.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include "app/verbs.h"
#include "core/time_text.h"
#include "models/golden_approval.h"
#include "models/golden_difference.h"

namespace steadyline {
namespace {

struct Choices {
  std::string folder, golden;
  Approval approval;
};

std::string now_text() {
  std::string text;
  append_rfc3339(text, std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()));
  return text;
}

Checked<GoldenProfile> read_profile(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in) return tl::unexpected(std::vector{Error{Errc::io, "cannot be read", file, "name a golden.json"}});
  return read_golden(text, file);
}

int run(Choices choices) {
  auto bundle = load_bundle(choices.folder);
  if (!bundle) return report(bundle.error());
  const GoldenProfile before = bundle->golden;
  if (!choices.golden.empty()) {
    auto profile = read_profile(choices.golden);
    if (!profile) return report(profile.error());
    bundle->golden = std::move(*profile);
  }
  if (choices.approval.time.empty()) choices.approval.time = now_text();
  if (const auto approved = approve_golden(*bundle, choices.approval); !approved) return report(approved.error());
  const auto differences = golden_differences(before, bundle->golden);
  for (const std::string& line : differences) std::printf("moves     %s\n", line.c_str());
  if (differences.empty()) std::printf("moves     nothing: the bundle's own profile is approved as it is\n");
  if (const auto saved = save_bundle(*bundle, choices.folder); !saved) return report(saved.error());
  std::printf("approved  by %s at %s: %s\nbundle    %s  %s\n", choices.approval.user.c_str(), choices.approval.time.c_str(),
              choices.approval.reason.c_str(), bundle->sha256.c_str(), choices.folder.c_str());
  return exit_done;
}

}  // namespace

void add_bundle_approve(CLI::App& bundle_verb, int& exit_code) {
  auto* const sub = bundle_verb.add_subcommand("approve", "Approves the bundle's golden profile, or puts an approved one in its place");
  const auto choices = std::make_shared<Choices>();
  sub->add_option("folder", choices->folder, "bundle folder")->required()->check(CLI::ExistingDirectory);
  sub->add_option("--user", choices->approval.user, "who approves")->required();
  sub->add_option("--reason", choices->approval.reason, "why")->required();
  sub->add_option("--golden", choices->golden, "golden.json that takes the place of the bundle's")->check(CLI::ExistingFile);
  sub->add_option("--at", choices->approval.time, "when, as 2026-11-20T06:00:00Z; default: now");
  sub->footer("Example: steadyline bundle approve models/bundles/cdc1 --user j.doe --reason \"change 1234: first campaigns accepted\"");
  sub->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
