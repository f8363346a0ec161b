#include "campaigns/pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "campaigns/chart.h"
#include "twin/effect_watch.h"
#include "twin/fault_catalogue.h"
#include "twin/funnel.h"
#include "twin/residence.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

constexpr std::uint64_t seed = 20261120;
constexpr double onset_s = 1800, before_s = 300, after_s = 900, longest_s = 3600;

Scenario production(double duration_s) {
  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1'795'000'000}};
  scenario.duration_s = duration_s;
  scenario.seed = seed;
  return scenario;
}

std::string titled(const Line& line, const std::string& path) {
  const auto tag = line.find_tag(path);
  return tag && line.tag(*tag).uom != "1" ? path + ", " + line.tag(*tag).uom : path;
}

/// Readings of some tags and the truth of a run, second by second.
struct Recording {
  std::vector<double> time_s;
  std::vector<std::vector<double>> tags;
  std::vector<Truth> truth;
};

Recording record(Simulation simulation, const Line& line, const std::vector<std::string>& paths, double from_s, double until_s) {
  Recording kept;
  kept.tags.resize(paths.size());
  std::vector<double> readings;
  for (double t = 1; t <= until_s; ++t) {
    simulation.step(readings);
    if (t < from_s) continue;
    kept.time_s.push_back(t);
    for (std::size_t i = 0; i < paths.size(); ++i) kept.tags[i].push_back(readings[line.find_tag(paths[i])->value]);
    kept.truth.push_back(simulation.truth());
  }
  return kept;
}

template <class Get>
std::vector<double> each(const std::vector<Truth>& truth, Get get) {
  std::vector<double> values;
  for (const Truth& t : truth) values.push_back(get(t));
  return values;
}

std::vector<double> scaled(std::vector<double> values, double factor, double shift = 0) {
  for (double& v : values) v = (v + shift) * factor;
  return values;
}

Picture normal_shift(const Line& line, const TwinParameters& parameters) {
  const std::vector<std::string> paths{"fd1/netweight_pv", "fd1/massflow_pv", "ch1/nir1_api", "ch1/level", "tp1/force_main_mean", "tp1/fill_pv", "ut1/room_rh"};
  const Recording run = record(Simulation{line, parameters, production(8 * 3600)}, line, paths, 1, 8 * 3600);
  const auto hours = scaled(run.time_s, 1 / 3600.0);
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < paths.size(); ++i) panels.push_back({titled(line, paths[i]), {{"", hours, run.tags[i]}}, {}});
  panels.push_back({"true potency at the tablet, % of label claim", {{"", hours, each(run.truth, [](const Truth& t) { return t.potency_pct; })}}, {}});
  panels.push_back({"true tablet weight, mg", {{"", hours, each(run.truth, [](const Truth& t) { return t.weight_mg; })}}, {}});
  return {"normal-shift", svg_picture("A normal shift of eight hours", "hours", panels)};
}

Picture a_refill(const Line& line, const TwinParameters& parameters) {
  const std::vector<std::string> paths{"fd1/netweight_pv", "fd1/mode", "fd1/screw_speed_pv", "fd1/massflow_pv"};
  const Recording run = record(Simulation{line, parameters, production(3600)}, line, paths, 1, 3600);
  std::size_t begin = 0;
  for (std::size_t i = 60; i < run.time_s.size() && begin == 0; ++i)
    if (run.tags[1][i] == 3 && run.tags[1][i - 1] != 3) begin = i;
  const std::size_t from = begin > 60 ? begin - 60 : 0, until = std::min(run.time_s.size(), begin + 420);
  const auto cut = [&](const std::vector<double>& all) { return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(until)); };
  const auto seconds = scaled(cut(run.time_s), 1, -run.time_s[begin]);
  const std::vector<Panel::Mark> marks{{0, "refill"}, {parameters.feeders[0].refill_s, "settling"}, {parameters.feeders[0].refill_s + parameters.feeding.settle_s, "weighing again"}};
  std::vector<Panel> panels;
  for (const std::size_t i : {0, 2}) panels.push_back({titled(line, paths[i]), {{"", seconds, cut(run.tags[i])}}, marks});
  panels.push_back({"API flow, kg/h", {{"true", seconds, cut(each(run.truth, [](const Truth& t) { return t.flow_kg_h[0]; })), true}, {"fd1/massflow_pv", seconds, cut(run.tags[3])}}, marks});
  panels.push_back({"true potency at the tablet, % of label claim", {{"", seconds, cut(each(run.truth, [](const Truth& t) { return t.potency_pct; }))}}, marks});
  return {"refill", svg_picture("A refill of the API feeder: blind while the hopper fills and settles", "seconds from its begin", panels)};
}

Picture residence_times(const TwinParameters& parameters) {
  const Residence residence{nominal_passage(parameters)};
  Curve arrived{"", {}, {}}, density{"", {}, {}};
  for (double t = 0; t <= 500; ++t) {
    arrived.x.push_back(t);
    density.x.push_back(t);
    arrived.y.push_back(100 * residence.left_by(t));
    density.y.push_back(100 * (residence.left_by(t + 0.5) - residence.left_by(t - 0.5)));
  }
  const std::vector<Panel::Mark> marks{{residence.quantile_s(0.005), "0.5 %"}, {residence.quantile_s(0.5), "50 %"}, {residence.quantile_s(0.995), "99.5 %"}};
  return {"residence-times", svg_picture(fmt::format("From the API feeder to the tablet: mean {:.1f} s, sd {:.1f} s", residence.mean_s(), residence.sd_s()), "seconds",
                                         {{"leaves in that second, %", {density}, marks}, {"has left, %", {arrived}, marks}})};
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
    curve.y.push_back(cell.longest_s && *cell.longest_s <= 300 ? *cell.longest_s : std::numeric_limits<double>::quiet_NaN());
  }
  return {"funnel", svg_picture("How long an error of the API feeder may last before the potency leaves a limit", "error of the mass flow, %", {{"longest tolerated, s, by limit of the potency", curves, {}}})};
}

