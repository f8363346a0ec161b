#include "campaigns/pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>

#include "campaigns/chart.h"
#include "campaigns/curves.h"
#include "campaigns/fault_views.h"
#include "twin/effect_watch.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/machines/funnel.h"
#include "twin/machines/residence.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

constexpr std::uint64_t seed = 20261120;
constexpr double onset_s = 1800, before_s = 300, shift_s = 8 * 3600;
constexpr std::size_t mean_of = 60;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

Scenario production(double duration_s) {
  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1'795'000'000}};
  scenario.duration_s = duration_s;
  scenario.seed = seed;
  return scenario;
}

std::vector<double> scaled(std::vector<double> values, double factor, double shift = 0) {
  for (double& v : values) v = (v + shift) * factor;
  return values;
}

/// The first minute only feeds the means.
std::vector<double> without_first_minute(std::vector<double> all) {
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(mean_of));
  return all;
}

/// "ch1/nir1_api~": the name, and whether its mean of 60 s is drawn.
struct Wanted {
  std::string name;
  bool mean;
};
std::vector<Wanted> wanted_of(std::string_view list) {
  std::vector<Wanted> wanted;
  for (std::string& word : words_of(list)) {
    const bool mean = word.ends_with('~');
    if (mean) word.pop_back();
    wanted.push_back({std::move(word), mean});
  }
  return wanted;
}
std::vector<std::string> names_of(const std::vector<Wanted>& wanted) {
  std::vector<std::string> names;
  for (const Wanted& w : wanted) names.push_back(w.name);
  return names;
}
std::string title_of(const Line& line, const Wanted& wanted) { return titled(line, wanted.name) + (wanted.mean ? ", mean of 60 s" : ""); }

Picture normal_shift(const Line& line, const TwinParameters& parameters) {
  const auto wanted = wanted_of(
      "fd1/netweight_pv fd1/massflow_pv~ ch1/nir1_api~ ch1/level~ tp1/force_main_mean~ tp1/fill_pv ut1/room_rh truth/potency_pct "
      "truth/weight_mg");
  const Curves run =
      live_and_keep(Simulation{line, parameters, production(shift_s + mean_of)}, line, names_of(wanted), 1, shift_s + mean_of);
  const auto hours = scaled(without_first_minute(run.time_s), 1 / 3600.0, -static_cast<double>(mean_of));
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    panels.push_back({title_of(line, wanted[i]),
                      {{"", hours, without_first_minute(wanted[i].mean ? trailing_mean(run.curves[i], mean_of) : run.curves[i])}},
                      {}});
  return {"normal-shift", svg_picture("A normal shift of eight hours", "hours", panels)};
}

/// One refill in the middle of a shift, and behind it the mean of all of the shift: one differs from the next by more than its error.
Picture a_refill(const Line& line, const TwinParameters& parameters) {
  constexpr std::size_t before = 60, after = 420;
  const std::vector<std::string> names{"fd1/mode",        "fd1/netweight_pv", "fd1/screw_speed_pv",
                                       "fd1/massflow_pv", "truth/fd1_kg_h",   "truth/potency_pct"};
  const Curves run = live_and_keep(Simulation{line, parameters, production(shift_s)}, line, names, 1, shift_s);
  std::vector<std::size_t> begins;
  for (std::size_t i = before; i + after < run.time_s.size(); ++i)
    if (run.curves[0][i] == 3 && run.curves[0][i - 1] != 3) begins.push_back(i);
  const auto around = [&](std::size_t begin, const std::vector<double>& all) {
    return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(begin - before),
                               all.begin() + static_cast<std::ptrdiff_t>(begin + after));
  };
  const auto mean = [&](const std::vector<double>& all) {
    std::vector<double> sum(before + after, 0.0);
    for (const std::size_t begin : begins)
      for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += all[begin - before + k] / static_cast<double>(begins.size());
    return sum;
  };
  const std::size_t one = begins[begins.size() / 2];
  const auto seconds = scaled(around(one, run.time_s), 1, -run.time_s[one]);
  const FeederParameters& feeder = parameters.feeders[0];
  const std::vector<Panel::Mark> words{
      {0, "refill"}, {feeder.refill_s, "settling"}, {feeder.refill_s + parameters.feeding.settle_s, "weighing again"}};
  auto lines = words;
  for (Panel::Mark& mark : lines) mark.word.clear();
  const std::string of_all = fmt::format("mean of {} refills", begins.size());
  std::vector<Panel> panels;
  panels.push_back({titled(line, names[1]), {{"", seconds, around(one, run.curves[1])}}, words});
  panels.push_back({titled(line, names[2]), {{"", seconds, around(one, run.curves[2])}}, lines});
  panels.push_back({titled(line, names[3]), {{"", seconds, around(one, run.curves[3])}, {of_all, seconds, mean(run.curves[3])}}, lines});
  for (const std::size_t i : {4, 5})
    panels.push_back({titled(line, names[i]), {{"", seconds, around(one, run.curves[i])}, {of_all, seconds, mean(run.curves[i])}}, lines});
  return {"refill", svg_picture("A refill of the API feeder: blind while the hopper fills and settles", "seconds from its begin", panels)};
}

