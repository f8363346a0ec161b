#include "evaluation/training_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <string_view>

#include "evaluation/html_chart.h"
#include "evaluation/html_parts.h"

namespace steadyline {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr const char* train_colour = "#2f6fc4";
constexpr const char* calibrate_colour = "#0b2f66";
constexpr const char* start_colour = "#999999";

/// Long texts, such as hashes, break anywhere: a table stays within the page.
std::string wrapped(std::string_view text) {
  return "<span style=\"display:inline-block;max-width:46em;white-space:normal;text-align:left;overflow-wrap:anywhere\">" +
         html_text(text) + "</span>";
}

std::string duration(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  return whole < 60 ? fmt::format("{:.1f} s", seconds) : fmt::format("{} min {} s", whole / 60, whole % 60);
}

/// 1 .. n, or 0 .. n - 1.
std::vector<double> counted_from(double first, std::size_t count) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(first + static_cast<double>(i));
  return numbers;
}

std::string table_of(const LossCurve& curve, int kept_epoch) {
  Rows rows;
  for (std::size_t i = 0; i < curve.train.size(); ++i)
    rows.push_back({std::to_string(i + 1), fmt::format("{:.5f}", curve.train[i]), fmt::format("{:.5f}", curve.calibrate[i]),
                    static_cast<int>(i + 1) == kept_epoch ? "kept" : ""});
  return "<details><summary>Losses by epoch</summary>\n" + html_table({"epoch", "training", "calibration", ""}, rows) + "</details>\n";
}

std::string forecaster_chart(const TrainingCourse& course) {
  const LossCurve& curve = course.forecaster;
  const std::size_t epochs = curve.train.size();
  std::vector<double> judged{course.linear_loss};  // epoch 0 is the linear start
  judged.insert(judged.end(), curve.calibrate.begin(), curve.calibrate.end());
  Chart chart{
      .title = "Forecaster: pinball loss",
      .x_label = "epoch (0: the linear start)",
      .y_label = "share of the linear start's",
      .bands = {},
      .lines = {{"training", train_colour, counted_from(1, epochs), curve.train},
                {"calibration", calibrate_colour, counted_from(0, epochs + 1), judged},
                {"linear start, calibration", start_colour, {0, static_cast<double>(epochs)}, {course.linear_loss, course.linear_loss}}},
      .marks = {{static_cast<double>(course.kept_epoch),
                 course.kept_epoch == 0 ? "linear start kept" : fmt::format("epoch {} kept", course.kept_epoch)}}};
  return "<figure>" + svg_chart(chart) +
         "<figcaption>A loss of 1 is what the linear start loses on the training recordings, mean of all tags, horizons and classes of "
         "frames. While it learns, levels are shifted at "
         "random and rare frames count more, so the two curves are of different frames: their course tells, not their "
         "distance.</figcaption></figure>\n";
}

/// How many forecasts take which share of the network's correction, by group of contexts.
std::string trust_table(const Bundle& bundle) {
  const auto trust = bundle.tensors.find("forecaster.trust");
  if (trust == bundle.tensors.end() || trust->second.shape.size() != 2) return "";
  static constexpr std::array<const char*, ForecasterSpec::groups> names{"steady", "its unit under refill", "the line unsettled",
                                                                         "starting up", "in unrest", "in turmoil", "its unit standing"};
  static constexpr std::array<float, 5> shares{0, 0.25F, 0.5F, 0.75F, 1};
  const auto fans = static_cast<std::size_t>(trust->second.shape[1]);
  Rows rows;
  for (std::size_t group = 0; group < std::min(names.size(), static_cast<std::size_t>(trust->second.shape[0])); ++group) {
    rows.push_back({names[group]});
    const auto first = trust->second.values.begin() + static_cast<std::ptrdiff_t>(group * fans);
    for (const float share : shares)
      rows.back().push_back(std::to_string(std::count(first, first + static_cast<std::ptrdiff_t>(fans), share)));
  }
  return fmt::format(
             "<p>How much of the network's correction each of the {} forecasts (tags and horizons) takes, by context: what served best on "
             "the calibration recordings.</p>\n",
             fans) +
         html_table({"context", "none", "a quarter", "half", "three quarters", "all"}, rows);
}

std::string forecaster(const TrainingCourse& course, const Bundle& bundle) {
  std::string out =
      "<h2>Forecaster</h2>\n" +
      html_table(
          {"calibration loss", ""},
          {{"linear start", fmt::format("{:.4f}", course.linear_loss)},
           {"kept", fmt::format("{:.4f}", course.kept_loss)},
           {"epochs", fmt::format("{} of at most {}", course.forecaster.train.size(), course.epochs_at_most)},
           {"weights of", course.kept_epoch == 0 ? "the linear start: no epoch was better" : fmt::format("epoch {}", course.kept_epoch)}});
  if (!course.forecaster.train.empty()) out += forecaster_chart(course) + table_of(course.forecaster, course.kept_epoch);
  return out + trust_table(bundle);
}

