#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>

#include "app/bundle_approve.h"
#include "app/verbs.h"
#include "models/bundle.h"

namespace steadyline {
namespace {

std::string joined(const std::vector<double>& numbers, const char* unit) {
  std::string out;
  for (const double n : numbers) out += (out.empty() ? "" : ", ") + CLI::detail::to_string(n) + unit;
  return out;
}

void print(const Bundle& bundle) {
  std::printf(
      "bundle    %s\nline      %s (description %s)\nperiod    %lld ms\ntags      %zu modelled, %zu forecast at %s\nhealth    limit %g, "
      "typical %g\n",
      bundle.sha256.c_str(), bundle.line.c_str(), bundle.line_sha256.c_str(), static_cast<long long>(bundle.period.count()),
      bundle.tag_paths.size(), bundle.forecaster.targets.size(), joined(bundle.forecaster.horizons_s, " s").c_str(), bundle.health.e_limit,
      bundle.health.e_typical);
  for (const auto& [name, tensor] : bundle.tensors) {
    std::string shape;
    for (const auto n : tensor.shape) shape += (shape.empty() ? "" : " x ") + std::to_string(n);
    std::printf("tensor    %-40s %s\n", name.c_str(), shape.c_str());
  }
  for (const auto& [fact, value] : bundle.passport) std::printf("passport  %s: %s\n", fact.c_str(), value.c_str());
}

int differ(const Bundle& a, const Bundle& b) {
  int differences = 0;
  const auto say = [&differences](const std::string& what) {
    ++differences;
    std::printf("differs   %s\n", what.c_str());
  };
  if (a.line_sha256 != b.line_sha256) say("line description: " + a.line_sha256 + " | " + b.line_sha256);
  if (a.tag_paths != b.tag_paths) say("modelled tags");
  if (a.features.center != b.features.center || a.features.scale != b.features.scale) say("scaling");
  if (a.health.e_limit != b.health.e_limit)
    say("health limit: " + std::to_string(a.health.e_limit) + " | " + std::to_string(b.health.e_limit));
  if (a.forecaster.conformal_low != b.forecaster.conformal_low || a.forecaster.conformal_high != b.forecaster.conformal_high)
    say("conformal calibration");
  for (const auto& [name, tensor] : a.tensors)
    if (const auto other = b.tensors.find(name); other == b.tensors.end() || !(other->second == tensor)) say("tensor " + name);
  for (const auto& [fact, value] : a.passport)
    if (const auto other = b.passport.find(fact); other == b.passport.end() || other->second != value)
      say("passport " + fact + ": " + value + " | " + (other == b.passport.end() ? "absent" : other->second));
  if (a.sha256 != b.sha256 && differences == 0) say("manifest bytes only");
  if (differences == 0) std::printf("same      %s\n", a.sha256.c_str());
  return differences == 0 ? exit_done : exit_trouble;
}

}  // namespace

void add_bundle(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand("bundle", "Looks into, verifies or compares model bundles");
  verb->require_subcommand(1);
  verb->footer("Example: steadyline bundle verify models/bundles/cdc1");
  const auto folders = std::make_shared<std::vector<std::string>>();
  const auto add = [verb, folders, &exit_code](const char* name, const char* help, int count, auto&& run) {
    auto* const sub = verb->add_subcommand(name, help);
    sub->add_option("folder", *folders, "bundle folder")->required()->expected(count);
    sub->callback([folders, run, &exit_code] {
      std::vector<Bundle> bundles;
      for (const auto& folder : *folders) {
        auto bundle = load_bundle(folder);
        if (!bundle)
          exit_code = std::max(exit_code, report(bundle.error()));
        else
          bundles.push_back(std::move(*bundle));
      }
      if (bundles.size() == folders->size()) exit_code = run(bundles);
    });
  };
  add("inspect", "Prints what the bundle holds", 1, [](const auto& bundles) { return print(bundles[0]), exit_done; });
  add("verify", "Checks every hash, shape and number", 1,
      [](const auto& bundles) { return std::printf("good      %s\n", bundles[0].sha256.c_str()), exit_done; });
  add("diff", "Says in what two bundles differ", 2, [](const auto& bundles) { return differ(bundles[0], bundles[1]); });
  add_bundle_approve(*verb, exit_code);
}

}  // namespace steadyline