Picture residence_times(const TwinParameters& parameters) {
  const Residence residence{nominal_passage(parameters)};
  Curve arrived{"", {}, {}}, density{"", {}, {}};
  for (double t = 0; t <= 500; t += 2) {
    arrived.x.push_back(t);
    density.x.push_back(t);
    arrived.y.push_back(100 * residence.left_by(t));
    density.y.push_back(100 * (residence.left_by(t + 0.5) - residence.left_by(t - 0.5)));
  }
  std::vector<Panel::Mark> marks, lines;
  for (const auto& [share, word] : {std::pair{0.005, "0.5 %"}, {0.5, "50 %"}, {0.995, "99.5 %"}}) {
    marks.push_back({residence.quantile_s(share), fmt::format("{} by {:.0f} s", word, residence.quantile_s(share))});
    lines.push_back({residence.quantile_s(share), ""});
  }
  return {"residence-times",
          svg_picture(fmt::format("From the API feeder to the tablet: mean {:.1f} s, sd {:.1f} s", residence.mean_s(), residence.sd_s()),
                      "seconds after leaving the feeder",
                      {{"arrives in that second, %", {density}, marks}, {"has arrived, %", {arrived}, lines}})};
}

Picture funnel_plot(const TwinParameters& parameters) {
  std::vector<double> errors;
  for (int percent = -100; percent <= 100; ++percent)
    if (percent < -5 || percent > 5) errors.push_back(percent / 100.0);
  const std::array<double, 3> limits{0.05, 0.075, 0.10};
  std::vector<Curve> curves;
  for (const double limit : limits) curves.push_back({fmt::format("{:g} %", 100 * limit), {}, {}});
  for (const FunnelCell& cell : funnel(parameters, errors, limits)) {
    Curve& curve = curves[static_cast<std::size_t>(std::find(limits.begin(), limits.end(), cell.limit) - limits.begin())];
    curve.x.push_back(100 * cell.error);
    curve.y.push_back(cell.longest_s && *cell.longest_s <= 300 ? *cell.longest_s : none);
  }
  return {"funnel", svg_picture("How long an error of the API feeder may last before the potency leaves a limit",
                                "error of the mass flow, %", {{"longest tolerated, s, for a limit of the potency of", curves, {}, 230}})};
}

std::string moment(double seconds) {
  return seconds < 600    ? fmt::format("{:.0f} s", seconds)
         : seconds < 7200 ? fmt::format("{:.0f} min", seconds / 60)
                          : fmt::format("{:.1f} h", seconds / 3600);
}