/// A fault in the middle of its range, as it usually comes.
FaultSpec usual(const FaultKind& kind) {
  FaultSpec spec;
  spec.id = kind.id;
  spec.variant = kind.variant;
  spec.onset = kind.onset;
  spec.severity = (kind.low + kind.high) / 2;
  if (kind.hurry == Hurry::severity) spec.severity = std::min(5 * spec.severity, kind.most);
  spec.on_s = onset_s;
  spec.duration_s = std::min(kind.lasts_s, longest_s);
  if (kind.ramp_high_s > 0) spec.ramp_s = std::min((kind.ramp_low_s + kind.ramp_high_s) / 2, spec.duration_s / 2);
  if (kind.onset == Onset::oscillating) spec.period_s = (kind.ramp_low_s + kind.ramp_high_s) / 2;
  switch (kind.target_kind) {
    case TargetKind::station: spec.target = "tp1/st07"; break;
    case TargetKind::nozzle: spec.target = "ct1/noz2"; break;
    case TargetKind::tag:
    case TargetKind::tag_or_unit: spec.target = "tp1/force_pre_mean"; break;
    case TargetKind::clock: spec.target = "tp1"; break;
    case TargetKind::unit: spec.target = words_of(kind.targets).front();
  }
  if (kind.id == "F07" || (kind.id == "F08" && kind.variant.empty())) spec.target = "fd6";
  return spec;
}

/// The root tags first, then what moved most, one tag of a kind.
std::vector<std::string> worth_seeing(const Line& line, const std::vector<std::string>& roots, std::vector<AffectedTag> affected) {
  std::vector<std::string> shown;
  const auto add = [&](const std::string& path) {
    if (shown.size() < 5 && line.find_tag(path) && std::find(shown.begin(), shown.end(), path) == shown.end()) shown.push_back(path);
  };
  for (std::size_t i = 0; i < roots.size() && i < 3; ++i) add(roots[i]);
  std::stable_sort(affected.begin(), affected.end(), [](const AffectedTag& a, const AffectedTag& b) { return a.peak_sd > b.peak_sd; });
  std::set<std::string> units;
  for (const AffectedTag& tag : affected)
    if (units.insert(tag.tag.substr(0, tag.tag.find('/'))).second) add(tag.tag);
  return shown;
}

Picture picture_of(const FaultKind& kind, const Line& line, const TwinParameters& parameters) {
  const FaultSpec spec = usual(kind);
  Scenario with = production(onset_s + spec.duration_s + after_s), without = with;
  with.faults = {spec};
  EffectWatch watch{line, with};
  Simulation simulation{line, parameters, with};
  std::vector<double> readings;
  while (!simulation.finished()) {
    watch.before(simulation);
    simulation.step(readings);
    watch.after(simulation);
  }
  const auto paths = worth_seeing(line, root_tags(kind, spec.target), watch.affected(0));
  const double from = onset_s - before_s;
  const Recording ill = record(Simulation{line, parameters, with}, line, paths, from, with.duration_s), well = record(Simulation{line, parameters, without}, line, paths, from, with.duration_s);
  const auto minutes = scaled(ill.time_s, 1 / 60.0, -onset_s);
  const std::vector<Panel::Mark> marks{{0, "onset"}, {spec.duration_s / 60, "end"}};
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < paths.size(); ++i)
    panels.push_back({titled(line, paths[i]), {{i == 0 ? "without the fault" : "", minutes, well.tags[i], true}, {"", minutes, ill.tags[i]}}, marks});
  const auto potency = [](const Truth& t) { return t.potency_pct; };
  panels.push_back({"true potency at the tablet, % of label claim", {{"", minutes, each(well.truth, potency), true}, {"", minutes, each(ill.truth, potency)}}, marks});
  const std::string variant = kind.variant.empty() ? "" : fmt::format("-{}", kind.variant);
  return {fmt::format("{}{}", kind.id, variant), svg_picture(fmt::format("{} {}: {} at {}, severity {:.3g} {}", kind.id, kind.variant, kind.words, spec.target, spec.severity, kind.unit), "minutes from the onset", panels)};
}

}  // namespace

std::vector<Picture> twin_pictures(const Line& line, const TwinParameters& parameters, const std::function<void(const std::string&)>& made) {
  std::vector<Picture> pictures;
  const auto add = [&](Picture picture) {
    made(picture.name);
    pictures.push_back(std::move(picture));
  };
  add(normal_shift(line, parameters));
  add(a_refill(line, parameters));
  add(residence_times(parameters));
  add(funnel_plot(parameters));
  for (const FaultKind& kind : fault_catalogue())
    if (kind.kind != LabelKind::comms) add(picture_of(kind, line, parameters));
  return pictures;
}

}  // namespace steadyline
