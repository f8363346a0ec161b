#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/bundle_shelf.h"
#include "app/verbs.h"
#include "broker/kafka_feed.h"
#include "models/golden_approval.h"
#include "settings/read_line.h"
#include "settings/settings.h"

namespace steadyline {
namespace {

struct Choices {
  std::string settings, brokers, line, bundle, user, reason;
  bool challenger = false;
};

/// What the order names, and what is to be told of it.
struct Named {
  std::string bundle;  ///< SHA-256, or the word
  std::string words;   ///< empty: nothing
};

/// A folder is checked against the description of that line. A hash is passed on as it is, whether or not such a bundle is at hand here; so
/// is a word.
Checked<Named> named_by(const Settings& settings, const Choices& choices) {
  const bool folder = std::filesystem::is_directory(choices.bundle);
  if (!folder && (choices.bundle == "previous" || choices.bundle == "none")) return Named{choices.bundle, {}};
  for (const LineSource& source : settings.lines) {
    const auto line = read_line(source.description);
    if (!line && !folder) continue;
    if (!line) return tl::unexpected(line.error());
    if (line->id != choices.line) continue;
    if (!folder) {
      const auto found = BundleShelf{{{*line, source.bundles}}}.find(choices.line, choices.bundle);
      return Named{choices.bundle, found ? unapproved_words(**found) : std::string{}};
    }
    const auto bundle = load_bundle(choices.bundle, *line);
    if (!bundle) return tl::unexpected(bundle.error());
    return Named{bundle->sha256, unapproved_words(*bundle)};
  }
  if (!folder) return Named{choices.bundle, {}};
  return tl::unexpected(std::vector{Error{Errc::usage, "is no line of the settings: " + choices.line, "--line", "name one of them"}});
}

int run(const Choices& choices) {
  auto settings = read_settings(choices.settings);
  if (!settings) return report(settings.error());
  const auto named = named_by(*settings, choices);
  if (!named) return report(named.error());
  if (!choices.brokers.empty()) settings->broker.bootstrap_servers = choices.brokers;
  const nlohmann::ordered_json order{{"line", choices.line},
                                     {"bundle", named->bundle},
                                     {"as", choices.challenger ? "challenger" : "champion"},
                                     {"user", choices.user},
                                     {"reason", choices.reason}};
  const auto feed = KafkaFeed::open(settings->broker);
  if (!feed) return report(feed.error());
  if (const auto sent = (*feed)->produce(choices.line, "activate", order.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)); !sent) return report(sent.error());
  if (const auto done = (*feed)->flush(Milliseconds{10'000}); !done) return report(done.error());
  std::printf("%s\n", order.dump().c_str());
  if (!named->words.empty()) std::fprintf(stderr, "warning: %s\n", named->words.c_str());
  return exit_done;
}

}  // namespace

void add_activate(CLI::App& app, int& exit_code) {
  auto* const verb = app.add_subcommand("activate", "Puts another bundle in force in the running monitor, lets one run beside it, or goes back");
  const auto choices = std::make_shared<Choices>();
  verb->add_option("--line", choices->line, "id of the line")->required();
  verb->add_option("--bundle", choices->bundle,
                   "bundle folder; or the SHA-256 (12 digits or more) of one in the settings' lines[].bundles; or `previous`, the way back; or "
                   "`none`, to end a challenger")
      ->required();
  verb->add_flag("--challenger", choices->challenger, "beside the bundle in force: assessed and judged alike, compared in the metrics, never published");
  verb->add_option("--user", choices->user, "who orders it")->required();
  verb->add_option("--reason", choices->reason, "why")->required();
  verb->add_option("--settings", choices->settings, "settings file of the monitor")
      ->default_str("config/monitor.yaml")
      ->default_val((home() / "config/monitor.yaml").string());
  verb->add_option("--brokers", choices->brokers, "bootstrap servers, instead of the settings' own");
  verb->footer(
      "Example: steadyline activate --line cdc1 --bundle models/bundles/cdc1-may --challenger --user ana --reason \"new lots\"\n"
      "         steadyline activate --line cdc1 --bundle previous --user ana --reason \"too many alarms\"");
  verb->callback([choices, &exit_code] { exit_code = run(*choices); });
}

}  // namespace steadyline