/// What the run with the fault did, told by the twin itself.
struct FaultEffects {
  Label label;
  double since(EventTime time) const { return std::chrono::duration<double>(time - label.on).count(); }
  std::string words(const std::string& name) const {
    if (name.starts_with("truth/")) return "";
    for (const AffectedTag& tag : label.affected)
      if (tag.tag == name) return "; visible after " + moment(since(tag.first_visible));
    return "; not moved";
  }
};
FaultEffects effects_of(const Line& line, const TwinParameters& parameters, const Scenario& scenario) {
  EffectWatch watch{line, scenario};
  Simulation simulation{line, parameters, scenario};
  std::vector<double> readings;
  while (!simulation.finished()) {
    watch.before(simulation);
    simulation.step(readings);
    watch.after(simulation);
  }
  std::vector<Label> labels = simulation.labels();
  watch.mark(labels);
  return {labels.front()};
}

/// "12 %/h", "0.08 mm", but "share of flow 0.5": a short unit stands behind its number.
std::string severity_of(const FaultView& view, std::string_view unit) {
  if (unit.empty()) return "";
  const bool short_unit = unit.starts_with('%') || unit.size() <= 5;
  return short_unit ? fmt::format(", {:g} {}", view.severity, unit) : fmt::format(", {} {:g}", unit, view.severity);
}

std::string headline(const FaultView& view) {
  const FaultKind& kind = *find_fault_kind(view.id, view.variant);
  return fmt::format("{}{}{}: {}; {}{}", view.id, view.variant.empty() ? "" : " ", view.variant, kind.words, view.target,
                     severity_of(view, kind.unit));
}

Picture picture_of(const FaultView& view, const Line& line, const TwinParameters& parameters) {
  Scenario with = production(onset_s + view.duration_s + view.after_s), without = with;
  with.faults = {fault_of(view, onset_s)};
  const FaultEffects effects = effects_of(line, parameters, with);
  const auto wanted = wanted_of(view.curves);
  const double from = onset_s - before_s - mean_of;
  const Curves ill = live_and_keep(Simulation{line, parameters, with}, line, names_of(wanted), from, with.duration_s);
  const Curves well = live_and_keep(Simulation{line, parameters, without}, line, names_of(wanted), from, with.duration_s);
  const auto minutes = scaled(without_first_minute(ill.time_s), 1 / 60.0, -onset_s);
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Panel panel{title_of(line, wanted[i]) + effects.words(wanted[i].name), {}, {{0, i == 0 ? "onset" : ""}}};
    if (view.after_s > 0) panel.marks.push_back({view.duration_s / 60, i == 0 ? "end" : ""});
    if (wanted[i].name.starts_with("truth/") && effects.label.breach_spec) {
      const double breach_s = effects.since(*effects.label.breach_spec);
      panel.marks.push_back({breach_s / 60, "out of specification after " + moment(breach_s)});
    }
    auto a = well.curves[i], b = ill.curves[i];
    if (wanted[i].mean) a = trailing_mean(a, mean_of), b = trailing_mean(b, mean_of);
    a = without_first_minute(std::move(a)), b = without_first_minute(std::move(b));
    for (std::size_t k = 0; k < a.size(); ++k)
      if (a[k] == b[k]) a[k] = none;  // hidden behind the other
    panel.curves = {{i == 0 ? "without the fault" : "", minutes, a, true}, {"", minutes, b}};
    panels.push_back(std::move(panel));
  }
  const std::string variant = view.variant.empty() ? "" : fmt::format("-{}", view.variant);
  return {fmt::format("{}{}", view.id, variant), svg_picture(headline(view), "minutes from the onset", panels)};
}

}  // namespace

std::vector<Picture> twin_pictures(const Line& line, const TwinParameters& parameters,
                                   const std::function<void(const std::string&)>& made) {
  std::vector<Picture> pictures;
  const auto add = [&](Picture picture) {
    made(picture.name);
    pictures.push_back(std::move(picture));
  };
  add(normal_shift(line, parameters));
  add(a_refill(line, parameters));
  add(residence_times(parameters));
  add(funnel_plot(parameters));
  for (const FaultView& view : fault_views()) add(picture_of(view, line, parameters));
  return pictures;
}

}  // namespace steadyline
