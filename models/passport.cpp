#include <fmt/format.h>

#include "core/numeric.h"
#include "models/manifest.h"

namespace steadyline {
namespace {

std::string number(double value) {
  std::string text;
  numeric::append_number(text, value);
  return text;
}

std::string list(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + number(value);
  return text;
}

/// A fact may hold anything; within the table it stays one cell.
std::string cell(std::string_view fact) {
  std::string text;
  for (const char c : fact) {
    if (c == '|') text += "\\|";
    else text += c == '\n' || c == '\r' ? ' ' : c;
  }
  return text;
}

std::string what_it_is(const Bundle& bundle) {
  const ForecasterSpec& forecaster = bundle.forecaster;
  return fmt::format(
      "# Passport of a model bundle\n\n"
      "Frozen models of the line **{}**, one frame every {} ms. They do not learn while they run; the same input gives the same bits.\n\n"
      "- **Forecaster**: an LSTM with {} hidden units, its state carried from frame to frame; it forecasts {} of {} tags {} s ahead, "
      "at the quantiles {}.\n"
      "- **Health**: an autoencoder over the {} tags; 100 is as trained, 50 is the calibrated limit (error {}, typical {}, smoothed over {} s).\n"
      "- **Made for** the line description with SHA-256 `{}`. Another description, or one that changed, is refused.\n\n",
      bundle.line, bundle.period.count(), forecaster.hidden, forecaster.targets.size(), bundle.tag_paths.size(), list(forecaster.horizons_s),
      list(forecaster.quantiles), bundle.tag_paths.size(), number(bundle.health.e_limit), number(bundle.health.e_typical),
      number(bundle.health.smooth_s), bundle.line_sha256);
}

std::string facts_of(const Bundle& bundle) {
  std::string text = "## Training, metrics and pins\n\n";
  if (bundle.passport.empty()) return text + "None are recorded.\n\n";
  text += "| fact | value |\n|---|---|\n";
  for (const auto& [fact, value] : bundle.passport) text += fmt::format("| {} | {} |\n", cell(fact), cell(value));
  return text + '\n';
}

std::string tags_of(const Bundle& bundle) {
  std::string text = "## Tags and scaling\n\nInputs are (value - centre) / scale, held within the clip of ±" + number(bundle.features.clip) +
                     ".\n\n| tag | centre | scale | forecast |\n|---|---|---|---|\n";
  std::vector<bool> forecast(bundle.tag_paths.size());
  for (const std::size_t target : bundle.forecaster.targets) forecast[target] = true;
  for (std::size_t i = 0; i < bundle.tag_paths.size(); ++i)
    text += fmt::format("| {} | {} | {} | {} |\n", cell(bundle.tag_paths[i]), number(bundle.features.center[i]), number(bundle.features.scale[i]),
                        forecast[i] ? "yes" : "");
  return text + '\n';
}

}  // namespace

std::string write_passport(const Bundle& bundle) {
  return what_it_is(bundle) + facts_of(bundle) + tags_of(bundle) +
         fmt::format(
             "## Limits\n\n"
             "The models know what they were trained on, and nothing else. A frame whose error exceeds {} counts as outside that space: the "
             "forecaster then gives no verdict, and says so. Tags that are missing or bad are bridged by their last value and marked. Causes "
             "are not known to the models: contributions say which tags depart, not why.\n\n"
             "## To make it again\n\n"
             "`steadyline train` with the settings, the seed and the pins of the table above, on the Debian release it names, writes the same "
             "bytes. `steadyline bundle verify` checks every hash; so does `sha256sum -c SHA256SUMS` in this folder.\n",
             number(bundle.health.e_space));
}

}  // namespace steadyline