std::string autoencoder(const TrainingCourse& course) {
  const LossCurve& curve = course.autoencoder;
  const std::size_t epochs = curve.train.size();
  if (epochs == 0) return "";
  const Chart chart{.title = "Autoencoder: Huber loss",
                    .x_label = "epoch",
                    .y_label = "mean over rows and inputs",
                    .bands = {},
                    .lines = {{"training", train_colour, counted_from(1, epochs), curve.train},
                              {"calibration", calibrate_colour, counted_from(1, epochs), curve.calibrate}},
                    .marks = {{static_cast<double>(epochs), "the last epoch is kept"}}};
  return "<h2>Health: autoencoder</h2>\n<figure>" + svg_chart(chart) +
         "<figcaption>Calibration rows teach nothing; they set the health score's limit.</figcaption></figure>\n" +
         table_of(curve, static_cast<int>(epochs));
}

std::string left_out(const Bundle& bundle) {
  Rows rows;
  for (const auto& [fact, value] : bundle.passport)
    if (fact.starts_with("left out") || fact == "data notes") rows.push_back({html_text(fact), wrapped(value)});
  return "<h2>Left out, and weighed less</h2>\n" +
         (rows.empty() ? std::string{"<p>Nothing was left out: the simulated line was the data.</p>\n"} : html_table({"", ""}, rows)) +
         "<p class=\"note\">Robust losses weigh less what is far from the rest: in the linear start a miss beyond one robust standard "
         "deviation counts as that much, in the autoencoder the loss "
         "grows in proportion beyond 1. The first 120 s of each run neither teach nor judge. No class of frames of the forecaster counts "
         "more than five times a mean one.</p>\n";
}

std::string times(const TrainingCourse& course) {
  double all = 0;
  for (const StageTime& stage : course.stages) all += stage.seconds;
  Rows rows;
  for (const StageTime& stage : course.stages)
    rows.push_back({html_text(stage.stage), duration(stage.seconds), fmt::format("{:.0f} %", all > 0 ? 100 * stage.seconds / all : 0)});
  rows.push_back({"<b>all</b>", duration(all), ""});
  std::string out = "<h2>Time</h2>\n" + html_table({"stage", "time", "share"}, rows);
  if (course.resumed.empty()) return out + "<p class=\"note\">In one go.</p>\n";
  out += "<p>The training was stopped and went on from these checkpoints; their stages' times are of all attempts together.</p>\n<ul>\n";
  for (const std::string& words : course.resumed) out += "<li>" + html_text(words) + "</li>\n";
  return out + "</ul>\n";
}

std::string facts(const Bundle& bundle) {
  Rows main, all;
  for (const char* fact : {"train groups", "train period", "train running frames", "calibrate groups", "calibrate running frames",
                           "disturbed train running frames", "parts learn from", "alarm budget", "health calibration",
                           "engine against libtorch", "seed", "libtorch", "pin OPENBLAS_CORETYPE", "pin ATEN_CPU_CAPABILITY"})
    if (const auto found = bundle.passport.find(fact); found != bundle.passport.end()) main.push_back({fact, wrapped(found->second)});
  for (const auto& [fact, value] : bundle.passport) all.push_back({wrapped(fact), wrapped(value)});
  return "<h2>Passport</h2>\n" + html_table({"fact", ""}, main) + "<details><summary>All facts</summary>\n" +
         html_table({"fact", ""}, all) + "</details>\n";
}

}  // namespace

std::string to_html(const TrainingCourse& course, const Bundle& bundle, const std::string& program, const std::string& ended) {
  std::string horizons;
  for (const double horizon : bundle.forecaster.horizons_s) horizons += fmt::format("{}{:g}", horizons.empty() ? "" : ", ", horizon);
  const std::string body = fmt::format(
                               "<h1>Training of {}</h1>\n<p>Bundle <code>{}</code><br>line description <code>{}</code><br>{}; ended "
                               "{}.<br>{} modelled tags, {} of them forecast {} s ahead.</p>\n",
                               html_text(bundle.line), html_text(bundle.sha256), html_text(bundle.line_sha256), html_text(program),
                               html_text(ended), bundle.tag_paths.size(), bundle.forecaster.targets.size(), horizons) +
                           forecaster(course, bundle) + autoencoder(course) + left_out(bundle) + times(course) + facts(bundle);
  return html_page("Training of " + bundle.line, body);
}

}  // namespace steadyline
